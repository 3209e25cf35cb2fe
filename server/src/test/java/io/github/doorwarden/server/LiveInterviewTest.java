package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A legacy client is asked while its request runs.
@Timeout(60)
final class LiveInterviewTest extends ThingsFixture {

    private static final Elicitation NAME = Elicitation.form("Who are you?", object(
            "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"default\":\"Ada\"}},"
            + "\"required\":[\"name\"]}"));

    private final List<String> asked = new ArrayList<>();

    /// A client that answers every question with the same.
    private Outlet answering(String answer) {
        return new Outlet() {
            @Override
            public void send(Message.Notification notice) {
                told.add(notice);
            }

            @Override
            public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
                asked.add(method + params);
                if (answer.startsWith("!")) {
                    throw new Unreachable(answer.substring(1));
                }
                return JSON.readTree(answer);
            }

            @Override
            public void lasting(Runnable cancel) {
                // stays
            }
        };
    }

    private void offer() {
        tool("greet", call -> ToolResult.text(call.ask("name", NAME).toString()));
    }

    @Test
    @Covers("AK-33")
    void theQuestionIsInTheWordsOfTheRevision() {
        offer();
        var answer = answering("{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}");
        assertEquals("Accepted[content={\"name\":\"Ada\"}]", text(client().in(Revision.V2025_06_18).by(answer)
                .call("greet")));
        assertEquals("Accepted[content={\"name\":\"Ada\"}]", text(client().in(Revision.V2025_11_25).by(answer)
                .call("greet")));
        assertEquals(List.of("elicitation/create{\"message\":\"Who are you?\",\"requestedSchema\":{\"type\":\"object\","
                + "\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}}",
                "elicitation/create{\"mode\":\"form\",\"message\":\"Who are you?\",\"requestedSchema\":"
                + NAME.schema().orElseThrow() + "}"), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"action\":\"accept\"}", "{\"action\":\"maybe\"}", "{}", "[]", "7",
        "{\"action\":\"accept\",\"content\":{\"name\":7}}", "!The client answered with an error.",
        "!No answer came within 10 minutes."})
    @Covers({"AK-35", "AK-36"})
    void anAnswerThatCannotBeUsedIsAResultThatSaysSo(String answer) {
        offer();
        for (var revision : List.of(Revision.V2025_06_18, Revision.V2025_11_25)) {
            var result = client().in(revision).by(answering(answer)).call("greet");
            assertTrue(result.path("isError").asBoolean(), result.toString());
            assertTrue(answer.startsWith("!") ? text(result).equals(answer.substring(1))
                    : text(result).startsWith("The answer to elicitation/create cannot be used"), text(result));
        }
    }

    @Test
    @Covers("AK-35")
    void noAndClosedReachTheTool() {
        offer();
        var client = client().in(Revision.V2025_06_18);
        assertEquals("Declined[]", text(client.by(answering("{\"action\":\"decline\"}")).call("greet")));
        assertEquals("Cancelled[]", text(client.by(answering("{\"action\":\"cancel\"}")).call("greet")));
    }

    @Test
    @Covers({"AK-32", "AK-50"})
    void whatTheRevisionOrTheClientDoesNotKnowIsNotAsked() {
        offer();
        tool("page", call -> ToolResult.text(call.ask("p", Elicitation.visit("Go.", URI.create("https://a.example/x"),
                "x")).toString()));
        tool("tools", call -> ToolResult.text(call.ask("t", new Sampling(object(
                "{\"messages\":[],\"maxTokens\":1,\"tools\":[]}"))).text()));
        tool("lists", call -> ToolResult.text(call.ask("l", Elicitation.form("Choose.", object(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"enum\":[\"a\"]}}}}")))
                .toString()));
        var never = Map.of("greet", List.of(Revision.V2024_11_05, Revision.V2025_03_26),
                "page", List.of(Revision.V2024_11_05, Revision.V2025_03_26, Revision.V2025_06_18),
                "lists", List.of(Revision.V2025_03_26, Revision.V2025_06_18),
                "tools", List.of(Revision.V2024_11_05, Revision.V2025_03_26, Revision.V2025_06_18));
        never.forEach((tool, revisions) -> revisions.forEach(revision -> assertTrue(client().in(revision)
                .by(answering("{}")).call(tool).path("isError").asBoolean(), tool + revision)));
        assertTrue(client().in(Revision.V2025_11_25).with("{}").by(answering("{}")).call("greet").path("isError")
                .asBoolean());
        assertEquals(List.of(), asked);
    }

    @Test
    void oneQuestionIsAskedOnce_AndTheClockStandsStillMeanwhile() throws Exception {
        tools.add(new MadeTool(new ToolSpec("greet", "", "Greets.", object("{\"type\":\"object\"}"),
                java.util.Optional.empty(), none(), java.util.Set.of(), true, Duration.ofMillis(200),
                java.util.Set.of()), call -> {
            call.askAll(Map.of("name", NAME));
            return ToolResult.text(call.ask("name", NAME).toString());
        }));
        var waited = new CountDownLatch(1);
        var slow = new Outlet() {
            @Override
            public void send(Message.Notification notice) {
                told.add(notice);
            }

            @Override
            public JsonNode ask(String method, ObjectNode params, Duration patience) throws InterruptedException {
                asked.add(method);
                waited.await();
                return JSON.readTree("{\"action\":\"decline\"}");
            }

            @Override
            public void lasting(Runnable cancel) {
                // told after 100 ms; the answer comes long after the deadline of 200 ms
                Thread.ofVirtual().start(() -> {
                    var until = System.nanoTime() + Duration.ofMillis(400).toNanos();
                    while (System.nanoTime() < until) {
                        Thread.yield();
                    }
                    waited.countDown();
                });
            }
        };
        assertEquals("Declined[]", text(client().in(Revision.V2025_06_18).by(slow).call("greet")));
        assertEquals(1, asked.size());
    }
}
