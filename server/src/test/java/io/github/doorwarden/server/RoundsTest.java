package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// A modern client is asked by rounds of requests: MCP 2026-07-28, Multi round-trip requests.
@Timeout(60)
final class RoundsTest extends ThingsFixture {

    private static final String YES = "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}";
    private static final Elicitation NAME = Elicitation.form("Who are you?", object(
            "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}"));
    private static final Elicitation PAGE = Elicitation.visit("Please sign in there.",
            URI.create("https://tools.example.com/connect/8f2c"), "8f2c");

    private final AtomicInteger finished = new AtomicInteger();

    private ToolResult greet(Call call) throws InterruptedException {
        var name = call.ask("name", NAME).accepted().map(each -> each.path("name").asString()).orElse("nobody");
        finished.incrementAndGet();
        return ToolResult.text("Hello, " + name);
    }

    @Test
    @Covers({"AK-1", "AK-4", "AK-13"})
    void theQuestionComesAsAResult_AndTheAnswerWithTheRetry() {
        tool("greet", this::greet);
        var client = client();
        var asked = client.call("greet");
        assertEquals("input_required", asked.path("resultType").asString());
        assertEquals(Set.of("resultType", "inputRequests", "requestState"), Set.copyOf(asked.propertyNames()));
        assertEquals("{\"name\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\",\"message\":"
                + "\"Who are you?\",\"requestedSchema\":" + NAME.schema().orElseThrow() + "}}}",
                asked.path("inputRequests").toString());
        assertEquals(0, finished.get());
        assertEquals(List.of(), told);
        var done = client.retry("greet", "{}", asked, "{\"unknown\":7,\"name\":{\"action\":\"accept\",\"content\":"
                + "{\"name\":\"Ada\",\"more\":1},\"and\":\"more\"}}");
        assertEquals("Hello, Ada", text(done));
        assertEquals(1, finished.get());
        assertEquals("The client is asked first: name", lines("tools/call").getLast().reason());
    }

    @Test
    @Covers({"AK-1", "AK-3", "AK-14"})
    void severalQuestionsComeAtOnce_AndWhatIsMissingIsAskedAgain() {
        tool("all", call -> {
            var questions = new LinkedHashMap<String, Question<?>>();
            questions.put("name", NAME);
            questions.put("sample", Sampling.of("Say hi.", 10));
            questions.put("roots", new Roots());
            questions.put("page", PAGE);
            call.askAll(questions);
            return ToolResult.text(call.ask("name", NAME).accepted().orElseThrow().path("name").asString() + " "
                    + call.ask("sample", Sampling.of("Say hi.", 10)).text() + " "
                    + call.ask("roots", new Roots()).getFirst().uri() + " "
                    + (call.ask("page", PAGE) instanceof Elicitation.Answer.Accepted));
        });
        var client = client();
        var first = client.call("all");
        assertEquals(List.of("name", "sample", "roots", "page"), List.copyOf(first.path("inputRequests")
                .propertyNames()));
        assertEquals("", WireShapes.of(Revision.V2026_07_28).misfits("InputRequiredResult", first));
        for (var request : first.path("inputRequests")) {
            assertEquals(Set.of("method", "params"), Set.copyOf(request.propertyNames()));
            assertTrue(Set.of("elicitation/create", "sampling/createMessage", "roots/list")
                    .contains(request.path("method").asString()));
        }
        var second = client.retry("all", "{}", first, "{\"name\":" + YES + ",\"sample\":{\"role\":\"assistant\","
                + "\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}}");
        assertEquals(List.of("roots", "page"), List.copyOf(second.path("inputRequests").propertyNames()));
        var third = client.retry("all", "{}", second, "{\"roots\":{\"roots\":[{\"uri\":\"file:///a\"}]}}");
        assertEquals(List.of("page"), List.copyOf(third.path("inputRequests").propertyNames()));
        var done = client.retry("all", "{}", third, "{\"page\":{\"action\":\"accept\"}}");
        assertEquals("Ada hi file:///a true", text(done));
    }

