package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Messages of legacy clients in and out of sessions, requirement by requirement; the transcripts show them whole.
class LegacyMessagesTest {

    private static final List<String> REVISIONS = List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    @TempDir
    Path folder;
    private TestDoor door;

    @BeforeEach
    void open() {
        door = new TestDoor(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Reply post(String body, String... headers) throws Exception {
        var all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer reader";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return door.post("/play", body, all);
    }

    private static String initialize(String revision) {
        return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" + revision
                + "\",\"capabilities\":{}}}";
    }

    private String begin(String revision) throws Exception {
        return post(initialize(revision)).headers().first("Mcp-Session-Id").orElseThrow();
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static List<JsonNode> messages(Reply reply) {
        return text(reply).lines().filter(line -> line.startsWith("data: "))
                .map(line -> JsonMapper.shared().readTree(line.substring(6))).toList();
    }

    private static String ping(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}";
    }

    @Test
    @Covers("LT-1")
    void messagesAreJsonRpcInUtf8() throws Exception {
        assertEquals(-32600, code(post(ping("1").replace("2.0", "1.0"))));
        assertEquals(-32600, code(post("{\"jsonrpc\":\"2.0\",\"id\":1}")));
        var latin = door.send("POST", "/off", List.of(), "{\"jsonrpc\":\"2.0\",\"id\":\"\u00e9\",\"method\":\"ping\"}"
                .getBytes(StandardCharsets.ISO_8859_1));
        assertEquals("400 -32700", latin.status() + " " + code(latin));
    }

    private static int code(Reply reply) {
        return TestDoor.json(reply).path("error").path("code").asInt();
    }

    @Test
    @Covers("LT-2")
    void idsComeBackAsTheyWere() throws Exception {
        for (var id : List.of("7", "\"7\"", "9007199254740991")) {
            assertEquals(id, TestDoor.json(post(ping(id))).get("id").toString());
        }
        for (var id : List.of("null", "1.5", "{}")) {
            assertEquals(-32600, code(post(ping(id))));
        }
    }

    @Test
    @Covers("LT-4")
    void notificationsAreNotAnswered() throws Exception {
        for (var method : List.of("notifications/initialized", "notifications/unknown", "tools/list")) {
            for (var headers : new String[][] {{}, {"Mcp-Session-Id", begin("2025-06-18")}}) {
                var reply = post("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\"}", headers);
                assertEquals("202 0", reply.status() + " " + reply.body().length);
            }
        }
    }

    @Test
    @Covers({"LT-20", "LT-21", "LT-22", "LT-23"})
    void initializeNegotiates() throws Exception {
        for (var revision : REVISIONS) {
            var result = TestDoor.json(post(initialize(revision))).get("result");
            assertEquals(revision, result.get("protocolVersion").asString());
            assertTrue(result.get("capabilities").isObject());
            assertEquals("test-door 1.2.3", result.get("serverInfo").get("name").asString() + " "
                    + result.get("serverInfo").get("version").asString());
        }
        for (var revision : List.of("1999-01-01", "2026-07-28", "9999-01-01")) {
            assertEquals("2025-11-25", TestDoor.json(post(initialize(revision))).get("result").get("protocolVersion")
                    .asString());
        }
        for (var bad : List.of(initialize("x").replace("\"x\"", "7"), "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":"
                + "\"initialize\"}")) {
            var reply = post(bad);
            assertEquals(-32602, code(reply));
            assertTrue(text(reply).contains("params.protocolVersion"));
        }
    }

    @Test
    @Covers({"LT-10", "LT-11", "LT-12", "LT-13", "LT-14"})
    void batchesAreServedWhereTheyExist() throws Exception {
        var session = begin("2025-03-26");
        var answers = post("[" + ping("1") + ",{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"},{\"jsonrpc\":"
                + "\"2.0\",\"method\":\"notifications/initialized\"}]", "Mcp-Session-Id", session);
        var array = JsonMapper.shared().readTree(answers.body());
        assertEquals("2 1 2", array.size() + " " + array.get(0).get("id") + " " + array.get(1).get("id"));
        var notices = post("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}]", "Mcp-Session-Id",
                session);
        assertEquals("202 0", notices.status() + " " + notices.body().length);
        assertEquals(-32600, code(post("[]", "Mcp-Session-Id", session)));
        var mixed = JsonMapper.shared().readTree(post("[1," + ping("1") + "]", "Mcp-Session-Id", session).body());
        assertEquals(-32600, mixed.get(0).get("error").get("code").asInt());
        assertTrue(mixed.get(1).has("result"));
        for (var body : List.of("[" + initialize("2025-03-26") + "]", "[" + initialize("2025-03-26") + "," + ping("1")
                + "]")) {
            var reply = post(body);
            assertEquals(-32600, JsonMapper.shared().readTree(reply.body()).get(0).get("error").get("code").asInt());
            assertTrue(reply.headers().first("Mcp-Session-Id").isEmpty());
        }
        for (var revision : List.of("2025-06-18", "2025-11-25")) {
            for (var headers : new String[][] {{"MCP-Protocol-Version", revision}, {"Mcp-Session-Id",
                begin(revision)}}) {
                var refused = post("[" + ping("1") + "]", headers);
                assertEquals("400 -32600", refused.status() + " " + code(refused));
            }
        }
    }

    @Test
    @Covers("LT-45")
    void progressNamesTheTokenThatTheRequestGave() throws Exception {
        var session = begin("2025-06-18");
        for (var token : List.of("7", "\"7\"")) {
            var told = messages(post(call("count", token), "Mcp-Session-Id", session));
            assertEquals(token, told.getFirst().get("params").get("progressToken").toString());
        }
        assertEquals("application/json", type(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                + "\"params\":{\"name\":\"count\"}}", "Mcp-Session-Id", session)));
        for (var token : List.of("true", "1.5")) {
            assertEquals(-32602, code(post(call("count", token), "Mcp-Session-Id", session)));
        }
    }

    private static String call(String tool, String token) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"_meta\":{\"progressToken\":" + token + "}}}";
    }

