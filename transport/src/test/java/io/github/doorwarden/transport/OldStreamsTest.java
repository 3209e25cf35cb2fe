package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Changes;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The transport of revision 2024-11-05, for clients that know no other.
@Timeout(60)
class OldStreamsTest extends DoorFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private HttpRequest.Builder request(String path, String token) {
        var request = HttpRequest.newBuilder(URI.create(server.origin() + path)).timeout(PATIENCE)
                .header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private LegacyClient.Events open(String path) throws Exception {
        return new LegacyClient.Events(http.send(request(path, "reader").GET().build(),
                BodyHandlers.ofInputStream()));
    }

    private HttpResponse<String> post(String path, String token, String json) throws Exception {
        return http.send(request(path, token).POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString());
    }

    private void send(String where, String json) throws Exception {
        var taken = post(where, "reader", json);
        assertEquals("202 ", taken.statusCode() + " " + taken.body());
    }

    private static String initialize(String revision) {
        return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" + revision
                + "\",\"capabilities\":{\"roots\":{}}}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"LT-25", "LT-90", "LT-91", "LT-92", "LT-93", "LT-94"})
    void aWholeConversation(String revision) throws Exception {
        try (var stream = open("/play/sse")) {
            assertEquals("text/event-stream", stream.response.headers().firstValue("Content-Type").orElse(""));
            var first = stream.next();
            assertEquals("endpoint", first.type());
            assertTrue(first.data().matches("/play/messages\\?sessionId=[0-9a-f]{32}"), first.data());
            var where = first.data();

            send(where, "{\"jsonrpc\":\"2.0\",\"id\":\"early\",\"method\":\"tools/list\"}");
            assertEquals(-32600, answer(stream).json().path("error").path("code").asInt());
            send(where, initialize(revision));
            var begun = answer(stream).json().path("result");
            assertEquals(revision, begun.path("protocolVersion").asString());
            assertTrue(begun.path("capabilities").path("tools").path("listChanged").asBoolean());
            send(where, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            send(where, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
            assertEquals("count", answer(stream).json().path("result").path("tools").path(0).path("name").asString());

            send(where, LegacyClient.callOf(2, "roots"));
            var question = answer(stream).json();
            assertEquals("roots/list", question.path("method").asString());
            send(where, "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":{\"roots\":[]}}");
            assertEquals(2, answer(stream).json().path("id").asInt());
            assertEquals(400, post(where, "reader", "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}").statusCode());

            send(where, LegacyClient.callOf(3, "count"));
            for (var i = 1; i <= 3; i++) {
                assertEquals(i, answer(stream).json().path("params").path("progress").asInt());
            }
            assertEquals(3, answer(stream).json().path("id").asInt());
            door.guarded.changes().publish(new Changes.Change.OfList(Changes.Kind.TOOLS, "/play"));
            assertEquals("notifications/tools/list_changed", answer(stream).json().path("method").asString());
            send(where, initialize(revision));
            assertEquals(-32600, answer(stream).json().path("error").path("code").asInt(), "a second initialize");
        }
    }

    private static LegacyClient.Event answer(LegacyClient.Events stream) {
        var event = stream.next();
        assertEquals("message", event.type());
        return event;
    }

    @Test
    @Covers({"LT-57", "LT-90", "LT-92"})
    void everyMessageIsAuthenticatedAndBelongsToTheStreamsCaller() throws Exception {
        assertEquals(401, http.send(request("/play/sse", "").GET().build(), BodyHandlers.ofString()).statusCode());
        assertEquals(405, post("/play/sse", "reader", "{}").statusCode());
        var stream = open("/play/sse/");
        var where = stream.next().data();
        var ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        assertEquals(401, post(where, "", ping).statusCode());
        assertEquals(404, post(where, "bob", ping).statusCode());
        assertEquals(404, post("/play/messages?sessionId=0", "reader", ping).statusCode());
        assertEquals(404, post("/play/messages/", "reader", ping).statusCode());
        assertEquals(400, post(where, "reader", "{").statusCode());
        send(where.replace("?", "/?"), ping);
        assertTrue(answer(stream).json().has("result"));
        assertEquals(404, http.send(request("/stateless/sse", "").GET().build(), BodyHandlers.ofString())
                .statusCode(), "off where sessions are off");
        stream.close();
        while (post(where, "reader", ping).statusCode() == 202) {
            Polling.pause();                                 // until the server has seen it go
        }
        assertEquals(404, post(where, "reader", ping).statusCode());
    }

    @Test
    @Covers("LT-56")
    void aPageOfAnotherSiteReachesNeitherPath() throws Exception {
        for (var path : new String[] {"/play/sse", "/play"}) {
            assertEquals(403, http.send(request(path, "reader").header("Origin", "https://evil.example").GET().build(),
                    BodyHandlers.ofString()).statusCode());
        }
        for (var path : new String[] {"/play/messages", "/play"}) {
            assertEquals(403, http.send(request(path, "reader").header("Origin", "https://evil.example")
                    .POST(BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString()).statusCode());
        }
        assertEquals(403, http.send(request("/play", "reader").header("Origin", "https://evil.example").DELETE()
                .build(), BodyHandlers.ofString()).statusCode());
        try (var own = new LegacyClient.Events(http.send(request("/play/sse", "reader")
                .header("Origin", server.origin().toString()).GET().build(), BodyHandlers.ofInputStream()))) {
            assertEquals(200, own.response.statusCode());
        }
    }

    @Test
    void batchesAreTakenAtTheirOwnRevisionAlone() throws Exception {
        var batch = "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":"
                + "\"ping\"}]";
        try (var stream = open("/play/sse")) {
            var where = stream.next().data();
            assertEquals(400, post(where, "reader", batch).statusCode());
            send(where, initialize("2025-03-26"));
            answer(stream);
            send(where, batch);
            assertEquals(3, answer(stream).json().path("id").asInt() + answer(stream).json().path("id").asInt());
        }
    }

    @Test
    void theEndOfTheStreamEndsItsCalls() throws Exception {
        var stream = open("/play/sse");
        var where = stream.next().data();
        send(where, initialize("2024-11-05"));
        answer(stream);
        send(where, LegacyClient.callOf(1, "hold"));
        answer(stream);
        assertTrue(door.play.waiting.tryAcquire(20, TimeUnit.SECONDS));
        stream.close();
        assertTrue(door.play.interrupted.tryAcquire(20, TimeUnit.SECONDS));
    }

    @Test
    void aCancelledCallIsNotAnswered() throws Exception {
        try (var stream = open("/play/sse")) {
            var where = stream.next().data();
            send(where, initialize("2024-11-05"));
            answer(stream);
            send(where, LegacyClient.callOf(1, "hold"));
            answer(stream);
            assertTrue(door.play.waiting.tryAcquire(20, TimeUnit.SECONDS));
            send(where, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
            assertTrue(door.play.interrupted.tryAcquire(20, TimeUnit.SECONDS));
            send(where, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
            assertEquals(2, answer(stream).json().path("id").asInt());
        }
    }

    @Test
    void oneCallerMayHaveSoManyStreams() throws Exception {
        var open = new ArrayList<LegacyClient.Events>();
        for (var i = 0; i < CallLimits.USUAL.streams(); i++) {
            open.add(open("/play/sse"));
        }
        var refused = open("/play/sse");
        assertEquals(429, refused.response.statusCode());
        var bobs = http.send(request("/play/sse", "bob").GET().build(), BodyHandlers.ofInputStream());
        assertEquals(200, bobs.statusCode());
        bobs.body().close();
        open.forEach(LegacyClient.Events::close);
    }

    @Test
    void whoMayNotStayIsToldNothing() throws Exception {
        door.mayStay.set(false);
        try (var stream = open("/play/sse")) {
            assertEquals("endpoint", stream.next().type());
            assertNull(stream.next());
        }
        assertFalse(door.guarded.changes().listeners() > 0);
    }
}