    @Test
    @Covers("AK-2")
    void aPromptAndAResourceMayAskToo_AndNothingElse() {
        prompt("p", List.of(), call -> List.of(Prompt.message("user", call.ask("name", NAME).toString())));
        resource("test://r", call -> List.of(Content.textOf("test://r", "text/plain", call.ask("name", NAME)
                .toString())));
        tool("greet", this::greet);
        var client = client();
        for (var each : Map.of("prompts/get", "{\"name\":\"p\"}", "resources/read", "{\"uri\":\"test://r\"}")
                .entrySet()) {
            var asked = client.send(each.getKey(), each.getValue());
            assertEquals("input_required", asked.path("resultType").asString(), each.getKey());
            var params = object(each.getValue());
            params.set("inputResponses", object("{\"name\":" + YES + "}"));
            params.set("requestState", asked.path("requestState"));
            var done = client.send(each.getKey(), params);
            assertTrue(done.toString().contains("Ada"), done.toString());
            assertFalse(done.has("resultType"));
        }
        for (var method : List.of(Methods.TOOLS_LIST, Methods.PROMPTS_LIST, Methods.RESOURCES_LIST,
                Methods.TEMPLATES_LIST)) {
            assertFalse(client.send(method.wireName(), "{}").has("inputRequests"), method.wireName());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"sampling\":{}}", "{\"elicitation\":{\"url\":{}}}", "{\"elicitation\":null}",
        "{\"elicitation\":true}"})
    @Covers({"AK-5", "AK-32"})
    void aFormIsNotAskedOfAClientThatHasNone(String capabilities) {
        tool("greet", this::greet);
        var node = node();
        client(node).call("greet");
        var why = refused(Refusal.MissingCapability.class, () -> client(node).with(capabilities).call("greet"));
        assertEquals("{\"elicitation\":{}}", why.required().toString());
        assertEquals(0, finished.get());
    }

    @Test
    @Covers({"AK-5", "AK-32", "AK-50"})
    void eachKindNeedsItsOwnCapability() {
        tool("form", this::greet);
        tool("page", call -> ToolResult.text(call.ask("k", PAGE).toString()));
        tool("sample", call -> ToolResult.text(call.ask("k", Sampling.of("a", 1)).text()));
        tool("tools", call -> ToolResult.text(call.ask("k", new Sampling(object("{\"messages\":[],\"maxTokens\":1,"
                + "\"tools\":[]}"))).text()));
        tool("roots", call -> ToolResult.text(call.ask("k", new Roots()).toString()));
        var client = client();
        var enough = Map.of("form", List.of("{\"elicitation\":{}}", "{\"elicitation\":{\"form\":{}}}"),
                "page", List.of("{\"elicitation\":{\"url\":{}}}"), "sample", List.of("{\"sampling\":{}}"),
                "tools", List.of("{\"sampling\":{\"tools\":{}}}"), "roots", List.of("{\"roots\":{}}"));
        var tooLittle = Map.of("page", "{\"elicitation\":{}}", "tools", "{\"sampling\":{}}", "sample", "{\"roots\":{}}",
                "roots", "{\"sampling\":{}}");
        enough.forEach((tool, all) -> all.forEach(capabilities -> assertEquals("input_required",
                client.with(capabilities).call(tool).path("resultType").asString(), tool + capabilities)));
        tooLittle.forEach((tool, capabilities) -> refused(Refusal.MissingCapability.class,
                () -> client.with(capabilities).call(tool)));
        assertEquals("{\"elicitation\":{\"url\":{}}}", refused(Refusal.MissingCapability.class,
                () -> client.with("{\"elicitation\":{\"form\":{}}}").call("page")).required().toString());
    }

    @Test
    @Covers("AK-3")
    void aKeyThatIsUsedForTwoQuestionsIsAFaultOfTheTool() {
        tool("twice", call -> {
            for (var item : List.of("a", "b")) {
                call.ask("ok", Elicitation.form("Delete " + item + "?", object(
                        "{\"type\":\"object\",\"properties\":{}}")));
            }
            return ToolResult.text("deleted");
        });
        tool("both", call -> {
            call.askAll(Map.of("k", NAME));
            return ToolResult.text(String.valueOf(call.ask("k", new Roots())));
        });
        var client = client();
        refused(Refusal.Bug.class, () -> client.retry("twice", "{}", client.call("twice"),
                "{\"ok\":{\"action\":\"accept\",\"content\":{}}}"));
        refused(Refusal.Bug.class, () -> client.retry("both", "{}", client.call("both"), "{\"k\":" + YES + "}"));
    }

