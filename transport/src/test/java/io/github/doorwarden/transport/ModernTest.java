package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.tidy.Covers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What every modern request and answer carries beside its content.
@Timeout(60)
final class ModernTest {

    private static final Pattern META_KEY = Pattern.compile(
            "([A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?)*/)?"
            + "([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?");
    private static final String INFO = ",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"%s\",\"version\":\"1\"}";

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

    private Reply send(String token, String method, String name, String params, String meta, String... more)
            throws Exception {
        var fields = new ArrayList<>(List.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method,
                "Authorization", "Bearer " + token));
        if (!name.isEmpty()) {
            fields.addAll(List.of("Mcp-Name", name));
        }
        fields.addAll(List.of(more));
        return door.post("/full", SocketFixture.message("1", method, params, meta), fields.toArray(String[]::new));
    }

    private JsonNode result(String method, String name, String params) throws Exception {
        var reply = send("reader", method, name, params, "");
        assertEquals(200, reply.status(), () -> new String(reply.body(), java.nio.charset.StandardCharsets.UTF_8));
        return TestDoor.json(reply).path("result");
    }

    private String trace(String traceparent) throws Exception {
        var reply = send("reader", "tools/call", "trace", "\"name\":\"trace\"", ",\"traceparent\":" + traceparent);
        return TestDoor.json(reply).path("result").path("content").path(0).path("text").asString();
    }

    @Test
    @Covers("MT-57")
    void aTraceContextReachesTheHandlerAsItIs() throws Exception {
        var good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertEquals(good, trace("\"" + good + "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "\"\"", "\"x\"", "\"00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"",
        "\"00-00000000000000000000000000000000-b7ad6b7169203331-01\"",
        "\"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01\"",
        "\"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"",
        "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\\r\\nX: y\"",
        "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331\""})
    @Covers("MT-57")
    void whatIsNoTraceContextIsLeftOut_AndATraceIsBegunForTheCall(String traceparent) throws Exception {
        for (var sent : List.of(traceparent, "\"" + "x".repeat(10_000) + "\"")) {
            var begun = trace(sent);
            assertTrue(begun.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"), begun);
            assertNotEquals(begun, trace(sent));
        }
    }

    @Test
    void theHeaderCountsWhereTheMessageSaysNothing_AndTheRecordHasTheId() throws Exception {
        var header = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        var meta = "00-2af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertEquals(header, TestDoor.json(send("reader", "tools/call", "trace", "\"name\":\"trace\"", "",
                "traceparent", header)).path("result").path("content").path(0).path("text").asString());
        assertEquals(meta, TestDoor.json(send("reader", "tools/call", "trace", "\"name\":\"trace\"",
                ",\"traceparent\":\"" + meta + "\"", "traceparent", header)).path("result").path("content").path(0)
                .path("text").asString());
        door.audit.close();
        assertEquals(List.of(meta.substring(3, 35), header.substring(3, 35)),
                door.audit.newest(2).stream().map(line -> line.event().traceId()).toList());
    }

    @Test
    @Covers({"MT-70a", "MT-75"})
    void whatMayBeKeptSaysForHowLongAndForWhom() throws Exception {
        for (var kept : List.of(result("tools/list", "", ""), result("resources/list", "", ""),
                result("resources/templates/list", "", ""), result("prompts/list", "", ""),
                result("resources/read", "lesson://algebra", "\"uri\":\"lesson://algebra\""))) {
            assertEquals(30_000, kept.path("ttlMs").asInt(), kept.toString());
            assertEquals("private", kept.path("cacheScope").asString(), "others may see something else");
        }
        assertEquals("public", result("server/discover", "", "").path("cacheScope").asString(), "all see the same");
        for (var never : List.of(result("prompts/get", "summary", "\"name\":\"summary\",\"arguments\":{\"lesson\":"
                + "\"a\"}"), result("tools/call", "quick", "\"name\":\"quick\""), result("completion/complete", "",
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"summary\"},\"argument\":{\"name\":\"lesson\",\"value\":"
                + "\"\"}"))) {
            assertFalse(never.has("ttlMs") || never.has("cacheScope"), never.toString());
            assertEquals("complete", never.path("resultType").asString());
        }
    }

    @Test
    @Covers({"MT-74", "AK-4"})
    void whatAsksOrDependsOnAnswersMustNotBeKept() throws Exception {
        var uri = "\"uri\":\"lesson://asking\"";
        var asked = result("resources/read", "lesson://asking", uri);
        assertEquals("input_required", asked.path("resultType").asString());
        assertFalse(asked.has("ttlMs") || asked.has("cacheScope"));
        var done = result("resources/read", "lesson://asking", uri + ",\"inputResponses\":{\"name\":{\"action\":"
                + "\"decline\"}},\"requestState\":" + asked.path("requestState"));
        assertEquals(0, done.path("ttlMs").asInt(-1));
        assertEquals("private", done.path("cacheScope").asString());
    }

    @Test
    @Covers({"MT-56", "MT-65"})
    void keysOfMetaAreWellFormed() throws Exception {
        var answers = List.of(result("server/discover", "", ""), result("tools/list", "", ""),
                result("tools/call", "greet", "\"name\":\"greet\""), result("resources/read", "lesson://algebra",
                "\"uri\":\"lesson://algebra\""));
        var seen = new ArrayList<String>();
        answers.forEach(answer -> seen.addAll(answer.path("_meta").propertyNames()));
        assertTrue(seen.contains("io.modelcontextprotocol/serverInfo"));
        seen.forEach(key -> assertTrue(META_KEY.matcher(key).matches(), key));
        assertEquals(List.of("io.modelcontextprotocol/serverInfo"), seen.stream().distinct().toList());
        result("server/discover", "", "").path("capabilities").path("extensions").propertyNames().forEach(key ->
                assertTrue(META_KEY.matcher(key).matches() && key.contains("/"), key));
    }

    @Test
    @Covers("MT-58")
    void whoTheClientSaysItIsChangesNothing() throws Exception {
        var requests = List.of(List.of("server/discover", "", ""), List.of("tools/list", "", ""),
                List.of("tools/call", "quick", "\"name\":\"quick\""), List.of("tools/call", "none",
                "\"name\":\"none\""), List.of("resources/read", "lesson://exam", "\"uri\":\"lesson://exam\""));
        for (var request : requests) {
            var without = send("reader", request.get(0), request.get(1), request.get(2), "");
            for (var name : List.of("claude-ai", "Visual Studio Code", "mcp-inspector", "admin", "x".repeat(100_000),
                    "<script>", "")) {
                var with = send("reader", request.get(0), request.get(1), request.get(2), INFO.formatted(name));
                assertEquals(Transcript.text(without), Transcript.text(with), name);
            }
        }
    }

    @Test
    @Covers({"MT-59", "MT-59a"})
    void whatSpansRequestsIsNamedInThem_WhateverCameBetween() throws Exception {
        var greet = "\"name\":\"greet\"";
        var answer = ",\"inputResponses\":{\"name\":{\"action\":\"accept\",\"content\":{\"name\":\"%s\"}}},"
                + "\"requestState\":%s";
        var one = result("tools/call", "greet", greet);
        var two = result("tools/call", "greet", greet);
        send("writer", "tools/call", "greet", greet, "");
        assertNotEquals(one.path("requestState"), two.path("requestState"));
        var second = result("tools/call", "greet", greet + answer.formatted("Bob", two.path("requestState")));
        var first = result("tools/call", "greet", greet + answer.formatted("Ada", one.path("requestState")));
        assertTrue(second.toString().contains("Hello, Bob!") && first.toString().contains("Hello, Ada!"));
    }

    @Test
    @Covers({"AK-5", "AK-6"})
    void aClientThatCannotBeAskedAndAFalseStateAreAnErrorOfTheRequest() throws Exception {
        var state = send("reader", "tools/call", "greet", "\"name\":\"greet\",\"requestState\":\"x\"", "");
        assertEquals(400, state.status());
        assertEquals(-32602, TestDoor.json(state).path("error").path("code").asInt());
        var body = SocketFixture.message("1", "tools/call", "\"name\":\"greet\"", "").replace("{\"elicitation\":{}}",
                "{}");
        var unable = door.post("/full", body, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", "greet", "Authorization", "Bearer reader");
        assertEquals(400, unable.status());
        assertEquals("{\"requiredCapabilities\":{\"elicitation\":{}}}", TestDoor.json(unable).path("error").path("data")
                .toString());
        assertEquals(-32021, TestDoor.json(unable).path("error").path("code").asInt());
    }

    @Test
    @Covers({"SV-48", "SV-52"})
    void aResourceForOthersIsChallengedForExactlyItsScope() throws Exception {
        for (var each : List.of(List.of("resources/read", "lesson://exam", "\"uri\":\"lesson://exam\""),
                List.of("prompts/get", "grade", "\"name\":\"grade\""))) {
            var reply = send("reader", each.get(0), each.get(1), each.get(2), "");
            assertEquals(403, reply.status());
            assertTrue(reply.headers().first("WWW-Authenticate").orElse("").contains(
                    "scope=\"tools:write\", error=\"insufficient_scope\""), Transcript.text(reply));
            assertEquals(200, send("writer", each.get(0), each.get(1), each.get(2), "").status());
        }
        var unknown = send("reader", "resources/read", "lesson://none", "\"uri\":\"lesson://none\"", "");
        assertEquals("400 -32602", unknown.status() + " " + TestDoor.json(unknown).path("error").path("code").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    @Covers("SV-47")
    void earlierRevisionsHaveACodeOfTheirOwnForAResourceThatIsNotThere(String revision) throws Exception {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"lesson://none\"}}";
        var reply = revision.compareTo("2025-06-18") >= 0 ? door.post("/full", body, "Authorization", "Bearer reader",
                "MCP-Protocol-Version", revision) : door.post("/full", body, "Authorization", "Bearer reader");
        var error = TestDoor.json(reply).path("error");
        assertEquals("200 -32002 lesson://none", reply.status() + " " + error.path("code").asInt() + " "
                + error.path("data").path("uri").asString());
    }

    @Test
    void acceptSaysWhatAClientCanTake() {
        assertEquals(new Accepts(true, true), accepts());
        assertEquals(new Accepts(true, true), accepts("*/*"));
        assertEquals(new Accepts(true, true), accepts("application/json, text/event-stream"));
        assertEquals(new Accepts(true, true), accepts("application/json", "Text/Event-Stream"));
        assertEquals(new Accepts(true, false), accepts("application/json"));
        assertEquals(new Accepts(true, false), accepts("text/html"));
        assertEquals(new Accepts(false, true), accepts("text/event-stream;q=0.9"));
        assertTrue(accepts("text/event-stream").onlyEvents());
        assertFalse(accepts("*/*").onlyEvents());
    }

    private static Accepts accepts(String... values) {
        var fields = new ArrayList<Headers.Field>();
        for (var value : values) {
            fields.add(new Headers.Field("Accept", value));
        }
        return Accepts.of(new HttpIn("POST", "/full", "", Headers.of(fields), new byte[0], "127.0.0.1", "r"));
    }

    @Test
    void theStampKeepsWhatAResultBringsAlong() {
        var stamp = new Stamp(new About("a", "", "1", java.time.Duration.ofSeconds(1)));
        ObjectNode own = TestDoor.object("{\"_meta\":{\"com.example/x\":1},\"resultType\":\"task\"}");
        var stamped = stamp.on(own, io.github.doorwarden.protocol.Methods.TOOLS_CALL,
                io.github.doorwarden.protocol.Revision.V2026_07_28);
        assertEquals("task", stamped.path("resultType").asString());
        assertEquals(1, stamped.path("_meta").path("com.example/x").asInt());
        assertTrue(stamped.path("_meta").has("io.modelcontextprotocol/serverInfo"));
        assertEquals("{}", stamp.on(TestDoor.object("{}"), io.github.doorwarden.protocol.Methods.TOOLS_LIST,
                io.github.doorwarden.protocol.Revision.V2025_11_25).toString());
    }
}