    private static String type(Reply reply) {
        return reply.headers().first("Content-Type").orElse("");
    }

    @Test
    @Covers({"LT-46", "LT-47"})
    void progressRisesAndEndsWithTheRequest() throws Exception {
        var session = begin("2025-06-18");
        var reply = post(call("stutter", "1"), "Mcp-Session-Id", session);
        assertEquals(List.of("1", "3", "4.5"), messages(reply).stream().filter(message -> message.has("method"))
                .map(message -> message.get("params").get("progress").toString()).toList());
        door.play.overhang.progress(9, 0, "");
        var first = text(reply).lines().filter(line -> line.startsWith("id: ")).findFirst().orElseThrow().substring(4);
        var again = door.send("GET", "/play", "", "Authorization", "Bearer reader", "Mcp-Session-Id", session,
                "Last-Event-ID", first);
        assertEquals(3, messages(again).size());
        assertTrue(messages(again).getLast().has("result"));
    }

    @Test
    @Covers("LT-48")
    void progressIsNoFasterThanAPersonReads() throws Exception {
        var reply = post(call("count", "1").replace("\"name\"", "\"arguments\":{\"to\":100000},\"name\""),
                "Mcp-Session-Id", begin("2025-06-18"));
        var told = messages(reply).stream().filter(message -> message.has("method")).toList();
        assertTrue(told.size() < 1_000, told.size() + " notifications");
        assertEquals(100_000, told.getLast().get("params").get("progress").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers({"LT-49", "LT-60", "LT-63"})
    void aStreamHoldsOneMessagePerEventAndEndsWithTheAnswer(String revision) throws Exception {
        var session = begin(revision);
        var reply = post(call("count", "1"), "Mcp-Session-Id", session);
        assertEquals("text/event-stream", type(reply));
        var all = messages(reply);
        assertEquals(4, all.size());
        assertEquals(!revision.equals("2024-11-05"), all.getFirst().get("params").has("message"));
        assertTrue(all.getLast().has("result"));
        assertEquals("application/json", type(post(ping("1"), "Mcp-Session-Id", session)));
    }

    @Test
    @Covers("LT-77")
    void whatNeedsASessionSaysSoWithoutOne() throws Exception {
        assertEquals(400, post("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").status());
        assertEquals(400, door.send("DELETE", "/play", "", "Authorization", "Bearer reader").status());
        assertEquals(405, door.send("GET", "/play", "", "Authorization", "Bearer reader").status());
        assertEquals(200, post(ping("1"), "MCP-Protocol-Version", "2025-11-25").status());
    }

    @Test
    @Covers({"LT-85", "LT-86"})
    void theVersionHeaderAgreesWithTheSessionOrIsRefused() throws Exception {
        for (var revision : REVISIONS) {
            var session = begin(revision);
            for (var bad : List.of("1999-01-01", "x", revision.equals("2025-06-18") ? "2025-11-25" : "2025-06-18")) {
                assertEquals(400, post(ping("1"), "Mcp-Session-Id", session, "MCP-Protocol-Version", bad).status());
                for (var method : List.of("GET", "DELETE")) {
                    assertEquals(400, door.send(method, "/play", "", "Authorization", "Bearer reader",
                            "Mcp-Session-Id", session, "MCP-Protocol-Version", bad).status(), method + " " + bad);
                }
            }
            assertEquals(400, post(ping("1"), "Mcp-Session-Id", session, "MCP-Protocol-Version", revision,
                    "MCP-Protocol-Version", revision).status());
            var told = messages(post(call("count", "1"), "Mcp-Session-Id", session)).getFirst();
            assertEquals(!revision.equals("2024-11-05"), told.get("params").has("message"), "by the session");
        }
    }

    @Test
    @Covers("LT-37")
    void aCancellationThatCrossesTheAnswerDoesNoHarm() throws Exception {
        var seed = 20_261_122L;
        var random = new Random(seed);
        var session = begin("2025-11-25");
        var cancel = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 200; i++) {
                var round = "seed " + seed + ", round " + i;
                var spins = random.nextInt(20_000);
                var call = threads.submit(() -> post(call(random.nextBoolean() ? "count" : "chat", "1"),
                        "Mcp-Session-Id", session));
                for (var spun = 0; spun < spins; spun++) {
                    Thread.onSpinWait();
                }
                assertEquals(202, post(cancel, "Mcp-Session-Id", session).status(), round);
                var answers = text(call.get()).lines().filter(line -> line.contains("\"result\"")).count();
                assertTrue(answers <= 1 && call.get().status() == 200, round);
                assertFalse(text(call.get()).contains("\"error\""), round + text(call.get()));
            }
        }
        assertEquals(200, post(call("count", "1"), "Mcp-Session-Id", session).status());
    }
}