    @Test
    @Covers("AK-3")
    void keysOfTheDoorAreNotForHandlers() {
        tool("bad", call -> ToolResult.text(call.ask("doorwarden_confirm", NAME).toString()));
        tool("blank", call -> ToolResult.text(call.ask("", NAME).toString()));
        refused(Refusal.Bug.class, () -> client().call("bad"));
        refused(Refusal.Bug.class, () -> client().call("blank"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "7", "null", "{\"name\":\"Ada\"}", "{\"name\":null}", "{\"name\":{}}",
        "{\"name\":{\"action\":\"maybe\"}}", "{\"name\":{\"action\":\"accept\"}}",
        "{\"name\":{\"action\":\"accept\",\"content\":[]}}", "{\"name\":{\"action\":\"accept\",\"content\":{}}}",
        "{\"name\":{\"action\":\"accept\",\"content\":{\"name\":7}}}"})
    @Covers({"AK-12", "AK-36"})
    void malformedAnswersAreAProtocolErrorThatNamesTheKey(String responses) {
        tool("greet", this::greet);
        var client = client();
        var why = refused(Refusal.BadParams.class, () -> client.retry("greet", "{}", client.call("greet"), responses));
        assertTrue(why.message().contains(responses.startsWith("{") ? "inputResponses.name" : "inputResponses"),
                why.message());
        assertEquals(0, finished.get());
    }

    @Test
    @Covers("AK-12")
    void anAnswerOfAModelNeedsWhatTheSpecificationDemands() {
        tool("sample", call -> ToolResult.text(call.ask("k", Sampling.of("a", 1)).text()));
        var client = client();
        for (var answer : List.of("{\"model\":\"m\",\"content\":{}}",
                "{\"role\":\"robot\",\"model\":\"m\",\"content\":{}}",
                "{\"role\":\"assistant\",\"content\":{}}",
                "{\"role\":\"assistant\",\"model\":\"m\",\"content\":\"x\"}")) {
            var why = refused(Refusal.BadParams.class, () -> client.retry("sample", "{}", client.call("sample"),
                    "{\"k\":" + answer + "}"));
            assertTrue(why.message().contains("inputResponses.k"), why.message());
        }
    }

    @Test
    @Covers({"AK-35", "AK-36"})
    void noAndClosedAreToldApart_AndWhatWasNotAskedForIsNotSeen() {
        tool("raw", call -> ToolResult.text(call.ask("name", NAME).toString()));
        var client = client();
        assertEquals("Declined[]", text(client.retry("raw", "{}", client.call("raw"),
                "{\"name\":{\"action\":\"decline\",\"content\":{\"name\":\"x\"}}}")));
        assertEquals("Cancelled[]", text(client.retry("raw", "{}", client.call("raw"),
                "{\"name\":{\"action\":\"cancel\"}}")));
        assertEquals("Accepted[content={\"name\":\"Ada\"}]", text(client.retry("raw", "{}", client.call("raw"),
                "{\"name\":{\"action\":\"accept\",\"content\":{\"name\":\"Ada\",\"admin\":true}}}")));
    }

    @Test
    void answersThatAreCarriedKeepTheirDigits() {
        tool("two", call -> {
            var first = call.ask("n", Elicitation.form("How much?", object(
                    "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"number\"}}}")));
            call.ask("name", NAME);
            return ToolResult.text(first.accepted().orElseThrow().path("n").asString());
        });
        var client = client();
        var exact = "0.1234567890123456789012345678901234567890";
        var huge = "1E+399";
        for (var number : List.of(exact, huge)) {
            var responses = io.github.doorwarden.protocol.JsonRpc.parse(("{\"jsonrpc\":\"2.0\",\"method\":\"x\","
                    + "\"params\":{\"n\":{\"action\":\"accept\",\"content\":{\"n\":" + number + "}}}}")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            var params = object("{\"name\":\"two\",\"arguments\":{}}");
            params.set("requestState", client.call("two").path("requestState"));
            params.set("inputResponses", ((io.github.doorwarden.protocol.Message.Notification) responses).params());
            var second = client.send("tools/call", params);
            var done = client.retry("two", "{}", second, "{\"name\":" + YES + "}");
            assertEquals(number, text(done));
        }
    }

    @Test
    @Covers("AK-13")
    void aClientMayAnswerBeforeItWasAsked() {
        tool("greet", this::greet);
        var params = object("{\"name\":\"greet\",\"inputResponses\":{\"name\":" + YES + ",\"other\":{}}}");
        assertEquals("Hello, Ada", text(client().send("tools/call", params)));
    }

    @Test
    @Covers("AK-11")
    void nothingWaitsForARetry_WhichAnyNodeServes() {
        tool("greet", this::greet);
        var one = client(node(new CallLimits(1_000_000, 1_000_000, 16)));
        ObjectNode last = none();
        for (var i = 0; i < 2_000; i++) {
            last = one.call("greet");
        }
        assertEquals(0, spent(), "no row");
        assertEquals(0, finished.get());
        assertEquals("Hello, Ada", text(one.on(node()).retry("greet", "{}", last, "{\"name\":" + YES + "}")));
        assertEquals(1, spent());
    }

    @Test
    void aRetryThatIsTurnedAwayForItsNumberCanBeMadeAgain() throws Exception {
        var entered = new java.util.concurrent.CountDownLatch(1);
        var released = new java.util.concurrent.CountDownLatch(1);
        tool("greet", this::greet);
        tool("wait", call -> {
            entered.countDown();
            released.await();
            return ToolResult.text("done");
        });
        var client = client(node(new CallLimits(100, 100, 1)));
        var asked = client.call("greet");
        var waiting = Thread.ofVirtual().start(() -> client.call("wait"));
        entered.await();
        refused(Refusal.TooMany.class, () -> client.retry("greet", "{}", asked, "{\"name\":" + YES + "}"));
        released.countDown();
        waiting.join();
        assertEquals("Hello, Ada", text(client.retry("greet", "{}", asked, "{\"name\":" + YES + "}")));
    }

    @Test
    @Covers("AK-41")
    void whoCallsComesFromTheToken_WhateverTheAnswerSays() {
        tool("who", call -> {
            call.ask("name", NAME);
            return ToolResult.text(call.caller().subject());
        });
        var client = client();
        var params = object("{\"name\":\"who\",\"arguments\":{},\"_meta\":{\"io.modelcontextprotocol/clientInfo\":{\"name\":"
                + "\"admin@example.com\",\"version\":\"1\"},\"user\":\"admin\"}}");
        params.set("requestState", client.call("who").path("requestState"));
        params.set("inputResponses", object("{\"name\":{\"action\":\"accept\",\"content\":{\"name\":"
                + "\"I am admin@example.com\"}}}"));
        assertEquals("alice", text(client.send("tools/call", params)));
        assertEquals("alice", lines("tools/call").getFirst().subject());
    }

    @Test
    @Covers("MT-82")
    void whatIsToldBeforeAQuestionIsToldBeforeTheRoundEnds() {
        tool("tell", call -> {
            call.progress(1, 2, "half");
            call.log(LogLevel.ERROR, "x");
            return greet(call);
        });
        client().hearing("7", LogLevel.DEBUG).call("tell");
        assertEquals(List.of("notifications/progress", "notifications/message"), told.stream()
                .map(each -> each.method()).toList());
    }

    @Test
    @Covers("AK-32")
    void earlierRevisionsAreNeverAskedByAResult() {
        tool("greet", this::greet);
        for (var revision : Revision.values()) {
            if (!revision.modern()) {
                var result = client().in(revision).call("greet");
                assertTrue(result.path("isError").asBoolean(), revision.date());
                assertFalse(result.has("inputRequests"));
            }
        }
    }
}
