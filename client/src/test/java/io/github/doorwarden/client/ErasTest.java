package io.github.doorwarden.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Revision;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Servers of every era over HTTP, as they answer on the wire: which one is found, and how it is spoken to.
final class ErasTest {

    private static final ObjectNode NOTHING = StubServer.json("{}");

    private static String initialized(String revision) {
        return "{'protocolVersion':'" + revision + "','capabilities':{'tools':{},'resources':{'subscribe':true}},"
                + "'serverInfo':{'name':'old','version':'1'}}";
    }

    /// What is left of a server of before 2026-07-28 once it has been initialized.
    private static void legacy(StubServer.Asked one) throws IOException {
        switch (one.method()) {
            case "server/discover" -> one.error(400, "{'code':-32600,'message':'Bad Request: no session'}");
            case "tools/list" -> one.result("{'tools':[{'name':'echo','inputSchema':{'type':'object'}}]}");
            case "tools/call" -> one.result("{'content':[{'type':'text','text':'said'}]}");
            default -> one.status(202);
        }
    }

    @Test
    void aServerThatRefusesTheRevisionAndNamesItIsAskedAgain() throws Exception {
        var refusals = new AtomicInteger();
        try (var server = new StubServer(one -> {
            if (refusals.getAndIncrement() % 2 == 0) {
                one.error(400, "{'code':-32022,'message':'Unsupported','data':{'supported':['2026-07-28'],"
                        + "'requested':'2026-07-28'}}");
            } else if (one.method().equals("server/discover")) {
                one.result(StubServer.DISCOVERED);
            } else {
                one.result("{'content':[]}");
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertEquals(Revision.V2026_07_28, client.server().revision());
            client.request("x/y", NOTHING, CallOptions.PLAIN);
            assertEquals(List.of("server/discover", "server/discover", "x/y", "x/y"), server.asked.stream()
                    .map(StubServer.Asked::method).toList());
            assertEquals(4, server.asked.stream().map(one -> one.message().path("id").asInt()).distinct().count());
        }
    }

    @Test
    void aServerThatNamesAnOlderRevisionIsInitializedWithThat() throws Exception {
        try (var server = new StubServer(one -> {
            switch (one.method()) {
                case "server/discover" -> one.error(400, "{'code':-32022,'message':'Unsupported','data':"
                        + "{'supported':['2025-03-26','2025-06-18','2031-01-01']}}");
                case "initialize" -> one.result(initialized(one.params().path("protocolVersion").asString()));
                default -> legacy(one);
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertEquals(Revision.V2025_06_18, client.server().revision());
            assertEquals("said", client.call("echo", NOTHING).text());
            assertEquals("2025-06-18", server.asked.getLast().header("MCP-Protocol-Version"));
        }
    }

    @Test
    void aServerThatIsDiscoveredAndSpeaksOlderRevisionsAloneIsInitializedWithTheNewestOfThem() throws Exception {
        try (var server = new StubServer(one -> {
            switch (one.method()) {
                case "server/discover" -> one.result(StubServer.DISCOVERED.replace("['2026-07-28']",
                        "['2024-11-05','2025-06-18','2025-03-26']"));
                case "initialize" -> one.result(initialized(one.params().path("protocolVersion").asString()));
                default -> legacy(one);
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            assertEquals(Revision.V2025_06_18, client.server().revision());
            assertEquals("old", client.server().name());
        }
    }

    @Test
    void aSessionIsCarriedAndEnded() throws Exception {
        try (var server = new StubServer(one -> {
            if (one.method().equals("initialize")) {
                one.exchange().getResponseHeaders().set("Mcp-Session-Id", "s-1");
                one.result(initialized("2025-11-25"));
            } else {
                legacy(one);
            }
        })) {
            try (var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
                assertEquals("old", client.server().name());
                client.call("echo", NOTHING);
                assertEquals("s-1", server.asked.getLast().header("Mcp-Session-Id"));
            }
            assertEquals("DELETE", server.asked.getLast().verb());
        }
    }

    @Test
    void aServerThatSpeaksNoKnownRevisionIsAProtocolFailure() throws Exception {
        try (var server = new StubServer(one -> {
            if (one.method().equals("initialize")) {
                one.result(initialized("1999-01-01"));
            } else {
                legacy(one);
            }
        })) {
            var failure = assertThrows(McpFailure.Protocol.class, () -> McpClient.connect(server.endpoint(),
                    ClientOptions.PLAIN));
            assertTrue(failure.getMessage().contains("no revision"), failure.getMessage());
        }
    }

    /// HTTP+SSE: answers come on the stream.
    private static final class OldServer implements StubServer.Play {

        final LinkedBlockingQueue<String> out = new LinkedBlockingQueue<>();
        private final String place;

        OldServer(String place) {
            this.place = place;
        }

        @Override
        public void answer(StubServer.Asked one) throws IOException {
            if (one.verb().equals("GET")) {
                stream(one.stream());
            } else if (!one.path().startsWith("/messages")) {
                one.status(404);
            } else {
                var id = one.message().path("id");
                one.exchange().sendResponseHeaders(202, -1);
                var result = switch (one.method()) {
                    case "initialize" -> initialized("2024-11-05");
                    case "tools/list" -> "{'tools':[{'name':'echo','inputSchema':{'type':'object'}}]}";
                    default -> "{'content':[{'type':'text','text':'over events'}]}";
                };
                if (!id.isMissingNode()) {
                    out.add("event: message\ndata: {'jsonrpc':'2.0','id':" + id + ",'result':" + result + "}");
                }
            }
        }

        private void stream(OutputStream stream) throws IOException {
            StubServer.Asked.event(stream, "event: endpoint\ndata: " + place);
            try {
                for (var event = out.take(); !event.isEmpty(); event = out.take()) {
                    StubServer.Asked.event(stream, event);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aServerOfTheFirstRevisionIsFoundByItsStreamOfEvents() throws Exception {
        var old = new OldServer("/messages?session=7");
        try (var server = new StubServer(old);
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.withToken("t0ken"))) {
            assertEquals(Revision.V2024_11_05, client.server().revision());
            assertEquals("echo", client.tools().getFirst().name());
            assertEquals("over events", client.call("echo", NOTHING).text());
            assertEquals("/messages?session=7", server.asked.getLast().path());
            assertEquals("Bearer t0ken", server.asked.getLast().header("Authorization"));
            old.out.add("");                       // the stream ends, and with it the session
            assertThrows(McpFailure.Outage.class, () -> {
                while (true) {
                    client.call("echo", NOTHING, CallOptions.PLAIN.within(Duration.ofSeconds(20)));
                }
            });
        }
    }

    @Test
    void messagesGoToNoOtherOriginThanThatOfTheStream() throws Exception {
        try (var thief = new StubServer(one -> one.status(202));
                var server = new StubServer(new OldServer(thief.endpoint().toString()))) {
            assertThrows(McpFailure.Protocol.class, () -> McpClient.connect(server.endpoint(),
                    ClientOptions.PLAIN.withToken("t0ken")));
            assertEquals(List.of(), thief.asked);
        }
    }

    @Test
    void argumentsAreMirroredIntoHeaders_AndABrokenToolIsLeftOut() throws Exception {
        var schema = new LinkedBlockingQueue<>(List.of("Region", "Zone"));
        try (var server = StubServer.modern(one -> {
            if (one.method().equals("tools/list")) {
                one.result("{'tools':[{'name':'query','inputSchema':{'type':'object','properties':{'region':"
                        + "{'type':'string','x-mcp-header':'" + schema.poll() + "'},'other':{'type':'string'}}}},"
                        + "{'name':'broken','inputSchema':{'type':'object','properties':{'a':{'type':'string',"
                        + "'x-mcp-header':'a b'}}}}]}");
            } else if (one.header("Mcp-Param-Zone").isEmpty() && one.params().at("/arguments/region").asString("")
                    .equals("moved")) {
                one.error(400, "{'code':-32020,'message':'Header mismatch'}");
            } else {
                one.result("{'content':[]}");
            }
        });
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            client.call("query", StubServer.json("{'region':' Zürich','other':'x'}"));
            var call = server.asked.getLast();
            assertEquals("=?base64?IFrDvHJpY2g=?=", call.header("Mcp-Param-Region"));
            assertEquals("", call.header("Mcp-Param-Other"));
            client.call("query", StubServer.json("{'region':null}"));
            assertEquals("", server.asked.getLast().header("Mcp-Param-Region"));
            assertThrows(McpFailure.Protocol.class, () -> client.call("broken", NOTHING));
            assertEquals("query", server.asked.getLast().header("Mcp-Name"));
            client.call("query", StubServer.json("{'region':'moved'}"));
            assertEquals("moved", server.asked.getLast().header("Mcp-Param-Zone"));
        }
    }

    @Test
    void givingUpTellsTheServer_InTheOlderEraByANotificationAndInTheNewerByLeaving() throws Exception {
        for (var modern : List.of(true, false)) {
            var begun = new CountDownLatch(1);
            var left = new CountDownLatch(1);
            try (var server = new StubServer(one -> {
                switch (one.method()) {
                    case "server/discover" -> {
                        if (modern) {
                            one.result(StubServer.DISCOVERED);
                        } else {
                            one.status(400);
                        }
                    }
                    case "initialize" -> one.result(initialized("2025-11-25"));
                    case "notifications/cancelled" -> {
                        left.countDown();
                        one.status(202);
                    }
                    case "tools/call" -> {
                        var out = one.stream();
                        begun.countDown();
                        stall(out, left, modern);
                    }
                    default -> legacy(one);
                }
            });
                    var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
                var cancel = new Cancel();
                var waiting = Thread.ofVirtual().start(() -> {
                    try {
                        begun.await();
                        cancel.cancel();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                assertThrows(CancellationException.class, () -> client.call("echo", NOTHING,
                        CallOptions.PLAIN.cancelledBy(cancel)));
                assertTrue(left.await(30, TimeUnit.SECONDS), "the server was not told, modern: " + modern);
                waiting.join();
                assertTrue(!Thread.interrupted());
            }
        }
    }

    /// Until the other side has gone.
    private static void stall(OutputStream out, CountDownLatch left, boolean modern) {
        try {
            for (var i = 0; i < 3_000 && left.getCount() > 0; i++) {
                StubServer.Asked.event(out, ": still here");
                left.await(10, TimeUnit.MILLISECONDS);
            }
        } catch (IOException gone) {
            if (modern) {
                left.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
