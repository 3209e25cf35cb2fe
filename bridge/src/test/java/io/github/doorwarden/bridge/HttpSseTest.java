package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.bridge.StubServer.Taken;
import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.client.wire.DirectChannel;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Hosts before a server that has only the transport of 2024-11-05.
final class HttpSseTest {

    private static final String OPENED = "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"tools\":"
            + "{\"listChanged\":true},\"resources\":{\"subscribe\":true}},\"serverInfo\":{\"name\":\"old\","
            + "\"version\":\"1\"},\"unknown\":[1.5]}";
    private static final String PROGRESS = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
            + "{\"progressToken\":\"p\",\"progress\":1}}";
    private static final String QUESTION = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\","
            + "\"params\":{\"message\":\"Really?\"}}";

    private final AtomicInteger calls = new AtomicInteger();
    private final OldServer old = new OldServer(this::usual, OldServer.PLACE);
    private volatile Taken running;

    private record Token() implements Authorization {

        @Override
        public Map<String, String> fields(String method, URI target) {
            return Map.of("Authorization", "Bearer canary-4711");
        }

        @Override
        public boolean renewed(Refusal refusal) {
            return false;
        }
    }

    private void usual(Taken taken) throws Exception {
        switch (taken.method()) {
            case "initialize" -> old.result(taken, OPENED);
            case "tools/list" -> old.result(taken, "{\"tools\":[],\"_meta\":{\"x\":1}}");
            case "resources/subscribe" -> old.result(taken, "{}");
            case "tools/call" -> {
                calls.incrementAndGet();
                running = taken;
                old.say(PROGRESS);
                old.say(QUESTION);
            }
            case "answer" -> old.result(running, "{\"content\":[],\"said\":" + taken.message().path("result") + "}");
            default -> { }
        }
    }

