package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a transcript does not show: bounds, outages, what must not differ between requests.
class McpEndpointTest {

    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

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

    @ParameterizedTest
    @ValueSource(strings = {"application/json, text/event-stream", "application/json", "*/*", "", "text/html",
        "application/*", "text/event-stream, */*"})
    @Covers({"MT-1", "MT-8"})
    void whateverTheClientAcceptsItGetsJson(String accept) throws Exception {
        var reply = accept.isEmpty() ? door.post("/off", ping()) : door.post("/off", ping(), "Accept", accept);
        assertEquals(200, reply.status());
        assertEquals("application/json", field(reply, "Content-Type"));
        assertEquals("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", text(reply));
    }

    @Test
    @Covers("MT-8")
    void aClientThatTakesNothingButEventsGetsOne() throws Exception {
        var reply = door.post("/off", ping(), "Accept", "text/event-stream");
        assertEquals("text/event-stream", field(reply, "Content-Type"));
        assertEquals("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n", text(reply));
    }

    @Test
    @Covers({"MT-6", "MT-48"})
    void aNotificationIsAcceptedWithoutABody() throws Exception {
        for (var method : List.of("notifications/initialized", "notifications/cancelled", "notifications/unheard_of")) {
            var reply = door.post("/off", "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\"}");
            assertEquals(202, reply.status());
            assertEquals(0, reply.body().length);
        }
    }

