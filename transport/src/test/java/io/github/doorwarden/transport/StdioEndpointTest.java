package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Changes.Change;
import io.github.doorwarden.server.Changes.Kind;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StdioEndpointTest {

    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    @TempDir
    Path folder;
    private StdioFixture house;
    private Piped client;

    @BeforeEach
    void open() throws IOException {
        house = new StdioFixture(folder, false);
        client = house.pipe();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        house.close();
    }

    private static String text(ObjectNode answer) {
        return answer.path("result").path("content").path(0).path("text").asString("no text in " + answer);
    }

    private static int code(ObjectNode answer) {
        return answer.path("error").path("code").asInt(0);
    }

    @Test
    @Covers("ST-1")
    void everyMessageIsOneLine_WhateverIsInIt() throws Exception {
        var text = "one\ntwo\r\nthree\u2028four\u2029 \uD83D\uDE00 \u0000\u001f";
        var quoted = JsonMapper.shared().writeValueAsString(text);
        client.say("").say("\r").say("   ");
        client.modern(1, "tools/call", "\"name\":\"say\",\"arguments\":{\"text\":" + quoted + "}");
        assertEquals(text.replace('\u0000', '\uFFFD').replace('\u001f', '\uFFFD'), text(client.answer(1)));
        client.write("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\r\n\n".getBytes(StandardCharsets.UTF_8));
        assertTrue(client.answer(2).path("result").isEmpty());
        client.write("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(3, client.end().getFirst().path("id").asInt(), "what stands before the end is a line too");
    }

    @Test
    @Covers("ST-3")
    void aLineThatIsNoMessageIsAnswered_AndTheNextOneServed() throws Exception {
        var endless = new byte[1 << 20];
        Arrays.fill(endless, (byte) 'x');
        client.say("{");
        var notJson = client.next();
        assertEquals(-32700, code(notJson));
        assertFalse(notJson.has("id"));
        client.say("[]");
        assertEquals(-32600, code(client.next()));
        client.say("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":7}");
        assertEquals("a", client.next().path("id").asString());
        client.write(new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"', '\n'});
        assertEquals(-32700, code(client.next()));
        for (var mebibyte = 0; mebibyte < 100; mebibyte++) {
            client.write(endless);
        }
        var tooLong = client.next();
        assertEquals(-32600, code(tooLong));
        assertFalse(tooLong.has("id"));
        assertTrue(tooLong.path("error").path("message").asString().contains("longer"), tooLong::toString);
        client.say("").legacy(1, "ping", "");
        assertEquals(1, client.next().path("id").asInt(), "the rest of the long line was skipped");
    }

    @Test
    void theLongestLineIsServed_AndOneMoreByteIsNot() throws Exception {
        var frame = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\"}}";
        var fitting = frame.replace("\"\"}}", "\"" + "x".repeat(Limits.BODY_BYTES - frame.length()) + "\"}}");
        client.say(fitting);
        assertTrue(client.next().has("result"));
        client.say(fitting + "\r");
        assertTrue(client.next().has("result"), "the carriage return is no part of the message");
        client.say(fitting + " ");
        assertEquals(-32600, code(client.next()));
        client.say(fitting);
        assertTrue(client.next().has("result"));
    }

    @Test
    @Covers("ST-4")
    void aModernClientIsAskedInItsResult_AndSeesNoRequest() throws Exception {
        client.modern(1, "tools/call", "\"name\":\"ask\"");
        var asked = client.answer(1).path("result");
        assertEquals("input_required", asked.path("resultType").asString());
        client.modern(2, "tools/call", "\"name\":\"ask\",\"requestState\":"
                + asked.path("requestState").toString() + ",\"inputResponses\":{\"name\":{\"action\":\"accept\","
                + "\"content\":{\"name\":\"Ada\"}}}");
        assertEquals("Hello, Ada!", text(client.answer(2)));
        assertTrue(client.end().isEmpty(), "and nothing but the two answers came");
    }

    @Test
    @Covers("ST-5")
    void everythingIsInTheMessage() throws Exception {
        client.modern(1, "tools/call", "\"name\":\"regional\",\"arguments\":{\"region\":\"north\"}");
        assertEquals("Looked up.", text(client.answer(1)));
        client.modern(2, "resources/read", "\"uri\":\"notes://all\"");
        assertEquals("buy milk", client.answer(2).path("result").path("contents").path(0).path("text").asString());
        client.legacy(3, "tools/list", "");
        assertEquals(-32602, code(client.answer(3)));
        client.legacy(4, "server/discover", "");
        assertEquals(-32602, code(client.answer(4)));
    }

    @Test
    @Covers({"ST-6", "ST-7"})
    void aProbeIsAnswered_AndBothErasAreServedAfterIt() throws Exception {
        client.modern(1, "server/discover", "");
        var discovered = client.answer(1).path("result");
        assertEquals("2026-07-28", discovered.path("supportedVersions").path(0).asString());
        client.say("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"server/discover\",\"params\":{\"_meta\":{"
                + "\"io.modelcontextprotocol/protocolVersion\":\"1900-01-01\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}");
        var refused = client.answer(2);
        assertEquals(-32022, code(refused));
        assertTrue(refused.path("error").path("data").path("supported").toString().contains("2026-07-28"));

        assertEquals("2025-06-18", client.initialize(3, "2025-06-18").path("result").path("protocolVersion")
                .asString());
        for (var round = 0; round < 3; round++) {
            client.modern(10 + round, "tools/list", "").legacy(20 + round, "tools/list", "");
            assertTrue(client.answer(10 + round).path("result").has("resultType"));
            assertFalse(client.answer(20 + round).path("result").has("resultType"));
        }
    }

    @Test
    @Covers({"ST-8", "LT-25"})
    void beforeInitializeNothingButPingIsServed_AndAfterItItHolds() throws Exception {
        client.legacy(1, "ping", "").legacy(2, "tools/list", "").legacy(3, "logging/setLevel", "\"level\":\"debug\"");
        assertTrue(client.answer(1).path("result").isEmpty());
        for (var id : List.of(2, 3)) {
            var refused = client.answer(id);
            assertEquals(-32602, code(refused));
            assertTrue(refused.path("error").path("message").asString().contains("initialize"), refused::toString);
        }
        client.initialize(4, "2024-11-05");
        client.legacy(5, "initialize", "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}");
        assertEquals(-32600, code(client.answer(5)));
        client.legacy(6, "tools/list", "");
        assertFalse(client.answer(6).path("result").path("tools").path(0).has("annotations"), "still 2024-11-05");
    }

    @Test
    @Covers("ST-9")
    void batchesAreServedAtTheRevisionThatHasThem() throws Exception {
        var ping = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}";
        var two = "[" + ping.formatted(11) + "," + ping.formatted(12) + "]";
        client.say(two);
        assertEquals(-32600, code(client.next()));
        client.initialize(1, "2025-03-26");
        client.say(two);
        assertEquals(List.of(11, 12), ids(client.nextBatch()));
        client.say("[" + ping.formatted(13) + ",7,{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"},"
                + "{\"jsonrpc\":\"2.0\",\"id\":14,\"method\":\"initialize\"}]");
        var mixed = client.nextBatch();
        assertEquals(List.of(-1, 13, 14), ids(mixed), mixed::toString);
        client.say("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}]");
        client.say("[{\"jsonrpc\":\"2.0\",\"id\":21,\"method\":\"tools/call\",\"params\":{\"name\":\"wait\"}},"
                + ping.formatted(22) + "]");
        house.waiting.take();
        client.cancel(21, "");
        assertEquals(List.of(22), ids(client.nextBatch()), "what is cancelled is not answered, the others are");
        client.say("[]");
        assertEquals(-32600, code(client.next()));
        try (var other = house.pipe()) {
            other.initialize(1, "2025-06-18");
            other.say(two);
            assertEquals(-32600, code(other.next()));
            other.say("[{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/list\",\"params\":{\"_meta\":{"
                    + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}]");
            assertEquals(-32600, code(other.next()));
        }
    }

    private static List<Integer> ids(JsonNode batch) {
        var ids = new ArrayList<Integer>();
        batch.forEach(answer -> ids.add(answer.path("id").asInt(-1)));
        return ids.stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Covers("ST-10")
    void whatIsCancelledIsStopped_AndNothingMoreIsSaidOfIt(boolean modern) throws Exception {
        if (!modern) {
            client.initialize(1, "2025-11-25");
        }
        for (var id : List.of(7, 8)) {
            var params = "\"name\":\"wait\",\"arguments\":{\"name\":\"call " + id + "\"}";
            if (modern) {
                client.modern(id, "tools/call", params, ",\"progressToken\":\"p" + id + "\","
                        + "\"io.modelcontextprotocol/logLevel\":\"debug\"");
            } else {
                client.legacy(id, "tools/call", params + ",\"_meta\":{\"progressToken\":\"p" + id + "\"}");
            }
            assertEquals("call " + id, house.waiting.take());
            assertEquals("p" + id, client.told("notifications/progress").path("params").path("progressToken")
                    .asString());
        }
        client.cancel(7, ",\"reason\":\"enough\"");
        assertEquals("call 7", house.interrupted.take());
        house.go.countDown();
        assertEquals("waited", text(client.answer(8)));
        var rest = client.end();
        assertTrue(rest.isEmpty(), rest::toString);
    }

    @Test
    @Covers("ST-11")
    void cancellationsThatComeLateOrNameNothingDoNoHarm() throws Exception {
        var seed = System.nanoTime();
        var random = new Random(seed);
        client.cancel(99, "").say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}")
                .say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":{}}}")
                .cancel(98, ",\"reason\":\"" + "r".repeat(100_000) + "\"");
        for (var id = 100; id < 400; id++) {
            client.modern(id, "tools/call", "\"name\":\"say\",\"arguments\":{\"text\":\"x\"}");
            if (random.nextBoolean()) {
                client.cancel(random.nextInt(100, id + 1), "");
            }
        }
        client.modern(400, "tools/list", "");
        var seen = new HashSet<Integer>();
        client.answer(400);
        for (var line : client.end()) {
            assertTrue(seen.add(line.path("id").asInt(-1)), () -> "two answers, seed " + seed + ": " + line);
            assertTrue(line.path("id").asInt() >= 100, () -> "seed " + seed + ": " + line);
        }
    }

    @Test
    @Covers("ST-12")
    void subscriptionsShareTheChannel_EachUnderItsOwnId() throws Exception {
        for (var id : List.of(1, 2)) {
            client.modern(id, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
        }
        for (var count = 0; count < 2; count++) {
            client.told("notifications/subscriptions/acknowledged");
        }
        assertTrue(client.others.isEmpty(), "the acknowledgments came first");
        house.changes().publish(new Change.OfList(Kind.TOOLS, "/mcp"));
        client.modern(3, "tools/list", "");
        var told = new HashSet<Integer>();
        for (var count = 0; count < 2; count++) {
            told.add(subscription(client.told("notifications/tools/list_changed")));
        }
        assertEquals(java.util.Set.of(1, 2), told);
        assertTrue(client.answer(3).has("result"), "and calls go on between them");

        client.cancel(1, "").legacy(4, "ping", "");
        client.answer(4);
        house.changes().publish(new Change.OfList(Kind.TOOLS, "/mcp"));
        assertEquals(2, subscription(client.told("notifications/tools/list_changed")));
        var rest = client.end();
        assertTrue(rest.stream().noneMatch(line -> subscription(line) == 1), rest::toString);
        assertTrue(rest.stream().anyMatch(line -> line.path("id").asInt(-1) == 2 && line.has("result")),
                "the other one hears that the server ends it");
    }

    private static int subscription(JsonNode line) {
        return line.path(line.has("result") ? "result" : "params").path("_meta").path(SUBSCRIPTION).asInt(-1);
    }

    @Test
    @Covers("ST-13")
    void notificationsBelongToRequestsInFlight_OrInLegacyUseToTheConversation() throws Exception {
        house.changes().publish(new Change.OfList(Kind.TOOLS, "/mcp"));
        for (var id : List.of(1, 2)) {
            client.modern(id, "tools/call", "\"name\":\"tell\"", ",\"progressToken\":\"p" + id + "\","
                    + "\"io.modelcontextprotocol/logLevel\":\"info\"");
        }
        for (var id : List.of(1, 2)) {
            assertEquals("told", text(client.answer(id)));
        }
        for (var id : List.of(1, 2)) {
            assertEquals(3, client.others.stream().filter(line -> line.path("params").path("progressToken").asString("")
                    .equals("p" + id)).count(), client.others::toString);
        }
        assertEquals(6, client.others.stream().filter(line -> line.path("method").asString()
                .equals("notifications/message")).count());
        assertTrue(client.others.stream().noneMatch(line -> line.path("method").asString().contains("list_changed")));

        client.others.clear();
        client.initialize(3, "2025-11-25");
        client.legacy(4, "resources/subscribe", "\"uri\":\"notes://all\"");
        client.answer(4);
        house.changes().publish(new Change.OfList(Kind.TOOLS, "/mcp"));
        house.changes().publish(new Change.OfResource("notes://all"));
        assertFalse(client.told("notifications/tools/list_changed").path("params").has("_meta"));
        assertEquals("notes://all", client.told("notifications/resources/updated").path("params").path("uri")
                .asString());
    }

    @Test
    void aLegacyClientHearsTheLogFromTheLevelThatItSets() throws Exception {
        client.initialize(1, "2025-11-25");
        assertEquals(List.of(3L, 0L, 3L), List.of(logged(2, "info"), logged(4, "warning"), logged(6, "debug")));
    }

    /// How many of the tool's messages are heard at this level.
    private long logged(int id, String level) throws Exception {
        client.others.clear();
        client.legacy(id, "logging/setLevel", "\"level\":\"" + level + "\"").answer(id);
        client.legacy(id + 1, "tools/call", "\"name\":\"tell\"").answer(id + 1);
        return client.others.stream().filter(line -> line.path("method").asString().equals("notifications/message"))
                .count();
    }

    @Test
    void aLegacyClientIsAskedOnTheChannel_AndItsAnswerReachesTheHandler() throws Exception {
        client.initialize(1, Revision.newestLegacy().date());
        client.legacy(2, "tools/call", "\"name\":\"ask\"");
        var asked = client.told("elicitation/create");
        client.say("{\"jsonrpc\":\"2.0\",\"id\":\"nobody-asked\",\"result\":{}}");
        client.say("{\"jsonrpc\":\"2.0\",\"id\":" + asked.get("id") + ",\"result\":{\"action\":\"accept\","
                + "\"content\":{\"name\":\"Grace\"}}}");
        assertEquals("Hello, Grace!", text(client.answer(2)));
    }

    @Test
    void anIdBelongsToOneRequestAtATime() throws Exception {
        client.modern(1, "tools/call", "\"name\":\"wait\",\"arguments\":{\"name\":\"first\"}");
        house.waiting.take();
        client.modern(1, "tools/list", "");
        var refused = client.next();
        assertEquals(-32600, code(refused));
        assertFalse(refused.has("id"), "it would be taken for the answer to the first");
        house.go.countDown();
        assertEquals("waited", text(client.answer(1)));
        client.modern(1, "tools/list", "");
        assertTrue(client.answer(1).has("result"));
        for (var i = 0; i < 500; i++) {
            client.modern(1, "tools/list", "");
            assertTrue(client.answer(1).has("result"), "answered is free, round " + i);
        }
    }

    @Test
    void moreAtOnceThanMayRunIsRefusedAtOnce_AndCancellationsAreStillRead() throws Exception {
        for (var id = 1; id <= Limits.STDIO_REQUESTS; id++) {
            client.modern(id, "tools/call", "\"name\":\"wait\"");
            house.waiting.take();
        }
        client.modern(1000, "tools/list", "");
        assertEquals(429, code(client.answer(1000)));
        client.cancel(1, "");
        house.interrupted.take();
        client.legacy(1001, "ping", "");
        while (code(client.answer(1001)) == 429) {
            client.legacy(1001, "ping", "");                     // the cancelled one is on its way out
        }
        house.go.countDown();
    }

    @Test
    void whoMayNotIsToldWhatToDo_AndProgramsWhereToAsk() throws Exception {
        try (var guarded = new StdioFixture(folder.resolve("guarded"), true); var stranger = guarded.pipe()) {
            stranger.initialize(1, "2025-11-25");
            stranger.legacy(2, "tools/call", "\"name\":\"say\"");
            var error = stranger.answer(2).path("error");
            assertEquals(401, error.path("code").asInt());
            assertEquals("The tool say needs you to sign in and to allow tools:read (look). " + StdioFixture.REMEDY,
                    error.path("message").asString());
            assertEquals("https://tools.example.com/.well-known/oauth-protected-resource/mcp",
                    error.path("data").path("resource_metadata").asString());
            assertEquals(StdioFixture.RESOURCE.toString(), error.path("data").path("resource").asString());
            assertEquals("[\"tools:read\"]", error.path("data").path("scopes").toString());
            stranger.modern(3, "tools/list", "");
            assertEquals(5, stranger.answer(3).path("result").path("tools").size());
            stranger.end();
            guarded.audit.close();
            var line = guarded.audit.newest(1).getFirst().event();
            assertEquals("stdio", line.peer());
            assertEquals("refused", line.outcome());
        }
    }

    @Test
    void whenThePipeClosesWhatRunsHasAMoment_AndIsThenStopped() throws Exception {
        client.modern(1, "tools/call", "\"name\":\"wait\",\"arguments\":{\"name\":\"long\"}");
        client.modern(2, "subscriptions/listen", "\"notifications\":{}");
        house.waiting.take();
        client.told("notifications/subscriptions/acknowledged");
        var began = System.nanoTime();
        client.end();
        var took = Duration.ofNanos(System.nanoTime() - began);
        assertEquals("long", house.interrupted.take());
        assertTrue(took.compareTo(Limits.STDIO_FINISH) >= 0, took::toString);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
    }
}