    @Test
    void everythingPasses_WithTheSameCredentials() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(new DirectChannel(server.endpoint(),
                new Token()), Duration.ofSeconds(30), Duration.ofSeconds(30), SignIn.NONE)) {
            var opened = host.initialize();
            assertEquals("[1.5]", opened.path("result").path("unknown").toString(), "nothing is left out");
            host.ask("\"a\"", "tools/list", "{\"_meta\":{\"progressToken\":7}}");
            assertEquals("{\"tools\":[],\"_meta\":{\"x\":1}}", host.answer("\"a\"").path("result").toString());
            old.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"r\"}}");
            assertEquals("r", host.next("notifications/resources/updated").path("params").path("uri").asString());

            var stream = server.next("GET");
            assertEquals("text/event-stream", stream.header("Accept"));
            assertEquals("Bearer canary-4711", stream.header("Authorization"));
            var sent = server.next("initialize");
            assertEquals(PipedHost.INITIALIZE, sent.message().path("params").toString());
            assertEquals("Bearer canary-4711", sent.header("Authorization"));
            assertEquals(OldServer.PLACE + "1", sent.http().getRequestURI().toString());
            server.next("notifications/initialized");
            var list = server.next("tools/list");
            assertEquals("{\"_meta\":{\"progressToken\":7}}", list.message().path("params").toString());
            assertEquals("", list.header("Mcp-Session-Id"), "this transport has none");
        }
    }

    @Test
    void progressAndQuestionsPassWhileACallRuns() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\",\"_meta\":{\"progressToken\":\"p\"}}");
            assertEquals("p", host.next("notifications/progress").path("params").path("progressToken").asString());
            var question = host.next("elicitation/create");
            assertEquals("Really?", question.path("params").path("message").asString());
            host.say("{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"accept\"}}");
            assertEquals("accept", host.answer("1").path("result").path("said").path("action").asString());
            assertEquals("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"action\":\"accept\"}}",
                    server.next("answer").message().toString());
        }
    }

    @Test
    void aCancelledCallIsCancelledThere_AndItsQuestionIsTakenBack() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\"}");
            var question = host.next("elicitation/create").path("id");
            host.tell("notifications/cancelled", "{\"requestId\":1}");
            assertEquals("{\"requestId\":1}",
                    server.next("notifications/cancelled").message().path("params").toString());
            assertEquals(question, host.next("notifications/cancelled").path("params").path("requestId"));
            old.result(running, "{}");
            host.ask("2", "tools/list", "{}");
            assertEquals("2", host.next(message -> !message.has("method")).path("id").toString());
        }
    }

    @Test
    void aLostStreamFailsWhatRan_AndAnotherSessionBeginsByItself() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "resources/subscribe", "{\"uri\":\"r:1\"}");
            host.answer("1");
            host.ask("2", "tools/call", "{\"name\":\"x\"}");
            host.next("elicitation/create");
            old.lose();
            var error = host.answer("2").path("error");
            assertEquals("fault", error.path("data").path("bridge").asString(), error::toString);
            assertTrue(error.path("message").asString().contains("look before you try again"), error::toString);
            host.next("notifications/tools/list_changed");

            var first = server.next("initialize").message();
            server.next("resources/subscribe");
            var again = server.next("initialize");
            assertEquals(first.path("params"), again.message().path("params"));
            assertEquals(OldServer.PLACE + "2", again.http().getRequestURI().toString());
            server.next("notifications/initialized");
            assertEquals("r:1", server.next("resources/subscribe").message().path("params").path("uri").asString());
            host.ask("3", "tools/list", "{}");
            assertTrue(host.answer("3").has("result"));
            old.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"r\"}}");
            host.next("notifications/resources/updated");
            assertEquals(1, calls.get(), "what may have been carried out is not sent again");
        }
    }

    @Test
    void aForgottenSessionBeginsAgain_AndTheRequestIsSentAgain() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.initialize();
            server.next("notifications/initialized").ended().await();
            old.forget();
            host.ask("1", "tools/list", "{}");
            assertTrue(host.answer("1").has("result"));
            assertEquals(OldServer.PLACE + "1", server.next("tools/list").http().getRequestURI().toString());
            assertEquals(OldServer.PLACE + "3", server.next("initialize").http().getRequestURI().toString());
            assertEquals(OldServer.PLACE + "3", server.next("tools/list").http().getRequestURI().toString());
        }
    }

    @Test
    void aSessionThatIsForgottenBeforeTheHostIsReadyIsGreetedToo() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.ask("0", "initialize", PipedHost.INITIALIZE);
            host.answer("0");
            old.forget();
            host.tell("notifications/initialized", "{}");
            host.ask("1", "tools/list", "{}");
            assertTrue(host.answer("1").has("result"));
            server.next("notifications/initialized");
            assertEquals(OldServer.PLACE + "3", server.next("initialize").http().getRequestURI().toString());
            assertEquals(OldServer.PLACE + "3",
                    server.next("notifications/initialized").http().getRequestURI().toString());
        }
    }

    @Test
    void nothingIsSentToAnotherPlace() throws Exception {
        try (var thief = new StubServer(Taken::accepted)) {
            var lured = new OldServer(this::usual, thief.endpoint() + "?session=");
            try (var server = new StubServer(lured); var host = new PipedHost(new DirectChannel(server.endpoint(),
                    new Token()), Duration.ofSeconds(30), Duration.ofSeconds(30), SignIn.NONE)) {
                host.ask("0", "initialize", PipedHost.INITIALIZE);
                var error = host.answer("0").path("error");
                assertEquals("malformed", error.path("data").path("bridge").asString(), error::toString);
                assertTrue(error.path("message").asString().contains("Nothing was sent there"), error::toString);
            }
            assertEquals(0, thief.requests());
        }
    }

    @Test
    void aModernHost() throws Exception {
        try (var server = new StubServer(old); var host = new PipedHost(server)) {
            host.ask("1", "server/discover", "{" + PipedHost.META + "}");
            var found = host.answer("1").path("result");
            assertEquals("[\"2026-07-28\"]", found.path("supportedVersions").toString());
            host.ask("2", "tools/call", "{\"name\":\"x\"," + PipedHost.META + "}");
            var asks = host.answer("2").path("result");
            assertEquals("p", host.next("notifications/progress").path("params").path("progressToken").asString());
            assertEquals("input_required", asks.path("resultType").asString());
            host.ask("3", "tools/call", "{\"name\":\"x\",\"requestState\":" + asks.path("requestState")
                    + ",\"inputResponses\":{\"question\":{\"action\":\"accept\"}}," + PipedHost.META + "}");
            assertEquals("accept", host.answer("3").path("result").path("said").path("action").asString());
            server.next("GET");
            old.lose();
            server.next("GET");                    // the bridge has seen that it is lost
            host.ask("4", "tools/list", "{" + PipedHost.META + "}");
            assertEquals("complete", host.answer("4").path("result").path("resultType").asString());
        }
    }

    @Test
    void aStreamThatIsNoneLeavesTheFirstRefusal() throws Exception {
        StubServer.Turn page = taken -> {
            if (taken.method().equals("GET")) {
                taken.json(200, "{}");
            } else {
                taken.json(405, "");
            }
        };
        try (var server = new StubServer(page); var host = new PipedHost(server)) {
            host.ask("0", "initialize", PipedHost.INITIALIZE);
            assertTrue(host.answer("0").path("error").path("message").asString().contains("no MCP endpoint"));
        }
    }

    @Test
    void anAnswerThatIsTooLargeEndsTheSession_AndTheNextOneBegins() throws Exception {
        var large = new OldServer[1];
        large[0] = new OldServer(taken -> {
            switch (taken.method()) {
                case "initialize" -> large[0].result(taken, OPENED);
                case "tools/list" -> large[0].result(taken, "{\"x\":\"" + "x".repeat(Limits.MESSAGE_BYTES) + "\"}");
                case "ping" -> large[0].result(taken, "{}");
                default -> { }
            }
        }, OldServer.PLACE);
        try (var server = new StubServer(large[0]); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/list", "{}");
            assertEquals("too_large", host.answer("1").path("error").path("data").path("bridge").asString());
            host.ask("2", "ping", "{}");
            assertTrue(host.answer("2").has("result"));
        }
    }
}
