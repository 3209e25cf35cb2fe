package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.bridge.StubServer.Taken;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A host and a server that both know sessions: everything passes, in both directions.
final class LegacyToLegacyTest {

    private static final String OPENED = "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":"
            + "{\"listChanged\":true},\"resources\":{\"subscribe\":true}},\"serverInfo\":{\"name\":\"s\","
            + "\"version\":\"9\"},\"unknown\":[1.5]}";

    private final AtomicInteger sessions = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);

    private void usual(Taken taken) throws Exception {
        switch (taken.method()) {
            case "initialize" -> {
                taken.http().getResponseHeaders().set("Mcp-Session-Id", "s" + sessions.incrementAndGet());
                taken.result(OPENED);
            }
            case "GET" -> taken.json(405, "");
            case "tools/list" -> taken.result("{\"tools\":[],\"_meta\":{\"x\":1}}");
            case "resources/subscribe", "logging/setLevel" -> taken.result("{}");
            default -> taken.accepted();
        }
    }

    @Test
    void theSessionIsTheHostsOwn() throws Exception {
        try (var server = new StubServer(this::usual); var host = new PipedHost(server)) {
            var opened = host.initialize();
            assertEquals("[1.5]", opened.path("result").path("unknown").toString(), "nothing is left out");
            var sent = server.next("initialize");
            assertEquals(PipedHost.INITIALIZE, sent.message().path("params").toString());
            assertEquals("", sent.header("MCP-Protocol-Version"));
            assertEquals("application/json, text/event-stream", sent.header("Accept"));
            host.ask("\"a\"", "tools/list", "{\"_meta\":{\"progressToken\":7}}");
            assertEquals("{\"tools\":[],\"_meta\":{\"x\":1}}", host.answer("\"a\"").path("result").toString());
            var greeting = server.next("notifications/initialized");
            assertEquals("s1", greeting.header("Mcp-Session-Id"));
            var list = server.next("tools/list");
            assertEquals("2025-11-25", list.header("MCP-Protocol-Version"));
            assertEquals("{\"_meta\":{\"progressToken\":7}}", list.message().path("params").toString());
        }
    }

    @Test
    void progressLogsAndQuestionsPassWhileACallRuns() throws Exception {
        StubServer.Turn turn = taken -> {
            if (!taken.method().equals("tools/call")) {
                usual(taken);
                return;
            }
            try (var out = taken.events()) {
                Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                        + "{\"progressToken\":7,\"progress\":1}}");
                Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":"
                        + "{\"message\":\"Really?\"}}");
                end.await();
                Taken.event(out, "", "{\ndata: \"jsonrpc\":\"2.0\",\ndata: "
                        + "\"id\":1,\"error\":{\"code\":-5,\"message\":\"no\","
                        + "\"data\":[1]}}");
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\",\"_meta\":{\"progressToken\":7}}");
            assertEquals(7, host.next("notifications/progress").path("params").path("progressToken").asInt());
            var question = host.next("elicitation/create");
            assertEquals("Really?", question.path("params").path("message").asString());
            host.say("{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"accept\"}}");
            var answer = server.next("answer");
            assertEquals("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"action\":\"accept\"}}",
                    answer.message().toString());
            assertEquals("s1", answer.header("Mcp-Session-Id"));
            end.countDown();
            assertEquals("{\"code\":-5,\"message\":\"no\",\"data\":[1]}", host.answer("1").path("error").toString());
        }
    }

    @Test
    void anIdMayBeUsedAgainOnceItIsAnswered() throws Exception {
        try (var server = new StubServer(this::usual); var host = new PipedHost(server)) {
            host.initialize();
            for (var round = 0; round < 200; round++) {
                host.ask("1", "tools/list", "{}");
                assertTrue(host.answer("1").has("result"));
            }
        }
    }

    @Test
    void aCancelledCallIsCancelledThere_AndNotAnswered() throws Exception {
        StubServer.Turn turn = taken -> {
            if (taken.method().equals("tools/call")) {
                end.await();
                taken.result("{}");
            } else {
                usual(taken);
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\"}");
            server.next("tools/call");
            host.tell("notifications/cancelled", "{\"requestId\":1,\"reason\":\"enough\"}");
            assertEquals("{\"requestId\":1,\"reason\":\"enough\"}",
                    server.next("notifications/cancelled").message().path("params").toString());
            end.countDown();
            host.ask("2", "tools/list", "{}");
            assertEquals("2", host.next(message -> !message.has("method")).path("id").toString());
        }
    }

    @Test
    void whatTheServerTellsByItselfIsHeard_AlsoAfterItsStreamBrokeOff() throws Exception {
        var streams = new AtomicInteger();
        StubServer.Turn turn = taken -> {
            if (!taken.method().equals("GET")) {
                usual(taken);
                return;
            }
            var number = streams.incrementAndGet();
            try (var out = taken.events()) {
                out.write("retry: 1\n".getBytes(StandardCharsets.UTF_8));
                Taken.event(out, "e" + number, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                        + "\"params\":{\"uri\":\"r:" + number + "\"}}");
                if (number == 2) {
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");
                    end.await();
                }
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.initialize();
            assertEquals("r:1", host.next("notifications/resources/updated").path("params").path("uri").asString());
            assertEquals("r:2", host.next("notifications/resources/updated").path("params").path("uri").asString());
            assertEquals("", server.next("GET").header("Last-Event-ID"));
            assertEquals("e1", server.next("GET").header("Last-Event-ID"));
            host.say("{\"jsonrpc\":\"2.0\",\"id\":" + host.next("roots/list").path("id")
                    + ",\"result\":{\"roots\":[]}}");
            assertEquals("q", server.next("answer").message().path("id").asString());
            end.countDown();
        }
    }

    @Test
    void aForgottenSessionBeginsAgain_AndTheCallIsSentAgain() throws Exception {
        StubServer.Turn turn = taken -> {
            var old = taken.header("Mcp-Session-Id").equals("s1");
            switch (taken.method()) {
                case "tools/call" -> {
                    if (old) {
                        taken.error(404, -32001, "Session not found");
                    } else {
                        taken.result("{\"content\":[]}");
                    }
                }
                default -> usual(taken);
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "resources/subscribe", "{\"uri\":\"r:1\"}");
            host.answer("1");
            host.ask("2", "tools/call", "{\"name\":\"x\"}");
            assertTrue(host.answer("2").has("result"));
            assertEquals(2, sessions.get());
            var first = server.next("initialize").message();
            var again = server.next("initialize").message();
            assertEquals(first.path("params"), again.path("params"));
            assertEquals("s2", server.next("notifications/initialized").header("Mcp-Session-Id"));
            assertEquals("s2", server.next("resources/subscribe").header("Mcp-Session-Id"));
            assertEquals("s2", server.next("tools/call").header("Mcp-Session-Id"));
            host.next("notifications/tools/list_changed");
        }
    }

    @Test
    void aStreamThatBrokeOffIsTakenUpWhereItWas() throws Exception {
        StubServer.Turn turn = taken -> {
            if (taken.method().equals("tools/call")) {
                try (var out = taken.events()) {
                    out.write("retry: 1\n".getBytes(StandardCharsets.UTF_8));
                    Taken.event(out, "e7", "");
                }
            } else if (taken.method().equals("GET") && taken.header("Last-Event-ID").equals("e7")) {
                try (var out = taken.events()) {
                    Taken.event(out, "e8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}");
                }
            } else {
                usual(taken);
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.initialize();
            host.ask("1", "tools/call", "{\"name\":\"x\"}");
            assertTrue(host.answer("1").has("result"));
        }
    }
}
