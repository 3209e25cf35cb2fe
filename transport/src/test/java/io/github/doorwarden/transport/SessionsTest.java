package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a session id is good for, how long, where and for whom; what a session costs.
class SessionsTest {

    private static final URI ORIGIN = URI.create("https://tools.example.com");
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String LEVEL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\",\"params\":"
            + "{\"level\":\"error\"}}";

    @TempDir
    Path folder;
    private final Seal seal = Seal.forThisProcess("session");
    private TestDoor door;

    @BeforeEach
    void open() {
        door = new TestDoor(folder, ORIGIN, seal);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private static String begin(TestDoor at, String path, String token) throws Exception {
        return post(at, path, token, "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}}}").headers().first("Mcp-Session-Id")
                .orElseThrow();
    }

    private static Reply post(TestDoor at, String path, String token, String session, String body) throws Exception {
        var reply = token.isEmpty() ? at.post(path, body, "Mcp-Session-Id", session)
                : at.post(path, body, "Authorization", "Bearer " + token, "Mcp-Session-Id", session);
        assertTrue(reply.status() < 500, reply.status() + " " + new String(reply.body(), StandardCharsets.UTF_8));
        return reply;
    }

    private int ping(String session) throws Exception {
        return post(door, "/play", "reader", session, PING).status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"SV-90", "LT-25"})
    void loggingIsDeclaredWhereMessagesCanArrive_AndASessionBeginsWithInitialize(String revision) throws Exception {
        assertEquals(404, post(door, "/play", "reader", "0".repeat(144), LEVEL).status(), "no session without it");
        for (var path : new String[] {"/play", "/stateless"}) {
            var begun = post(door, path, "reader", "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
                    + "\"params\":{\"protocolVersion\":\"" + revision + "\",\"capabilities\":{}}}");
            var session = begun.headers().first("Mcp-Session-Id");
            assertEquals(path.equals("/play"), session.isPresent());
            assertEquals(session.isPresent(),
                    TestDoor.json(begun).path("result").path("capabilities").path("logging").isObject());
            var level = TestDoor.json(post(door, path, "reader", session.orElse(""), LEVEL));
            assertEquals(session.isPresent() ? 0 : -32601, level.path("error").path("code").asInt(0), level::toString);
        }
    }

