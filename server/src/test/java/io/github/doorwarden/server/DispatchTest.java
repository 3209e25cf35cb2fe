package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
final class DispatchTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Scopes SCOPES = new Scopes(List.of(
            new Scopes.Scope("read", "read lessons", Set.of(), true),
            new Scopes.Scope("write", "change lessons", Set.of("read"), false)));

    record Nothing() {}

    record Edit(String title, Optional<String> password, Optional<String> note) {}

    @TempDir
    private Path folder;
    private Database database;
    private AuditLog audit;
    private Instant now = Instant.parse("2026-07-28T12:00:00Z");
    private final List<Tool> tools = new ArrayList<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger edits = new AtomicInteger();

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        audit = new AuditLog(database);
        tools.add(RecordTool.named("hello", "Says hello.").title("Hello").readOnly()
                .of(Nothing.class, (none, call) -> {
                    now = now.plusMillis(5);
                    return ToolResult.text("hello " + call.caller().subject());
                }));
        tools.add(RecordTool.named("edit", "Changes a lesson.").scopes("write").secret("password")
                .of(Edit.class, Edit.class, (edit, call) -> {
                    edits.incrementAndGet();
                    return edit;
                }));
        tools.add(RecordTool.named("outage", "Never works.").of(Nothing.class, (none, call) -> {
            throw new ToolOutage("The shop does not answer. Try again in a minute.",
                    new IOException("connection refused"));
        }));
        tools.add(RecordTool.named("bug", "Never works.").of(Nothing.class, (none, call) -> {
            throw new IllegalStateException("secret detail");
        }));
        tools.add(RecordTool.named("slow", "Waits.").readOnly().deadline(Duration.ofMillis(50))
                .of(Nothing.class, (none, call) -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return ToolResult.text("too late");
                }));
        tools.add(RecordTool.named("waiting", "Waits.").of(Nothing.class, (none, call) -> {
            entered.countDown();
            released.await();
            return ToolResult.text("done");
        }));
    }

    @AfterEach
    void close() {
        released.countDown();
        audit.close();
        database.close();
    }

    private Endpoint endpoint() {
        return new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), tools, Set.of("tools/list",
                "tools/call"), "");
    }

    private Dispatch dispatch(CallLimits limits) {
        return new Dispatch(List.of(endpoint()), new Policy(SCOPES), audit, limits, clock());
    }

    private InstantSource clock() {
        return () -> now;
    }

    private Exchange exchange(Caller caller, Revision revision) {
        return new Exchange(caller, endpoint(), revision, JsonNodeFactory.instance.objectNode(), "req-1", "192.0.2.7");
    }

    private ObjectNode answer(Dispatch dispatch, Caller caller, Revision revision, String method, String params) {
        return dispatch.answer(exchange(caller, revision),
                new Message.Request(new Id.Number("1"), method, (ObjectNode) JSON.readTree(params)));
    }

    private ObjectNode call(Caller caller, String tool, String arguments) {
        return answer(dispatch(CallLimits.USUAL), caller, Revision.V2026_07_28, "tools/call",
                "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    private <T extends Refusal> T refused(Class<T> type, org.junit.jupiter.api.function.Executable work) {
        return assertInstanceOf(type, assertThrows(Refused.class, work).why());
    }

    private static String text(ObjectNode result) {
        return result.path("content").path(0).path("text").asString();
    }

    /// The newest line, once everything is on disk.
    private AuditEvent line() {
        audit.writeDurably(new AuditEvent(now, "", "mark", "", "", "", "", "", "", "", "", null, Duration.ZERO, ""));
        return audit.newest(100).stream().map(AuditLog.Line::event).filter(event -> event.event().equals("tools/call"))
                .findFirst().orElseThrow();
    }

    // tools/list

    private List<String> names(Caller caller, Revision revision) {
        var list = new ArrayList<String>();
        answer(dispatch(CallLimits.USUAL), caller, revision, "tools/list", "{}").path("tools")
                .forEach(tool -> list.add(tool.path("name").asString()));
        return list;
    }

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
            public ToolResult call(ToolCall call) {
                return ToolResult.text("ok");
            }
        });
        assertEquals("ok", text(call(TestCallers.user("u"), "raw", "{\"x\":\"y\"}")));
        var listed = answer(dispatch(CallLimits.USUAL), TestCallers.user("u"), Revision.V2026_07_28, "tools/list",
                "{}");
        assertEquals(before, listed.path("tools").path(0).path("inputSchema").toString());
    }

    @Test
    void aLongListComesInPages_WhoseCursorsAreChecked() {
        tools.clear();
        var count = 2 * Limits.PAGE_TOOLS + 1;
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
    void aClosedListAsksForASignIn() {
        var endpoint = new Endpoint("/mcp", URI.create("https://tools.example.com/mcp"), tools, Set.of(), "");
        var dispatch = new Dispatch(List.of(endpoint), new Policy(SCOPES), audit, CallLimits.USUAL, clock());
        var exchange = new Exchange(Caller.anonymous(), endpoint, Revision.V2026_07_28,
                JsonNodeFactory.instance.objectNode(), "req-1", "192.0.2.7");
        for (var method : List.of("tools/list", "tools/call")) {
            var challenged = assertThrows(Challenged.class, () -> dispatch.answer(exchange, new Message.Request(
                    new Id.Text("a"), method, (ObjectNode) JSON.readTree("{\"name\":\"hello\"}"))));
            assertEquals(new Decision.NeedsLogin(List.of("read")), challenged.decision());
        }
    }

    // tools/call

    @Test
    void aCallIsAnswered_AndOnRecordWithWhoWhatAndHowLong() {
        assertEquals("{\"content\":[{\"type\":\"text\",\"text\":\"hello u\"}]}",
                call(TestCallers.user("u"), "hello", "{}").toString());
        assertEquals(new AuditEvent(now, "req-1", "tools/call", "allowed", "user", "u", "client-1", "jti-1", "/mcp",
                "hello", "",
                null, Duration.ofMillis(5), "192.0.2.7"), line());
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
        var why = refused(Refusal.BadParams.class, () -> call(TestCallers.user("u"), "nope", "{}"));
        assertEquals(-32602, why.code());
        assertEquals("Unknown tool: nope. tools/list names the ones that there are.", why.message());
        assertEquals("refused", line().outcome());
        assertEquals("nope", line().thing());

        var long1 = refused(Refusal.BadParams.class, () -> call(TestCallers.user("u"), "x\\u001b[31m"
                + "y".repeat(9999), "{}"));
        assertTrue(long1.message().length() < 140 && !long1.message().contains("\u001b"), long1.message());
        assertTrue(line().thing().length() < 70 && !line().thing().contains("\u001b"));
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

    @Test
    void anOutageIsSaidToTheModel_ABugIsNot() {
        var outage = call(TestCallers.user("u"), "outage", "{}");
        assertTrue(outage.path("isError").asBoolean());
        assertEquals("The shop does not answer. Try again in a minute.", text(outage));
        assertEquals("failed", line().outcome());

        var bug = refused(Refusal.Bug.class, () -> call(TestCallers.user("u"), "bug", "{}"));
        assertFalse(bug.message().contains("secret detail"));
        assertEquals("failed", line().outcome());
        assertTrue(line().reason().contains(bug.incident()));
    }

    @Test
    void atTheDeadlineTheToolIsInterrupted_AndTheModelToldWhatToDo() throws Exception {
        var result = call(TestCallers.user("u"), "slow", "{}");
        assertTrue(result.path("isError").asBoolean());
        assertEquals("The tool slow was stopped because it had not answered within 0.05 s. Ask for less at once, or "
                + "try again "
                + "later.", text(result));
        interrupted.await();
        assertEquals("failed", line().outcome());
    }

    @Test
    void whenTheClientGoesTheToolIsInterrupted_AndThatIsOnRecord() throws Exception {
        var caller = Thread.ofVirtual().start(() -> call(TestCallers.user("u"), "waiting", "{}"));
        entered.await();
        caller.interrupt();
        caller.join();
        assertEquals("failed", line().outcome());
        assertEquals("The client went away before the answer.", line().reason());
    }

    @Test
    void anAnswerThatDoesNotFitTheToolsOwnSchemaDoesNotGoOut() {
        tools.clear();
        var schema = (ObjectNode) JSON.readTree("{\"type\":\"object\",\"required\":[\"a\"]}");
        for (var result : List.of(ToolResult.structured(JSON.readTree("{\"b\":\"s3cret\"}")),
                ToolResult.text("s3cret"))) {
            var name = "wrong" + tools.size();
            tools.add(new Tool() {
                private final ToolSpec spec = new ToolSpec(name, "", "Wrong.", JsonNodeFactory.instance.objectNode()
                        .put("type", "object"), Optional.of(schema), JsonNodeFactory.instance.objectNode(), Set.of(),
                        true,
                        Duration.ofSeconds(9), Set.of());

                @Override
                public ToolSpec spec() {
                    return spec;
                }

                @Override
                public ToolResult call(ToolCall call) {
                    return result;
                }
            });
            var answer = call(TestCallers.user("u"), name, "{}");
            assertTrue(answer.path("isError").asBoolean());
            assertTrue(text(answer).contains("req-1") && !answer.toString().contains("s3cret"), text(answer));
            assertEquals("failed", line().outcome());
        }
    }

    @Test
    void structuredContentIsForTheRevisionsThatKnowIt_TheTextForAll() {
        var dispatch = dispatch(CallLimits.USUAL);
        for (var revision : Revision.values()) {
            var result = answer(dispatch, TestCallers.user("u", "write"), revision, "tools/call",
                    "{\"name\":\"edit\",\"arguments\":{\"title\":\"t\"}}");
            assertEquals("{\"title\":\"t\"}", text(result));
            assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, result.has("structuredContent"),
                    revision.date());
        }
    }

    @Test
    void tooManyCallsAreRefusedWithATimeToWait_AndOneLineStandsForAll() {
        var dispatch = dispatch(new CallLimits(3, 2, 1));
        var user = TestCallers.user("u");
        var call = "{\"name\":\"hello\"}";
        answer(dispatch, user, Revision.V2026_07_28, "tools/call", call);
        answer(dispatch, user, Revision.V2026_07_28, "tools/call", call);
        var ofTool = refused(Refusal.TooMany.class, () -> answer(dispatch, user, Revision.V2026_07_28, "tools/call",
                call));
        assertTrue(ofTool.message().contains("of the tool hello") && ofTool.retryAfterSeconds() > 0, ofTool.message());
        assertEquals(429, ofTool.status());
        for (var i = 0; i < 100; i++) {
            refused(Refusal.TooMany.class, () -> answer(dispatch, user, Revision.V2026_07_28, "tools/call",
                    "{\"name\":\"none\"}"));
        }
        line();
        var refusals = audit.newest(1000).stream().filter(line -> line.event().outcome().equals("refused")).toList();
        assertEquals(2, refusals.size(), "one of the tool's allowance, one of the caller's");

        var other = TestCallers.user("other");
        assertEquals("hello other", text(answer(dispatch, other, Revision.V2026_07_28, "tools/call", call)));
    }

    @Test
    void oneCallAfterTheOtherIsNeverTwoAtATime() {
        var dispatch = dispatch(new CallLimits(100_000, 100_000, 1));
        for (var i = 0; i < 2_000; i++) {
            answer(dispatch, TestCallers.user("u"), Revision.V2026_07_28, "tools/call", "{\"name\":\"hello\"}");
        }
    }

    @Test
    void aHandlerThatRunsOnAfterItsDeadlineStillCounts() {
        tools.add(RecordTool.named("deaf", "Cannot be stopped.").readOnly().deadline(Duration.ofMillis(20))
                .of(Nothing.class, (none, call) -> {
                    while (released.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return ToolResult.text("x");
                }));
        var dispatch = dispatch(new CallLimits(100, 100, 1));
        var user = TestCallers.user("u");
        answer(dispatch, user, Revision.V2026_07_28, "tools/call", "{\"name\":\"deaf\"}");
        var why = refused(Refusal.TooMany.class,
                () -> answer(dispatch, user, Revision.V2026_07_28, "tools/call", "{\"name\":\"hello\"}"));
        assertTrue(why.message().contains("at the same time"), why.message());
        assertEquals("refused", line().outcome());
    }

    @Test
    void whatIsWrongWithAToolShowsAtTheStart() {
        tools.add(tools.getFirst());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> dispatch(CallLimits.USUAL)).getMessage()
                .contains("two tools named hello"));
        tools.removeLast();
        tools.add(RecordTool.named("forever", "X.").deadline(Duration.ofDays(2))
                .of(Nothing.class, (none, call) -> ToolResult.text("x")));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> dispatch(CallLimits.USUAL)).getMessage()
                .contains("forever"));
    }

    @Test
    void theTopOfAnAnswerMayBeChanged_WithoutTouchingTheNextOne() {
        var dispatch = dispatch(CallLimits.USUAL);
        var first = answer(dispatch, TestCallers.user("u"), Revision.V2026_07_28, "tools/list", "{}");
        var before = first.toString();
        first.put("resultType", "complete");
        assertEquals(before, answer(dispatch, TestCallers.user("u"), Revision.V2026_07_28, "tools/list", "{}")
                .toString());
        assertNotEquals(before, first.toString());
    }
}
