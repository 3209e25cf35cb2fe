package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Lists, and what is judged before a tool runs.
@Timeout(60)
final class DispatchTest extends DispatchFixture {

    @Test
    void theListIsInTheEndpointsOrder_TheSameForEachOneWhoCouldGetThere() {
        var all = List.of("hello", "edit", "outage", "bug", "slow", "waiting");
        assertEquals(all, names(TestCallers.user("u"), Revision.V2026_07_28));
        assertEquals(all, names(TestCallers.user("u", "write"), Revision.V2025_11_25));
        assertEquals(all, names(Caller.anonymous(), Revision.V2024_11_05));
    }

    @Test
    void eachRevisionGetsTheMembersThatItKnows() {
        var dispatch = dispatch(CallLimits.USUAL);
        for (var revision : Revision.values()) {
            var edit = answer(dispatch, TestCallers.user("u"), revision, "tools/list", "{}").path("tools").path(1);
            var hello = answer(dispatch, TestCallers.user("u"), revision, "tools/list", "{}").path("tools").path(0);
            assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, edit.has("outputSchema"), revision.date());
            assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, hello.has("title"), revision.date());
            assertEquals(revision.compareTo(Revision.V2025_03_26) >= 0, edit.has("annotations"), revision.date());
            assertTrue(edit.has("inputSchema") && edit.has("description"), revision.date());
        }
    }

    @Test
    @Covers("SV-9")
    void anAuthorsSchemaIsListedAsItWasWritten() {
        var schema = (ObjectNode) JSON.readTree("""
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                 "$defs": {"a": {"$anchor": "b", "type": "string"}},
                 "properties": {"x": {"$ref": "#/$defs/a", "x-own": 1}},
                 "allOf": [{"anyOf": [{"required": ["x"]}, {"required": []}]}], "if": {}, "then": {}, "else": {}}""");
        var before = schema.toString();
        tools.clear();
        tools.add(new Tool() {
            private final ToolSpec spec = new ToolSpec("raw", "", "Raw.", schema, Optional.empty(),
                    JsonNodeFactory.instance.objectNode(), Set.of(), true, Duration.ofSeconds(1), Set.of());

            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public ToolResult call(Call call) {
                return ToolResult.text("ok");
            }
        });
        assertEquals("ok", text(call(TestCallers.user("u"), "raw", "{\"x\":\"y\"}")));
        var listed = answer(dispatch(CallLimits.USUAL), TestCallers.user("u"), Revision.V2026_07_28, "tools/list",
                "{}");
        assertEquals(before, listed.path("tools").path(0).path("inputSchema").toString());
    }

    @Test
    @Covers({"SV-100", "SV-102"})
    void aLongListComesInPages_WhoseCursorsAreChecked() {
        tools.clear();
        var count = 2 * Limits.PAGE + 1;
        IntStream.range(0, count).forEach(i -> tools.add(RecordTool.named("tool-" + i, "Does it.")
                .of(Nothing.class, (none, call) -> ToolResult.text("x"))));
        var dispatch = dispatch(CallLimits.USUAL);
        var names = new ArrayList<String>();
        var params = "{}";
        var pages = 0;
        while (params != null) {
            var page = answer(dispatch, TestCallers.user("u"), Revision.V2026_07_28, "tools/list", params);
            page.path("tools").forEach(tool -> names.add(tool.path("name").asString()));
            params = page.has("nextCursor") ? "{\"cursor\":" + page.get("nextCursor") + "}" : null;
            pages++;
        }
        assertEquals(3, pages);
        assertEquals(IntStream.range(0, count).mapToObj(i -> "tool-" + i).toList(), names);
        for (var wrong : List.of("\"\"", "\"dG9vbC14\"", "\"%%\"", "7", "{}", "\"" + "a".repeat(100_000) + "\"")) {
            var why = refused(Refusal.BadParams.class, () -> answer(dispatch, TestCallers.user("u"),
                    Revision.V2026_07_28,
                    "tools/list", "{\"cursor\":" + wrong + "}"));
            assertEquals(-32602, why.code());
            assertTrue(why.message().length() < 200);
        }
    }

    @Test
    void aToolThatClientsWouldHideDoesNotStart() {
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\","
                + "\"x-mcp-header\":\"A\"}}}");
        tools.add(new Tool() {
            private final ToolSpec spec = new ToolSpec("prices", "", "Looks up prices.", schema, Optional.empty(),
                    JsonNodeFactory.instance.objectNode(), Set.of(), true, Duration.ofSeconds(1), Set.of());

            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public ToolResult call(Call call) {
                return ToolResult.text("");
            }
        });
        var refused = assertThrows(IllegalArgumentException.class, () -> dispatch(CallLimits.USUAL));
        assertTrue(refused.getMessage().contains("prices"), refused.getMessage());
    }

    @Test
    void aClosedListAsksForASignIn() {
        var endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), tools, Set.of(), "");
        var dispatch = new Dispatch(List.of(endpoint), ground(new Policy(SCOPES), CallLimits.USUAL));
        var exchange = new Exchange(Caller.anonymous(), endpoint, Revision.V2026_07_28,
                JsonNodeFactory.instance.objectNode(), "req-1", "192.0.2.7");
        for (var method : List.of(Methods.TOOLS_LIST, Methods.TOOLS_CALL)) {
            var challenged = assertThrows(Challenged.class, () -> dispatch.answer(exchange, method,
                    new Message.Request(new Id.Text("a"), method.wireName(),
                    (ObjectNode) JSON.readTree("{\"name\":\"hello\"}"))));
            assertEquals(new Decision.NeedsLogin(List.of("read")), challenged.decision());
        }
    }

    // tools/call

    @Test
    void aMissingScopeIsTold_InTheResultWhereTheClientLosesChallenges() {
        for (var loses : List.of(true, false)) {
            var policy = new Policy(SCOPES).tellingInResults(caller -> loses);
            var dispatch = new Dispatch(List.of(endpoint()), ground(policy, CallLimits.USUAL));
            for (var revision : Revision.values()) {
                if (loses) {
                    var result = answer(dispatch, TestCallers.user("u"), revision, "tools/call", "{\"name\":\"edit\"}");
                    assertTrue(result.path("isError").asBoolean(false), result::toString);
                    assertTrue(text(result).contains("write") && text(result).contains("connect it again"),
                            result::toString);
                    assertEquals("refused", line().outcome());
                } else {
                    assertThrows(Challenged.class, () -> answer(dispatch, TestCallers.user("u"), revision,
                            "tools/call", "{\"name\":\"edit\"}"));
                }
            }
            assertThrows(Challenged.class, () -> answer(dispatch, Caller.anonymous(), Revision.V2026_07_28,
                    "tools/call", "{\"name\":\"edit\"}"), "signing in is asked for by challenge in any case");
        }
        assertEquals(0, edits.get());
    }

    @Test
    void aCallIsAnswered_AndOnRecordWithWhoWhatAndHowLong() {
        assertEquals("{\"content\":[{\"type\":\"text\",\"text\":\"hello u\"}]}",
                call(TestCallers.user("u"), "hello", "{}").toString());
        var line = line();
        assertTrue(line.traceId().matches("[0-9a-f]{32}"), "a client that sends no trace has one begun for it");
        assertEquals(new AuditEvent(now, "req-1", "tools/call", "allowed", "user", "u", "client-1", "jti-1", "/mcp",
                "hello", "",
                null, Duration.ofMillis(5), "192.0.2.7", "", line.traceId(), ""), line);
    }

    @Test
    void absentAndNullArgumentsAreNone_AnythingElseButAnObjectIsRefused() {
        var dispatch = dispatch(CallLimits.USUAL);
        for (var params : List.of("{\"name\":\"hello\"}", "{\"name\":\"hello\",\"arguments\":null}")) {
            assertEquals("hello u", text(answer(dispatch, TestCallers.user("u"), Revision.V2025_06_18, "tools/call",
                    params)));
        }
        for (var params : List.of("{\"name\":\"hello\",\"arguments\":[]}", "{\"name\":\"hello\",\"arguments\":\"{}\"}",
                "{}",
                "{\"name\":7}", "{\"name\":null}")) {
            refused(Refusal.BadParams.class,
                    () -> answer(dispatch, TestCallers.user("u"), Revision.V2025_06_18, "tools/call", params));
        }
        refused(Refusal.NoSuchMethod.class,
                () -> answer(dispatch, TestCallers.user("u"), Revision.V2025_06_18, "tools/delete", "{}"));
    }

    @Test
    void anUnknownToolIsAProtocolError_ThatSaysTheNameBackWithinBounds() {
        var why = refused(Refusal.NoSuchTool.class, () -> call(TestCallers.user("u"), "nope", "{}"));
        assertEquals(-32602, why.code());
        assertEquals("Unknown tool: nope. tools/list names the ones that there are.", why.message());
        assertEquals("refused", line().outcome());
        assertEquals("nope", line().thing());

        var long1 = refused(Refusal.NoSuchTool.class, () -> call(TestCallers.user("u"), "x\\u001b[31m"
                + "y".repeat(9999), "{}"));
        assertTrue(long1.message().length() < 140 && !long1.message().contains("\u001b"), long1.message());
        assertTrue(line().thing().length() <= Limits.AUDITED_NAME_CHARS + 1 && !line().thing().contains("\u001b"));
    }

    @Test
    @Covers("RS-4")
    void aMissingScopeIsAChallengeWithAllScopesOfTheTool_AndOnRecord() {
        var challenged = assertThrows(Challenged.class,
                () -> call(TestCallers.user("u", "read"), "edit",
                "{\"title\":\"t\",\"password\":\"p4ss\",\"Password2\":\"p4ss\"}"));
        assertEquals(new Decision.NeedsScope(List.of("write")), challenged.decision());
        assertTrue(challenged.getMessage().contains("write (change lessons)"), challenged.getMessage());
        assertEquals(0, edits.get());
        assertEquals("refused", line().outcome());
        assertTrue(line().reason().contains("write"));
        assertEquals("{\"title\":\"t\"}", line().arguments());

        var login = assertThrows(Challenged.class, () -> call(Caller.anonymous(), "edit", "{}"));
        assertEquals(new Decision.NeedsLogin(List.of("write")), login.decision());
        assertEquals("anonymous", line().callerKind());
    }

    @Test
    void argumentsThatDoNotFitAreSaidToTheModel_AndTheToolIsNotCalled() {
        var result = call(TestCallers.user("u", "write"), "edit", "{\"titel\":\"t\",\"note\":7}");
        assertTrue(result.path("isError").asBoolean());
        assertTrue(text(result).startsWith("The arguments do not fit the tool edit, so it was not called:\n- "),
                text(result));
        assertTrue(text(result).contains("'title' is missing") && text(result).contains("/note: ")
                && text(result).contains("known are: title, password, note"), text(result));
        assertEquals(0, edits.get());
        assertEquals("refused", line().outcome());
        assertFalse(line().reason().contains("titel"), "the log keeps the caller's bytes out");
    }

    @Test
    void secretArgumentsAreNotOnRecord_NeitherWhenTheirNameWasMisspelt() {
        call(TestCallers.user("u", "write"), "edit", "{\"title\":\"t\",\"password\":\"p4ss\"}");
        assertEquals("{\"title\":\"t\"}", line().arguments());
        call(TestCallers.user("u", "write"), "edit", "{\"title\":\"t\",\"passwort\":\"p4ss\",\"PASSWORD\":\"p4ss\"}");
        assertEquals("{\"title\":\"t\"}", line().arguments());
    }

    @Test
    void longArgumentsAreOnRecordInShort() {
        call(TestCallers.user("u", "write"), "edit", "{\"title\":\"t\",\"note\":\"" + "n".repeat(100_000) + "\"}");
        assertEquals("{\"title\":\"t\",\"note\":\"(left out: 100002 characters)\"}", line().arguments());
    }

    @Test
    void whatMayHaveChangedSomethingIsOnDiskBeforeTheReply() {
        call(TestCallers.user("u", "write"), "edit", "{\"title\":\"t\"}");
        assertEquals("edit", audit.newest(1).getFirst().event().thing());
    }

    @Test
    void whileNothingCanBePutOnRecordNothingIsChanged() {
        database.update("ALTER TABLE audit RENAME TO elsewhere");
        var first = refused(Refusal.Outage.class, () -> call(TestCallers.user("u", "write"), "edit",
                "{\"title\":\"t\"}"));
        assertTrue(first.message().contains("look whether it did"), first.message());
        assertEquals(1, edits.get());
        var second = refused(Refusal.Outage.class, () -> call(TestCallers.user("u", "write"), "edit",
                "{\"title\":\"t\"}"));
        assertTrue(second.message().contains("was not begun") && second.retryable(), second.message());
        assertEquals(1, edits.get());
        assertEquals("hello u", text(call(TestCallers.user("u"), "hello", "{}")));
        database.update("ALTER TABLE elsewhere RENAME TO audit");
    }
}