    @Test
    @Covers({"LT-75", "LT-76"})
    void idsAreUniqueVisibleAndCostNothing() throws Exception {
        var all = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            var id = begin(door, "/play", "reader");
            assertTrue(id.matches("[0-9a-f]{144}"), id);
            assertTrue(all.add(id));
        }
        assertEquals(0, door.sessions.live());
        var refused = post(door, "/play", "reader", "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\"}");
        assertTrue(refused.headers().first("Mcp-Session-Id").isEmpty());
    }

    @Test
    void requestsThatNeedNoMemoryMakeNone() throws Exception {
        var id = begin(door, "/play", "reader");
        ping(id);
        post(door, "/play", "reader", id, PING.replace("ping", "tools/list"));
        post(door, "/play", "reader", id, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
                + "{\"requestId\":1}}");
        post(door, "/play", "reader", id, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        assertEquals(0, door.sessions.live());
        post(door, "/play", "reader", id, LEVEL);
        assertEquals(1, door.sessions.live());
    }

    @Test
    void dashesDoNotCount() throws Exception {
        var id = begin(door, "/play", "reader");
        assertEquals(200, ping(id.replaceAll("(.{8})", "$1-")));
        assertEquals(200, ping("-" + id + "-"));
        assertEquals(404, ping(id.replaceAll("(.)", "$1--")));
    }

    @Test
    void whatIsChangedIsNoIdAndNoFault() throws Exception {
        var id = begin(door, "/play", "reader");
        var seed = 20_261_120L;
        var random = new Random(seed);
        for (var i = 0; i < 144; i++) {
            var other = new StringBuilder(id);
            other.setCharAt(i, id.charAt(i) == '0' ? '1' : '0');
            assertEquals(404, ping(other.toString()), "character " + i);
            assertEquals(404, ping(id.substring(0, i)), "cut at " + i);
        }
        for (var i = 0; i < 2_000; i++) {
            var text = new StringBuilder();
            random.ints(random.nextInt(1, 400), 0x21, 0x7f).forEach(text::appendCodePoint);
            assertEquals(404, ping(text.toString()), "seed " + seed + ", round " + i);
        }
    }

    @Test
    @Covers("LT-78")
    void aSessionEndsAfterADayWhateverIsDoneWithIt() throws Exception {
        var id = begin(door, "/play", "reader");
        post(door, "/play", "reader", id, LEVEL);
        door.time.set(TestDoor.NOW.plus(Limits.SESSION_LIFE).minusSeconds(1));
        door.sessions.tend();
        assertEquals(200, ping(id));
        door.time.set(TestDoor.NOW.plus(Limits.SESSION_LIFE));
        assertEquals(404, ping(id));
        for (var method : new String[] {"GET", "DELETE"}) {
            assertEquals(404, door.send(method, "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id", id)
                    .status());
        }
        door.sessions.tend();
        assertEquals(0, door.sessions.live());
    }

    @Test
    void anIdIsGoodAtItsOwnEndpointAlone() throws Exception {
        assertEquals(404, post(door, "/closed", "reader", begin(door, "/play", "reader"), PING).status());
    }

    @Test
    @Covers("RS-8")
    void whoBeganWithoutATokenGoesOnWithOne() throws Exception {
        var id = begin(door, "/mcp", "");
        assertEquals(401, post(door, "/mcp", "", id, LegacyClient.callOf(1, "greet")).status());
        assertEquals(200, post(door, "/mcp", "reader", id, LegacyClient.callOf(1, "greet")).status());
        assertEquals(200, post(door, "/mcp", "bob", id, LEVEL).status());
        assertEquals(2, door.sessions.live(), "what each leaves behind is kept apart");
        var own = begin(door, "/mcp", "reader");
        assertEquals(404, post(door, "/mcp", "", own, PING.replace("ping", "tools/list")).status());
    }

    @Test
    @Covers({"LT-78", "LT-79"})
    void anEndIsKnownToEveryNodeAndAfterARestart() throws Exception {
        var id = begin(door, "/play", "reader");
        try (var node = new TestDoor(folder, ORIGIN, seal)) {
            assertEquals(200, post(node, "/play", "reader", id, LEVEL).status());
            assertEquals(1, node.sessions.live());
            var ended = door.send("DELETE", "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id", id);
            assertEquals(204, ended.status());
            assertEquals(404, ping(id));
            node.sessions.tend();
            assertEquals(404, post(node, "/play", "reader", id, PING).status());
            assertEquals(0, node.sessions.live());
        }
        try (var restarted = new TestDoor(folder, ORIGIN, seal)) {
            restarted.sessions.tend();
            assertEquals(404, post(restarted, "/play", "reader", id, PING).status());
            assertEquals(200, post(restarted, "/play", "reader", begin(door, "/play", "reader"), PING).status());
        }
    }

    @Test
    void endingsOfOneCallerAreBounded() throws Exception {
        for (var i = 0; i <= Limits.ENDINGS_PER_MINUTE; i++) {
            var ended = door.send("DELETE", "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id",
                    begin(door, "/play", "reader"));
            assertEquals(i < Limits.ENDINGS_PER_MINUTE ? 204 : 429, ended.status());
        }
        assertEquals(204, door.send("DELETE", "/play", "", "Authorization", "Bearer bob", "Mcp-Session-Id",
                begin(door, "/play", "bob")).status());
    }

    @Test
    void whatRestsIsForgottenAndTheSessionGoesOn() throws Exception {
        var id = begin(door, "/play", "reader");
        post(door, "/play", "reader", id, LEVEL);
        assertFalse(chats(id).contains("notifications/message"));
        door.time.set(TestDoor.NOW.plus(Limits.SESSION_IDLE));
        door.sessions.tend();
        assertEquals(1, door.sessions.live());
        door.time.set(TestDoor.NOW.plus(Limits.SESSION_IDLE).plusSeconds(1));
        door.sessions.tend();
        assertEquals(0, door.sessions.live());
        assertTrue(chats(id).contains("notifications/message"), "the usual level again");
    }

    private String chats(String session) throws Exception {
        return new String(post(door, "/play", "reader", session, LegacyClient.callOf(1, "chat")).body(),
                StandardCharsets.UTF_8);
    }

    @Test
    void oneCallerHasNoMoreInMemoryThanItMay() throws Exception {
        var other = begin(door, "/play", "bob");
        post(door, "/play", "bob", other, LEVEL);
        for (var i = 0; i < Limits.SESSIONS_LIVE_PER_CALLER + 10; i++) {
            assertEquals(200, post(door, "/play", "reader", begin(door, "/play", "reader"), LEVEL).status());
        }
        assertEquals(Limits.SESSIONS_LIVE_PER_CALLER + 1, door.sessions.live());
    }

    /// Told after the first event, also when the event ids belong to another life of the server.
    @ParameterizedTest
    @ValueSource(strings = {"2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers("LT-70")
    void eventIdsAreUniqueInTheSessionAlsoAfterARestart(String revision) throws Exception {
        var id = post(door, "/play", "reader", "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"" + revision + "\",\"capabilities\":{}}}").headers().first("Mcp-Session-Id")
                .orElseThrow();
        var all = new HashSet<String>();
        try (var restarted = new TestDoor(folder, ORIGIN, seal)) {
            for (var at : new TestDoor[] {door, restarted}) {
                for (var call = 1; call <= 5; call++) {
                    var stream = post(at, "/play", "reader", id, LegacyClient.callOf(call, "chatter"));
                    new String(stream.body(), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("id: "))
                            .forEach(line -> assertTrue(all.add(line), line));
                }
            }
        }
        assertTrue(all.size() >= 1_000, all.size() + " events");
    }

    @Test
    void lastEventIdsOfEveryKindDoNoHarm() throws Exception {
        var id = begin(door, "/play", "reader");
        var stream = post(door, "/play", "reader", id, LegacyClient.callOf(1, "count"));
        var known = new String(stream.body(), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("id: "))
                .findFirst().orElseThrow().substring(4);
        var seed = 7L;
        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++) {
            var text = new StringBuilder(known);
            for (var n = random.nextInt(1, 4); n > 0; n--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) random.nextInt(0x21, 0x7f));
                    default -> text.setCharAt(at, "0123456789abcdef-".charAt(random.nextInt(17)));
                }
            }
            if (text.toString().matches("[0-9a-f]{12}-0-.*")) {
                continue;                                        // the standalone stream, which stays open
            }
            var status = door.send("GET", "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id", id,
                    "Last-Event-ID", text.toString()).status();
            assertTrue(status == 200 || status == 400, "seed " + seed + ", round " + i + ": " + status);
        }
    }

    @Test
    void moreThanIsKeptCannotBeFetchedAgain() throws Exception {
        var id = post(door, "/play", "reader", "", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":"
                + "{\"protocolVersion\":\"2025-03-26\",\"capabilities\":{}}}").headers().first("Mcp-Session-Id")
                .orElseThrow();
        var calls = IntStream.rangeClosed(1, 5).mapToObj(call -> LegacyClient.callOf(call, "chatter"))
                .collect(Collectors.joining(",", "[", "]"));
        var stream = post(door, "/play", "reader", id, calls);
        var ids = new String(stream.body(), StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4)).toList();
        assertEquals(5 * 101, ids.size());
        assertEquals(400, again(id, ids.getFirst()).status());
        var kept = again(id, ids.get(ids.size() - Limits.REPLAY_EVENTS - 1));
        assertEquals(Limits.REPLAY_EVENTS, new String(kept.body(), StandardCharsets.UTF_8).lines()
                .filter(line -> line.startsWith("id: ")).count());
        assertEquals(0, again(id, ids.getLast()).body().length);
    }

    private Reply again(String session, String lastEventId) throws Exception {
        return door.send("GET", "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id", session,
                "Last-Event-ID", lastEventId);
    }
}
