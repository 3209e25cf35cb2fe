package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `completion/complete`.
@Timeout(60)
final class CompletionsTest extends ThingsFixture {

    private static final List<String> MANY = IntStream.range(0, 250).mapToObj(i -> "v" + i).toList();

    private record Suggesting(Spec spec) implements Prompt {
        @Override
        public Answer get(Call call) {
            return new Answer("", List.of());
        }

        @Override
        public List<String> complete(String argument, String value, Map<String, String> arguments) {
            return switch (argument) {
                case "many" -> MANY;
                case "none" -> null;
                case "broken" -> throw new IllegalStateException("secret detail");
                case "slow" -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    yield List.of("late");
                }
                default -> arguments.getOrDefault("language", "").equals("python") ? List.of("flask") : List.of("flask",
                        "rails");
            };
        }
    }

    private static Suggesting suggesting(String name, String... scopes) {
        var arguments = List.of("language", "framework", "many", "none", "broken", "slow").stream()
                .map(each -> argument(each, false)).toList();
        return new Suggesting(new Prompt.Spec(name, "", "Suggests.", arguments, Set.of(scopes), Duration.ofSeconds(9),
                List.of()));
    }

    @BeforeEach
    void offer() {
        prompts.add(suggesting("code"));
        prompts.add(suggesting("secret", "write"));
        template("test://t/{id}", call -> List.of());
    }

    private static String params(String argument, String more) {
        return "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"},\"argument\":" + argument + more + "}";
    }

    private static String of(String name) {
        return params("{\"name\":\"" + name + "\",\"value\":\"\"}", "");
    }

    private String complete(Client client, String params) {
        var result = client.send("completion/complete", params);
        if (client.revision().modern()) {
            result.put("resultType", "complete");  // as the transport stamps it
        }
        assertEquals("", WireShapes.of(client.revision()).misfits("CompleteResult", result));
        return result.path("completion").toString();
    }

    @Test
    @Covers("SV-76")
    void atMostAHundredComeAndTheRestIsCounted() {
        var completion = client().send("completion/complete", of("many")).path("completion");
        assertEquals(100, completion.path("values").size());
        assertEquals("v0", completion.path("values").path(0).asString(), "in the order of the author");
        assertEquals(250, completion.path("total").asInt());
        assertTrue(completion.path("hasMore").asBoolean());
        var few = client().send("completion/complete", of("framework")).path("completion");
        assertEquals("{\"values\":[\"flask\",\"rails\"],\"total\":2,\"hasMore\":false}", few.toString());
    }

    @Test
    @Covers("SV-77")
    void promptsAndTemplatesAreCompleted_WithWhatIsFilledInAlready() {
        var template = "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"test://t/{id}\"},"
                + "\"argument\":{\"name\":\"id\",\"value\":\"py\"}}";
        var context = params("{\"name\":\"framework\",\"value\":\"\"}",
                ",\"context\":{\"arguments\":{\"language\":\"python\"}}");
        for (var revision : Revision.values()) {
            var client = client().in(revision);
            assertEquals("{\"values\":[\"python\",\"pytorch\"],\"total\":2,\"hasMore\":false}", complete(client,
                    template));
            assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, !complete(client, context).contains("rails"),
                    revision.date());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"argument\":{\"name\":\"language\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"x\"},\"argument\":{\"name\":\"language\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\"},\"argument\":{\"name\":\"language\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"nope\"},\"argument\":{\"name\":\"language\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"test://t/7\"},\"argument\":{\"name\":\"id\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"test://t/{id}\"},\"argument\":{\"name\":\"x\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"},\"argument\":\"language\"}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"},\"argument\":{\"name\":\"language\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"},\"argument\":{\"name\":\"nope\",\"value\":\"\"}}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"code\"},\"argument\":{\"name\":\"language\",\"value\":7}}"})
    @Covers({"SV-78", "SV-80"})
    void whatCannotBeCompletedIsRefused(String params) {
        for (var revision : Revision.values()) {
            assertEquals(-32602, refused(Refusal.BadParams.class, () -> client().in(revision)
                    .send("completion/complete", params)).code());
        }
    }

    @Test
    @Covers("SV-80")
    void inputsAreBoundedAndCounted() {
        var client = client(node(new CallLimits(3, 3, 3)));
        for (var value : List.of("\"" + "x".repeat(1_000_000) + "\"", "\"a\\u0000b\"")) {
            refused(Refusal.BadParams.class, () -> client.send("completion/complete",
                    params("{\"name\":\"language\",\"value\":" + value + "}", "")));
        }
        refused(Refusal.BadParams.class, () -> client.send("completion/complete", params(
                "{\"name\":\"language\",\"value\":\"\"}", ",\"context\":{\"arguments\":{\"a\":7}}")));
        var why = refused(Refusal.TooMany.class, () -> client.send("completion/complete", of("language")));
        assertTrue(why.retryAfterSeconds() > 0);
    }

    @Test
    @Covers("SV-78")
    void aFaultAndASlowSourceAreToldApart() {
        var client = client();
        assertThrows(IllegalStateException.class, () -> client.send("completion/complete", of("broken")));
        assertThrows(NullPointerException.class, () -> client.send("completion/complete", of("none")));
        assertEquals("{\"values\":[],\"total\":0,\"hasMore\":false}", complete(client, of("slow")));
    }

    @Test
    @Covers("SV-81")
    void nothingIsSaidOfWhatACallerMayNotUse() {
        var secret = of("many").replace("\"code\"", "\"secret\"");
        var stepUp = assertThrows(Challenged.class, () -> client().send("completion/complete", secret));
        assertEquals(new Decision.NeedsScope(List.of("write")), stepUp.decision());
        assertFalse(stepUp.getMessage().contains("v0"));
        assertEquals(100, client().as(WRITER).send("completion/complete", secret).path("completion").path("values")
                .size());
    }
}
