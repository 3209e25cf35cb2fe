package io.github.doorwarden.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.wire.Authorization;
import io.github.doorwarden.protocol.Revision;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The library against a server of 2026-07-28 over HTTP: what is sent, what comes back, what each failure is.
final class McpClientTest {

    private static final String TOOLS = "{'resultType':'complete','tools':[{'name':'add','description':'Adds.',"
            + "'inputSchema':{'type':'object'},'annotations':{'readOnlyHint':true},'x':1}]}";

    private static void tools(StubServer.Asked one) throws java.io.IOException {
        switch (one.method()) {
            case "tools/list" -> one.result(TOOLS);
            case "tools/call" -> one.result("{'content':[{'type':'text','text':'3'},{'type':'hologram','x':2}],"
                    + "'structuredContent':{'sum':3}}");
            default -> one.error(404, "{'code':-32601,'message':'no'}");
        }
    }

    @Test
    void toolsAreListedAndCalled_AndTheirJsonIsReachable() throws Exception {
        try (var server = StubServer.modern(McpClientTest::tools);
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.withToken("t0ken"))) {
            assertEquals(Revision.V2026_07_28, client.server().revision());
            assertEquals("stub", client.server().name());
            var tool = client.tools().getFirst();
            assertTrue(tool.readOnly());
            assertEquals(1, tool.raw().path("x").asInt());
            var result = client.call("add", StubServer.json("{'a':1,'b':2}"));
            assertEquals("3", result.text());
            assertEquals("hologram", ((Content.Other) result.content().get(1)).type());
            assertEquals(3, result.structured().orElseThrow().path("sum").asInt());
            var call = server.asked.getLast();
            assertEquals("Bearer t0ken", call.header("Authorization"));
            assertEquals("add", call.header("Mcp-Name"));
            assertEquals("tools/call", call.header("Mcp-Method"));
            assertTrue(server.asked.stream().noneMatch(one -> one.exchange().getRequestURI().toString()
                    .contains("t0ken")));
        }
    }

    private static McpFailure fails(StubServer.Play play) throws Exception {
        try (var server = StubServer.modern(play);
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.withToken("t0ken"))) {
            var failure = assertThrows(McpFailure.class, () -> client.call("add", StubServer.json("{}"),
                    CallOptions.PLAIN.within(Duration.ofSeconds(20))));
            assertFalse(failure.remedy().isBlank());
            assertFalse(failure.getMessage().contains("t0ken"), failure.getMessage());
            return failure;
        }
    }

    private static StubServer.Play call(StubServer.Play play) {
        return one -> {
            if (one.method().equals("tools/call")) {
                play.answer(one);
            } else {
                tools(one);
            }
        };
    }

    @Test
    void eachFailureIsOfItsKindWithARemedy() throws Exception {
        assertTrue(fails(call(one -> one.status(401))) instanceof McpFailure.Authentication);
        var no = fails(call(one -> one.body(403, "{\"error\":{\"message\":\"Only\\u0007 on Mondays\"}}")));
        assertTrue(no instanceof McpFailure.Permission && no.getMessage().contains("Only on Mondays"), no.toString());
        assertTrue(fails(call(one -> one.error(200, "{'code':-32602,'message':'no such tool'}")))
                instanceof McpFailure.Execution failed && failed.code() == -32602);
        assertTrue(fails(call(one -> one.status(404))) instanceof McpFailure.Protocol);
        assertTrue(fails(call(one -> one.body(200, "<html>"))) instanceof McpFailure.Protocol);
        assertTrue(fails(call(one -> one.status(503))) instanceof McpFailure.Outage outage && outage.begun());
    }

    @Test
    void aToolThatFailsIsAResult_AndAnExecutionFailureForWhoeverWantsOne() throws Exception {
        try (var server = StubServer.modern(
                call(one -> one.result("{'content':[{'type':'text','text':'Bang\\n\\u001b[2J!'}],"
                + "'isError':true}")));
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN)) {
            var result = client.call("add", StubServer.json("{}"));
            assertTrue(result.isError());
            assertEquals("Bang [2J!", assertThrows(McpFailure.Execution.class, result::orThrow).getMessage());
        }
    }

    @Test
    void noRedirectIsFollowed_BecauseCredentialsWouldGoAlong() throws Exception {
        try (var elsewhere = new StubServer(one -> one.result("{}"))) {
            var failure = fails(call(one -> one.status(307, "Location", elsewhere.endpoint().toString())));
            assertTrue(failure.getMessage().contains(elsewhere.endpoint().toString()), failure.getMessage());
            assertEquals(List.of(), elsewhere.asked);
        }
    }

    @Test
    void whatTheServerEchoesOfOurCredentialIsTakenOut() throws Exception {
        try (var server = StubServer.modern(call(one -> one.result("{'content':[{'type':'text','text':'"
                + one.header("Authorization") + "'}]}")));
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.withToken("t0ken"))) {
            assertEquals("Bearer (credential)", client.call("add", StubServer.json("{}")).text());
        }
    }

    @Test
    void credentialsDoNotTravelInClear() {
        var failure = assertThrows(McpFailure.Authentication.class, () -> McpClient.connect(
                URI.create("http://192.0.2.1/mcp"), ClientOptions.PLAIN.withToken("t0ken")));
        assertTrue(failure.getMessage().contains("https"), failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> McpClient.connect(URI.create("https://a:b@example.com/mcp"),
                ClientOptions.PLAIN));
        assertThrows(IllegalArgumentException.class, () -> McpClient.connect(URI.create("file:///mcp"),
                ClientOptions.PLAIN));
    }

    /// Gets another token at each refusal.
    private static final class Renewing implements Authorization {

        final List<Refusal> refusals = new CopyOnWriteArrayList<>();

        @Override
        public Map<String, String> fields(String method, URI target) {
            return Map.of("Authorization", "Bearer t" + refusals.size());
        }

        @Override
        public boolean renewed(Refusal refusal) {
            return refusals.add(refusal);
        }
    }

    @Test
    void aRefusalIsFollowedByOtherCredentials_ButNotWithoutAnEnd() throws Exception {
        var renewing = new Renewing();
        try (var server = StubServer.modern(call(one -> {
            if (one.header("Authorization").equals("Bearer t2")) {
                tools(one);
            } else {
                one.status(401, "WWW-Authenticate", "Bearer scope=\"x\"");
            }
        }));
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.with(renewing))) {
            assertEquals("3", client.call("add", StubServer.json("{}")).text().strip());
            assertEquals(2, renewing.refusals.size());
            assertEquals("tools/call add", renewing.refusals.getLast().operation());
            assertEquals(List.of("Bearer scope=\"x\""), renewing.refusals.getLast().headers().get("www-authenticate"));
            assertEquals(Map.of("Authorization", "Bearer t1"), renewing.refusals.getLast().sent());
        }
        try (var server = StubServer.modern(call(one -> one.status(403)));
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.with(new Renewing()))) {
            assertThrows(McpFailure.Permission.class, () -> client.call("add", StubServer.json("{}")));
            assertEquals(4, server.asked.stream().filter(one -> one.method().equals("tools/call")).count());
        }
    }

    @Test
    void theClockStandsWhileAPersonSignsIn() throws Exception {
        var late = new CountDownLatch(1);
        var slow = new Authorization() {

            private int asked;

            @Override
            public Map<String, String> fields(String method, URI target) throws InterruptedException {
                if (asked++ == 2) {                // the call, after the discovery and the list
                    late.await(1500, TimeUnit.MILLISECONDS);
                }
                return Map.of();
            }

            @Override
            public boolean renewed(Refusal refusal) {
                return false;
            }
        };
        try (var server = StubServer.modern(McpClientTest::tools);
                var client = McpClient.connect(server.endpoint(), ClientOptions.PLAIN.with(slow))) {
            assertEquals("3", client.call("add", StubServer.json("{}"), CallOptions.PLAIN.within(
                    Duration.ofSeconds(1))).text());
        }
    }
}
