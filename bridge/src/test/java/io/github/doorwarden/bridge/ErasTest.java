package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.bridge.StubServer.Taken;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Hosts of one era before servers of the other one alone.
final class ErasTest {

    private static final String QUESTION = "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"Really?\"}}";

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicReference<String> answered = new AtomicReference<>("");

    /// A server that knows no sessions.
    private void modern(Taken taken) throws Exception {
        switch (taken.method()) {
            case "initialize" -> taken.error(400, -32022, "This server serves 2026-07-28.");
            case "server/discover" -> taken.result(ModernToModernTest.DISCOVERED);
            case "subscriptions/listen" -> {
                try (var out = taken.events()) {
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                            + "\"params\":{}}");
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\","
                            + "\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"x\"}}}");
                    end.await();
                }
            }
            case "tools/call" -> {
                var params = taken.message().path("params");
                if (params.path("requestState").asString("").equals("s1")) {
                    answered.set(params.path("inputResponses").toString());
                    taken.result("{\"resultType\":\"complete\",\"content\":[]}");
                } else {
                    taken.result("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":" + QUESTION
                            + "},\"requestState\":\"s1\"}");
                }
            }
            default -> taken.error(404, -32601, "No such method");
        }
    }

    @Test
    void aLegacyHostBeforeAModernServer() throws Exception {
        try (var server = new StubServer(this::modern); var host = new PipedHost(server)) {
            var opened = host.initialize().path("result");
            assertEquals("2025-11-25", opened.path("protocolVersion").asString());
            assertEquals("s", opened.path("serverInfo").path("name").asString());
            assertTrue(opened.path("capabilities").path("tools").path("listChanged").asBoolean());
            assertTrue(host.next("notifications/tools/list_changed").path("params").isEmpty());
            host.ask("1", "ping", "{}");
            assertEquals("{}", host.answer("1").path("result").toString());
            host.ask("2", "logging/setLevel", "{\"level\":\"debug\"}");
            host.answer("2");
            host.ask("3", "tools/call", "{\"name\":\"x\"}");
            var question = host.next("elicitation/create");
            assertEquals("Really?", question.path("params").path("message").asString());
            host.say("{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"action\":\"accept\"}}");
            assertEquals("{\"content\":[]}", host.answer("3").path("result").toString());
            assertEquals("{\"k\":{\"action\":\"accept\"}}", answered.get());
            var call = server.next("tools/call");
            var meta = call.message().path("params").path("_meta");
            assertEquals("2026-07-28", meta.path("io.modelcontextprotocol/protocolVersion").asString());
            assertEquals("debug", meta.path("io.modelcontextprotocol/logLevel").asString());
            assertEquals("{\"elicitation\":{}}", meta.path("io.modelcontextprotocol/clientCapabilities").toString());
            assertEquals("x", call.header("Mcp-Name"));
            host.ask("4", "prompts/list", "{}");
            assertEquals(-32601, host.answer("4").path("error").path("code").asInt());
            end.countDown();
        }
    }

    /// A server that knows nothing but sessions.
    private void legacy(Taken taken) throws Exception {
        switch (taken.method()) {
            case "initialize" -> taken.result("{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{},"
                    + "\"logging\":{}},\"serverInfo\":{\"name\":\"old\",\"version\":\"1\"},\"instructions\":\"Be "
                    + "kind.\"}");
            case "GET" -> {
                try (var out = taken.events()) {
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                    end.await();
                }
            }
            case "tools/list" -> taken.result("{\"tools\":[]}");
            case "logging/setLevel" -> taken.result("{}");
            case "tools/call" -> {
                try (var out = taken.events()) {
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
                            + "{\"message\":\"Really?\"}}");
                    end.await();
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                            + "{\"progressToken\":\"p\",\"progress\":1}}");
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"id\":" + taken.message().path("id")
                            + ",\"result\":{\"content\":[]}}");
                }
            }
            case "answer" -> {
                answered.set(taken.message().toString());
                taken.accepted();
                end.countDown();
            }
            case "notifications/initialized", "DELETE" -> taken.accepted();
            default -> taken.error(400, -32600, "Bad Request: Server not initialized");
        }
    }

    @Test
    void aModernHostBeforeALegacyServer() throws Exception {
        try (var server = new StubServer(this::legacy); var host = new PipedHost(server)) {
            host.ask("1", "server/discover", "{" + PipedHost.META + "}");
            var found = host.answer("1").path("result");
            assertEquals("[\"2026-07-28\"]", found.path("supportedVersions").toString());
            assertEquals("Be kind.", found.path("instructions").asString());
            assertEquals("old", found.path("_meta").path("io.modelcontextprotocol/serverInfo").path("name").asString());
            assertEquals("complete", found.path("resultType").asString());
            host.ask("2", "tools/list", "{" + PipedHost.META + "}");
            assertEquals("private", host.answer("2").path("result").path("cacheScope").asString());
            var list = server.next("tools/list");
            assertEquals("2025-06-18", list.header("MCP-Protocol-Version"));
            assertEquals("{\"_meta\":{\"progressToken\":\"p\"}}", list.message().path("params").toString());

            host.ask("3", "tools/call", "{\"name\":\"x\"," + PipedHost.META.replace("\"p\"", "\"p1\"") + "}");
            var asks = host.answer("3").path("result");
            assertEquals("input_required", asks.path("resultType").asString());
            assertEquals("{\"question\":" + QUESTION + "}", asks.path("inputRequests").toString());
            host.ask("4", "tools/call", "{\"name\":\"x\",\"requestState\":" + asks.path("requestState")
                    + ",\"inputResponses\":{\"question\":{\"action\":\"accept\"}},"
                    + PipedHost.META.replace("\"p\"", "\"p2\"") + "}");
            assertEquals("complete", host.answer("4").path("result").path("resultType").asString());
            assertEquals("p2", host.next("notifications/progress").path("params").path("progressToken").asString());
            assertEquals("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"result\":{\"action\":\"accept\"}}", answered.get());

            host.ask("5", "tools/call", "{\"name\":\"x\",\"requestState\":" + asks.path("requestState") + ","
                    + PipedHost.META + "}");
            assertTrue(host.answer("5").path("error").path("message").asString().contains("Begin again"));
        }
    }

    /// The server knows the request of the second round by the id of the first.
    @Test
    void aModernHostCancelsALaterRound() throws Exception {
        var cancelled = new CompletableFuture<String>();
        StubServer.Turn turn = taken -> {
            if (taken.method().equals("notifications/cancelled")) {
                cancelled.complete(taken.message().path("params").path("requestId").toString());
                taken.accepted();
            } else if (taken.method().equals("answer")) {
                taken.accepted();
            } else {
                legacy(taken);
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.ask("3", "tools/call", "{\"name\":\"x\"," + PipedHost.META + "}");
            var asks = host.answer("3").path("result");
            host.ask("4", "tools/call", "{\"name\":\"x\",\"requestState\":" + asks.path("requestState")
                    + ",\"inputResponses\":{\"question\":{\"action\":\"accept\"}}," + PipedHost.META + "}");
            server.next("answer");
            host.tell("notifications/cancelled", "{\"requestId\":4," + PipedHost.META + "}");
            assertEquals("3", cancelled.get(20, TimeUnit.SECONDS));
            end.countDown();
        }
    }

    @Test
    void aModernHostListensToALegacyServer() throws Exception {
        var late = new CountDownLatch(1);
        StubServer.Turn turn = taken -> {
            if (taken.method().equals("GET")) {
                late.await();
            }
            legacy(taken);
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.ask("\"l\"", "subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true,"
                    + "\"promptsListChanged\":false}," + PipedHost.META + "}");
            assertEquals("{\"toolsListChanged\":true}", host.next("notifications/subscriptions/acknowledged")
                    .path("params").path("notifications").toString());
            host.ask("2", "tools/list", "{" + PipedHost.META + "}");
            host.answer("2");
            late.countDown();
            assertEquals("l", host.next("notifications/tools/list_changed").path("params").path("_meta")
                    .path("io.modelcontextprotocol/subscriptionId").asString());
            end.countDown();
        }
    }

    @Test
    void aServerThatSpeaksNeither() throws Exception {
        try (var server = new StubServer(taken -> taken.error(404, -32601, "No such method"));
                var host = new PipedHost(server)) {
            assertEquals(-32601, host.initialize().path("error").path("code").asInt());
            host.ask("1", "server/discover", "{" + PipedHost.META + "}");
            assertFalse(host.answer("1").has("result"));
        }
    }
}