    @Test
    @Covers("MT-7")
    void aNotificationThatIsNotAcceptedIsAnHttpError() throws Exception {
        var notice = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}";
        assertEquals(401, door.post("/mcp", notice).status());
        assertEquals(400, door.post("/off", notice, "MCP-Protocol-Version", "1999-01-01").status());
        assertFalse(TestDoor.json(door.post("/mcp", notice)).has("id"));
    }

    @Test
    @Covers({"MT-9a", "MT-54"})
    void nothingIsRememberedOfModernClientsAndNoSessionIsGiven() throws Exception {
        var first = door.post("/off", modern("tools/list", ""), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                "tools/list");
        door.post("/off", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                + "\"2024-11-05\",\"capabilities\":{}}}");
        door.post("/off", list(), "MCP-Protocol-Version", "2025-06-18");
        var again = door.post("/off", modern("tools/list", ""), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                "tools/list", "Mcp-Session-Id", "x", "Last-Event-ID", "7");
        assertArrayEquals(first.body(), again.body());
        assertTrue(again.headers().first("Mcp-Session-Id").isEmpty());
    }

    @Test
    @Covers({"MT-45", "MT-52", "MT-60", "MT-70", "MT-71", "MT-72", "MT-73"})
    void modernResultsAreStamped() throws Exception {
        var discover = TestDoor.json(door.post("/mcp", modern("server/discover", ""),
                "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "server/discover")).get("result");
        assertEquals("[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"]",
                discover.get("supportedVersions").toString());
        assertEquals("public", discover.get("cacheScope").asString());
        var list = TestDoor.json(door.post("/mcp", modern("tools/list", ""), "Authorization", "Bearer reader",
                "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list")).get("result");
        assertEquals("private", list.get("cacheScope").asString());
        var call = TestDoor.json(door.post("/mcp", modern("tools/call", "\"name\":\"greet\","), "Authorization",
                "Bearer reader", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name",
                "greet")).get("result");
        for (var result : List.of(discover, list, call)) {
            assertEquals("complete", result.get("resultType").asString());
            var info = result.get("_meta").get("io.modelcontextprotocol/serverInfo");
            assertEquals("test-door 1.2.3", info.get("name").asString() + " " + info.get("version").asString());
        }
        assertEquals(30_000, list.get("ttlMs").intValue());
        assertFalse(call.has("ttlMs") || call.has("cacheScope"));
        assertThrows(IllegalArgumentException.class, () -> new About("a", "", "1", Duration.ofMillis(-1)));
    }

    @Test
    @Covers("MT-63")
    void aModernInitializeIsToldWhatIsServed() throws Exception {
        var reply = door.post("/off", modern("initialize", "\"protocolVersion\":\"2026-07-28\","),
                "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "initialize");
        assertEquals(404, reply.status());
        assertTrue(text(reply).contains("2025-11-25, 2025-06-18"));
    }

    @Test
    @Covers({"MT-46", "MT-47", "MT-49"})
    void errorCodesAreThoseOfTheSpecificationOrOutsideTheReservedRange() {
        var all = List.of(new Refusal.NotJson("", ""), new Refusal.NotAMessage(""), new Refusal.NoSuchMethod(""),
                new Refusal.BadParams(""), new Refusal.HeaderMismatch(""),
                new Refusal.MissingCapability("", TestDoor.object("{}")),
                new Refusal.NoSuchResource("", ""), new Refusal.NoSuchTool(""),
                new Refusal.UnsupportedVersion("", List.of(), ""), new Refusal.TooMany("", 1),
                new Refusal.Outage("", "", true), new Refusal.Bug(""), new Refusal.WrongMediaType(""),
                new Refusal.PageFirst("", List.of()));
        assertEquals(Refusal.class.getPermittedSubclasses().length, all.size());
        var defined = Set.of(-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022);
        for (var why : all) {
            // a call of this revision cannot be refused so, however a tool asks for it: CallingTest
            assertTrue(defined.contains(why.code()) || why.code() > -32000 || why.code() < -32768
                    || why instanceof Refusal.PageFirst, why.toString());
        }
    }

    @Test
    @Covers("MT-51")
    void missingCapabilitiesAreNamedAsTheyWouldBeDeclared() {
        var why = new Refusal.MissingCapability("Sampling is needed.",
                TestDoor.object("{\"sampling\":{},\"roots\":{}}"));
        var reply = new Wire(new Id.Number("7"), new Era.Modern()).refused(why);
        assertEquals(400, reply.status());
        assertEquals("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32021,\"message\":\"Sampling is needed.\","
                + "\"data\":{\"requiredCapabilities\":{\"sampling\":{},\"roots\":{}}}}}", text(reply));
    }

    @Test
    @Covers({"RS-2", "MT-5"})
    void aStrangerIsToldWhereToSignInWithoutAnError() throws Exception {
        var challenge = field(door.post("/closed", ping()), "WWW-Authenticate");
        assertEquals("Bearer resource_metadata=\"https://tools.example.com/.well-known/oauth-protected-resource/"
                + "closed\", scope=\"tools:read\"", challenge);
    }

    @Test
    @Covers("RS-4")
    void aMissingScopeIsNamedInThe403() throws Exception {
        var reply = door.post("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                + "\"rename\"}}", "Authorization", "Bearer reader");
        assertEquals(403, reply.status());
        var challenge = field(reply, "WWW-Authenticate");
        assertTrue(challenge.contains("scope=\"tools:write\"") && challenge.contains("error=\"insufficient_scope\""));
        assertTrue(challenge.contains("resource_metadata=\"https://tools.example.com/.well-known/"));
    }

    @Test
    void anOutageOfTheStoreIsA503() throws Exception {
        door.audit.close();
        var reply = door.post("/off", modern("tools/call", "\"name\":\"rename\","), "MCP-Protocol-Version",
                "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "rename");
        assertEquals(503, reply.status());
        assertEquals(503, TestDoor.json(reply).get("error").get("code").intValue());
    }

    @Test
    void aBugLeavesTheHouseAsAnIncidentAlone() throws Exception {
        var reply = door.post("/off", modern("tools/call", "\"name\":\"broken\","), "MCP-Protocol-Version",
                "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "broken");
        assertEquals(500, reply.status());
        assertTrue(text(reply).contains("request-1"));
        assertFalse(text(reply).contains("secret") || text(reply).contains("Exception"));
    }

    @Test
    void refusedTokensAreOnRecordButDoNotFillIt() throws Exception {
        for (var i = 0; i < Limits.REFUSED_TOKENS_PER_SECOND + 5; i++) {
            assertEquals(401, door.post("/mcp", ping(), "Authorization", "Bearer elsewhere").status());
        }
        door.time.set(TestDoor.NOW.plusSeconds(1));
        door.post("/mcp", ping(), "Authorization", "Bearer elsewhere");
        door.audit.close();
        var lines = door.audit.newest(100);
        assertEquals(Limits.REFUSED_TOKENS_PER_SECOND + 1, lines.size());
        var newest = lines.getFirst().event();
        assertEquals("authenticate refused jti-elsewhere", newest.event() + " " + newest.outcome() + " "
                + newest.tokenId());
        assertTrue(newest.reason().contains("issued for https://other.example"), newest.reason());
        assertTrue(newest.reason().endsWith("Refused since the last line: 5"), newest.reason());
    }

    @Test
    void mirroredHeadersSayNothingOfAToolThatTheCallerMayNotCall() throws Exception {
        var reply = door.post("/mcp", modern("tools/call",
                "\"name\":\"regional_write\",\"arguments\":{\"region\":\"x\"},"),
                "Authorization", "Bearer reader", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call",
                "Mcp-Name", "regional_write");
        assertEquals(403, reply.status());
    }

    private static String ping() {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    }

    private static String list() {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";
    }

    private static String modern(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + META + "}}";
    }

    private static String field(Reply reply, String name) {
        return reply.headers().first(name).orElse("");
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
