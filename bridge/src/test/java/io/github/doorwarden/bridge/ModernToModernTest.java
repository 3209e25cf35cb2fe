package io.github.doorwarden.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.bridge.StubServer.Taken;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A host and a server of 2026-07-28: each request passes by itself, with the headers that pipes do not have.
final class ModernToModernTest {

    static final String DISCOVERED = "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
            + "\"capabilities\":{\"tools\":{\"listChanged\":true},\"resources\":{\"subscribe\":true}},"
            + "\"ttlMs\":1,\"cacheScope\":\"public\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
            + "{\"name\":\"s\",\"version\":\"9\"}}}";
    private static final int SECONDS = 20;
    private static final String PARAMS = "{" + PipedHost.META + "}";

    private static void usual(Taken taken) throws Exception {
        if (taken.method().equals("server/discover")) {
            taken.result(DISCOVERED);
        } else {
            taken.result("{\"resultType\":\"complete\"}");
        }
    }

    @Test
    void requestsGetTheHeadersOfTheirBodies() throws Exception {
        try (var server = new StubServer(ModernToModernTest::usual); var host = new PipedHost(server)) {
            host.ask("1", "server/discover", PARAMS);
            assertEquals(DISCOVERED, host.answer("1").path("result").toString());
            var discover = server.next("server/discover");
            assertEquals("2026-07-28", discover.header("MCP-Protocol-Version"));
            assertEquals("server/discover", discover.header("Mcp-Method"));
            assertEquals(PARAMS, discover.message().path("params").toString());
            host.ask("2", "resources/read", "{\"uri\":\"r:ä\"," + PipedHost.META + "}");
            host.answer("2");
            var read = server.next("resources/read");
            assertEquals("=?base64?cjrDpA==?=", read.header("Mcp-Name"));
            assertEquals("", read.header("Mcp-Session-Id"));
        }
    }

    @Test
    void aHostThatDoesNotDiscoverIsTakenAtItsWord() throws Exception {
        try (var server = new StubServer(ModernToModernTest::usual); var host = new PipedHost(server)) {
            host.ask("1", "tools/call", "{\"name\":\"x\"," + PipedHost.META + "}");
            assertTrue(host.answer("1").has("result"));
            assertEquals("host", server.next("server/discover").message().path("params").path("_meta")
                    .path("io.modelcontextprotocol/clientInfo").path("name").asString());
            assertEquals("x", server.next("tools/call").header("Mcp-Name"));
        }
    }

    @Test
    void argumentsAreMirrored_AlsoWhenTheHostNeverListed() throws Exception {
        StubServer.Turn turn = taken -> {
            if (taken.method().equals("tools/list")) {
                taken.result("{\"tools\":[{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                        + "{\"region\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"}}}}]}");
            } else if (taken.method().equals("tools/call") && taken.header("Mcp-Param-Region").isEmpty()) {
                taken.error(400, -32020, "The header Mcp-Param-Region is missing.");
            } else {
                usual(taken);
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.ask("1", "tools/call", "{\"name\":\"x\",\"arguments\":{\"region\":\"eu\"}," + PipedHost.META + "}");
            assertTrue(host.answer("1").has("result"));
            host.ask("2", "tools/call", "{\"name\":\"x\",\"arguments\":{\"region\":\"us\"}," + PipedHost.META + "}");
            host.answer("2");
            server.next("tools/list");
            assertEquals("eu", server.next("tools/call").header("Mcp-Param-Region"));
            assertEquals("us", server.next("tools/call").header("Mcp-Param-Region"), "known from then on");
        }
    }

    @Test
    void cancellingClosesTheStream() throws Exception {
        var closed = new CountDownLatch(1);
        StubServer.Turn turn = taken -> {
            if (!taken.method().equals("tools/call")) {
                usual(taken);
                return;
            }
            var out = taken.events();
            assertThrows(IOException.class, () -> {
                while (true) {
                    Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                            + "{\"progressToken\":\"p\",\"progress\":1}}");
                }
            });
            closed.countDown();
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.ask("1", "tools/call", "{\"name\":\"x\"," + PipedHost.META + "}");
            host.next("notifications/progress");
            host.tell("notifications/cancelled", "{\"requestId\":1}");
            assertTrue(closed.await(SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void aSubscriptionIsOpenedAnew_AndTheHostReadsAgain() throws Exception {
        var streams = new AtomicInteger();
        var end = new CountDownLatch(1);
        StubServer.Turn turn = taken -> {
            if (!taken.method().equals("subscriptions/listen")) {
                usual(taken);
                return;
            }
            try (var out = taken.events()) {
                Taken.event(out, "", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                        + "\"params\":{\"notifications\":{\"toolsListChanged\":true},\"_meta\":"
                        + "{\"io.modelcontextprotocol/subscriptionId\":1}}}");
                if (streams.incrementAndGet() == 2) {
                    end.await();
                }
            }
        };
        try (var server = new StubServer(turn); var host = new PipedHost(server)) {
            host.ask("1", "subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}," + PipedHost.META
                    + "}");
            host.next("notifications/subscriptions/acknowledged");
            assertEquals(1, host.next("notifications/tools/list_changed").path("params").path("_meta")
                    .path("io.modelcontextprotocol/subscriptionId").asInt());
            end.countDown();
        }
    }
}
