package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The rows behind the real engine: what only a socket can show.
class McpOverHttpTest extends DoorFixture {

    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    @Covers("MT-1")
    void bothSpellingsAreServedWithoutARedirect() throws Exception {
        for (var path : new String[] {"/off", "/off/"}) {
            var reply = send(post(path, PING));
            assertEquals(200, reply.statusCode());
            assertEquals("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", reply.body());
        }
        assertEquals(401, send(post("/closed/", PING)).statusCode());
        assertEquals(404, send(post("/off/off", PING)).statusCode());
    }

    @Test
    @Covers({"MT-2", "MT-3", "RS-6"})
    void aPageOfAnotherSiteMayNotCall() throws Exception {
        assertEquals(403, send(post("/off", PING).header("Origin", "http://evil.example.com")).statusCode());
        assertEquals(403, send(post("/off", PING).header("Origin", "null")).statusCode());
        assertEquals(403, send(request("/off").header("Origin", "http://evil.example.com").GET()).statusCode());
        assertEquals(200, send(post("/off", PING).header("Origin", server.origin().toString())).statusCode());
    }

    @Test
    @Covers("MT-9")
    void withoutASessionGetIsRefusedAtOnceAndWithoutAnyDeleteIsAccepted() throws Exception {
        for (var path : new String[] {"/closed", "/stateless"}) {
            var get = send(request(path).header("Accept", "text/event-stream").GET());
            assertEquals(405, get.statusCode());
            assertEquals("DELETE, OPTIONS, POST", get.headers().firstValue("Allow").orElse(""));
        }
        assertEquals(401, send(request("/closed").header("Mcp-Session-Id", "x").DELETE()).statusCode());
        assertEquals(204, send(request("/stateless").header("Mcp-Session-Id", "x").DELETE()).statusCode());
    }

    @Test
    void whoMayOnlyLookGetsNoStreamAndIsNotSentToSignInForIt() throws Exception {
        var opened = send(post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}}"));
        var session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
        assertEquals(405, listen("/mcp", session, "").statusCode());
        assertEquals(401, listen("/mcp", session, "Bearer elsewhere").statusCode());
        assertEquals(401, listen("/closed", session, "").statusCode());
    }

    private HttpResponse<String> listen(String path, String session, String credentials) throws Exception {
        var get = request(path).header("Accept", "text/event-stream").header("Mcp-Session-Id", session).GET();
        return send(credentials.isEmpty() ? get : get.header("Authorization", credentials));
    }

    @Test
    void aPageThatMayCallCanReadTheChallenge() throws Exception {
        var origin = "http://localhost:6274";
        var reply = send(post("/closed", PING).header("Origin", origin));
        assertEquals(401, reply.statusCode());
        assertEquals(origin, reply.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertTrue(reply.headers().firstValue("Access-Control-Expose-Headers").orElse("").contains("WWW-Authenticate"));
        var preflight = send(request("/closed").header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, mcp-method")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, preflight.statusCode());
        assertTrue(preflight.headers().firstValue("Access-Control-Allow-Headers").orElse("").contains("Mcp-Method"));
    }

    @Test
    void aBodyBeyondTheBoundIsRefused() throws Exception {
        var reply = send(post("/off", "\"" + "x".repeat(Limits.BODY_BYTES) + "\""));
        assertEquals(413, reply.statusCode());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.origin() + path)).timeout(PATIENCE);
    }

    private HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
