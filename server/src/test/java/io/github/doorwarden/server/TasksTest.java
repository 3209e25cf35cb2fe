package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How tasks begin, stand and end, and what is judged of a request about them.
@Timeout(60)
final class TasksTest extends TaskFixture {

    private static final List<String> METHODS = List.of("tasks/get", "tasks/update", "tasks/cancel");
    private static final String MISSING = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

    private String params(String method, String id) {
        return method.equals("tasks/update") ? "{\"taskId\":\"" + id + "\",\"inputResponses\":{}}" : params(id);
    }

    // Capability Negotiation

    @Test
    @Covers("TK-1")
    void theExtensionIsDeclaredWhereAToolMakesTasks() {
        var dispatch = dispatch();
        for (var revision : Revision.values()) {
            var json = dispatch.capabilities(endpoint("/mcp"), revision, true);
            assertEquals(revision.modern() ? "{\"io.modelcontextprotocol/tasks\":{}}" : "",
                    json.path("extensions").isMissingNode() ? "" : json.path("extensions").toString());
            assertTrue(json.path("tasks").isMissingNode());
        }
        tools.removeIf(tool -> tool.spec().tasks() != ToolSpec.TaskSupport.NEVER);
        var without = dispatch();
        assertFalse(without.capabilities(endpoint("/mcp"), Revision.V2026_07_28, true).has("extensions"));
        refused(Refusal.NoSuchMethod.class, () -> request(without, alices(), "tasks/get", params("x")));
    }

    @Test
    @Covers({"TK-2", "TK-5", "TK-10", "MT-64"})
    void aClientThatDoesNotDeclareItInThisRequestIsAnsweredAtOnce() {
        var dispatch = dispatch();
        assertEquals("task", call(dispatch, alices(), "slow").path("resultType").asString());
        released.release(2);
        for (var capabilities : List.of("{}", "{\"tasks\":{\"requests\":{\"tools\":{\"call\":{}}}}}",
                "{\"extensions\":{}}", "{\"extensions\":{\"io.modelcontextprotocol/tasks\":true}}")) {
            released.release();
            var result = call(dispatch, exchange(alice(), "/mcp", capabilities), "slow");
            assertEquals("done", text(result));
            assertFalse(result.has("taskId") || result.has("resultType"), result::toString);
        }
        assertEquals("never", text(call(dispatch, alices(), "never")));
    }

    @Test
    @Covers("TK-3")
    void aToolThatOnlyMakesTasksIsRefusedWithoutTheDeclaration_AndDoesNotRun() {
        var dispatch = dispatch();
        for (var capabilities : List.of("{}", "{\"tasks\":{}}")) {
            var why = refused(Refusal.MissingCapability.class,
                    () -> call(dispatch, exchange(alice(), "/mcp", capabilities), "only"));
            assertEquals("{\"requiredCapabilities\":" + MISSING + "}", why.data().toString());
        }
        assertEquals(0, runs.get());
    }

    @Test
    @Covers({"TK-4", "TK-5"})
    void theMethodsAreRefusedWithoutTheDeclaration_BeforeAnythingIsSaidOfTheId() {
        var dispatch = dispatch();
        var id = begun(dispatch, "quick");
        for (var capabilities : List.of("{}", "{\"tasks\":{\"get\":{}}}")) {
            for (var method : METHODS) {
                for (var each : List.of(id, "unknown")) {
                    var why = refused(Refusal.MissingCapability.class, () -> request(dispatch,
                            exchange(alice(), "/mcp", capabilities), method, params(method, each)));
                    assertEquals(MISSING, why.required().toString());
                }
            }
        }
    }

    @Test
    @Covers("TK-6")
    void underEarlierRevisionsTheExtensionHasNoEffect() {
        var dispatch = dispatch();
        for (var revision : Revision.values()) {
            if (!revision.modern()) {
                var exchange = new Exchange(alice(), endpoint("/mcp"), revision, object(DECLARED), "req-1",
                        "192.0.2.7");
                assertEquals("quick", text(request(dispatch, exchange, "tools/call",
                        "{\"name\":\"quick\",\"task\":{\"ttl\":60000}}")));
                for (var method : List.of("tasks/get", "tasks/list", "tasks/result", "tasks/cancel")) {
                    refused(Refusal.NoSuchMethod.class, () -> Methods.request(method, revision));
                }
                request(dispatch, exchange, "tools/list", "{}").path("tools")
                        .forEach(tool -> assertFalse(tool.has("execution")));
            }
        }
    }

    @Test
    @Covers("TK-7")
    void aTaskParameterIsIgnored() {
        var dispatch = dispatch();
        var result = request(dispatch, alices(), "tools/call", "{\"name\":\"never\",\"task\":{\"ttl\":60000}}");
        assertEquals("never", text(result));
        for (var method : List.of("tasks/result", "tasks/list")) {
            assertEquals(404, refused(Refusal.NoSuchMethod.class,
                    () -> Methods.request(method, Revision.V2026_07_28)).status());
        }
    }

    // Task Creation

    @Test
    @Covers({"TK-11", "TK-14"})
    void aNewTaskStandsFlatInTheResult() {
        var dispatch = dispatch();
        var result = call(dispatch, alices(), "slow");
        var id = result.path("taskId").asString();
        assertEquals("{\"resultType\":\"task\",\"taskId\":\"" + id + "\",\"status\":\"working\","
                + "\"createdAt\":\"2026-07-28T12:00:00Z\",\"lastUpdatedAt\":\"2026-07-28T12:00:00Z\",\"ttlMs\":3660000,"
                + "\"pollIntervalMs\":2000}", result.toString());
        var first = get(dispatch, id);
        result.remove("resultType");
        assertEquals(result.toString(), first.toString());
    }

    @Test
    @Covers("TK-12")
    void atOnceAndAtAnotherProcessTheTaskIsFound() {
        var id = begun(dispatch(), "slow");
        assertEquals("working", get(dispatch(), id).path("status").asString());
    }

    @Test
    @Covers("TK-13")
    void questionsOfThePreparationComeFirst_AndTheirAnswersReachTheTask() throws Exception {
        tools.add(new Made(spec("travel", ToolSpec.TaskSupport.REQUIRED, true), Optional.of(call -> {
            call.ask("city", CITY);
            return null;
        }), call -> ToolResult.text("To " + call.ask("city", CITY).accepted().orElseThrow().path("city").asString())));
        var dispatch = dispatch();
        var asked = call(dispatch, alices(), "travel");
        assertEquals("input_required", asked.path("resultType").asString());
        assertFalse(asked.has("taskId"));
        var begun = request(dispatch, alices(), "tools/call", "{\"name\":\"travel\",\"requestState\":"
                + asked.path("requestState") + ",\"inputResponses\":" + answer("city", "city", "Ulm") + "}");
        assertEquals("task", begun.path("resultType").asString());
        assertFalse(begun.has("requestState") || begun.has("inputRequests"), begun::toString);
        assertEquals("To Ulm", text(awaited(begun.path("taskId").asString(), "completed").path("result")));
    }

    @Test
    @Covers("TK-13")
    void aConfirmationComesBeforeTheTask() throws Exception {
        tools.add(new Made(spec("erase", ToolSpec.TaskSupport.POSSIBLE, false).withConfirm(true),
                Optional.empty(), call -> ToolResult.text("erased")));
        var dispatch = dispatch();
        var asked = call(dispatch, alices(), "erase");
        assertEquals("input_required", asked.path("resultType").asString());
        var key = asked.path("inputRequests").propertyNames().iterator().next();
        var no = request(dispatch, alices(), "tools/call", "{\"name\":\"erase\",\"requestState\":"
                + asked.path("requestState") + ",\"inputResponses\":{\"" + key + "\":{\"action\":\"decline\"}}}");
        assertTrue(text(no).contains("did not confirm"), no::toString);
        var preview = call(dispatch, exchange(alice(), "/mcp", MISSING), "erase");
        var words = text(preview).split(" ");
        var begun = request(dispatch, alices(), "tools/call", "{\"name\":\"erase\",\"arguments\":{\"confirmation\":\""
                + words[words.length - 1] + "\"}}");
        assertEquals("erased", text(awaited(begun.path("taskId").asString(), "completed").path("result")));
    }

    @Test
    @Covers("TK-16")
    void idsAreLongAndNeverTheSame() {
        var ids = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            ids.add(TaskRuns.chance());
        }
        assertEquals(10_000, ids.size());
        assertTrue(ids.stream().allMatch(id -> id.matches("[A-Za-z0-9_-]{32}")), "192 bits in base64url");
    }

    @Test
    void beyondTheBoundATaskToolAnswersAtOnce_AndOneThatCannotIsRefused() throws Exception {
        var dispatch = dispatch();
        for (var i = 0; i < Limits.TASKS_PER_CALLER; i++) {
            awaited(begun(dispatch, "quick"), "completed");
        }
        assertEquals("quick", text(call(dispatch, alices(), "quick")));
        refused(Refusal.TooMany.class, () -> call(dispatch, alices(), "only"));
        assertEquals(0, runs.get());
        assertEquals("task", call(dispatch, exchange(TestCallers.user("bob", "write"), "/mcp", DECLARED), "quick")
                .path("resultType").asString());
    }

    @Test
    void aTaskHoldsAPlaceForAsLongAsItRuns() throws Exception {
        var dispatch = dispatch(database, new CallLimits(1_000, 1_000, 1));
        var id = begun(dispatch, "slow");
        refused(Refusal.TooMany.class, () -> call(dispatch, alices(), "never"));
        released.release();
        awaited(id, "completed");
        assertEquals("never", text(call(dispatch, alices(), "never")));
    }

    // Security Considerations

    @Test
    @Covers({"TK-17", "TK-35"})
    void aTaskIsItsCallersAtItsEndpoint_AndElsewhereAsIfItNeverWere() {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        var bob = exchange(TestCallers.user("bob", "write"), "/mcp", DECLARED);
        var service = exchange(TestCallers.service("client-1", "write"), "/mcp", DECLARED);
        var other = exchange(alice(), "/other", DECLARED);
        var nobody = exchange(Caller.anonymous(), "/mcp", DECLARED);
        for (var method : METHODS) {
            var unknown = refused(Refusal.BadParams.class, () -> request(dispatch, alices(), method,
                    params(method, "unknown")));
            assertEquals(-32602, unknown.code());
            for (var stranger : List.of(bob, service, other)) {
                assertEquals(unknown, refused(Refusal.BadParams.class,
                        () -> request(dispatch, stranger, method, params(method, id))));
            }
            assertThrows(Challenged.class, () -> request(dispatch, nobody, method, params(method, id)));
            for (var wrong : List.of("{}", "{\"taskId\":7}", "{\"taskId\":null}")) {
                refused(Refusal.BadParams.class, () -> request(dispatch, alices(), method, wrong));
            }
        }
        assertEquals("working", get(dispatch, id).path("status").asString());
    }

    @Test
    @Covers("TK-17")
    void whoMayNoLongerCallTheToolMayNotHaveWhatItSaid() throws Exception {
        var spec = spec("guarded", ToolSpec.TaskSupport.POSSIBLE, true);
        add(new ToolSpec(spec.name(), "", "Does it.", spec.inputSchema(), spec.outputSchema(), spec.annotations(),
                Set.of("write"), true, spec.deadline(), Set.of()).withTasks(ToolSpec.TaskSupport.POSSIBLE),
                call -> ToolResult.text("secret"));
        var dispatch = dispatch();
        var id = begun(dispatch, "guarded");
        awaited(id, "completed");
        var less = exchange(TestCallers.user("alice", "read"), "/mcp", DECLARED);
        for (var method : METHODS) {
            var challenged = assertThrows(Challenged.class, () -> request(dispatch, less, method, params(method, id)));
            assertEquals(new Decision.NeedsScope(List.of("write")), challenged.decision());
        }
    }

    // Task Polling, Task Status

    @Test
    @Covers({"TK-10", "TK-20", "TK-21", "TK-23"})
    void aTaskIsShownAsItIs_AndInTheEndHoldsWhatTheCallWouldHaveAnswered() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        entered.acquire();
        var working = get(dispatch, id);
        assertEquals(working, get(dispatch, id));
        for (var member : List.of("result", "error", "inputRequests", "resultType")) {
            assertFalse(working.has(member), member);
        }
        now.set(now.get().plusSeconds(7));
        released.release();
        var told = awaited(id, "completed");
        var completed = get(dispatch, id);
        assertEquals(told, completed);
        assertEquals(get(dispatch, id), completed);
        assertEquals(Instant.parse("2026-07-28T12:00:07Z").toString(), completed.path("lastUpdatedAt").asString());
        released.release();
        var alone = call(dispatch, exchange(alice(), "/mcp", "{}"), "slow").put("resultType", "complete");
        assertEquals(alone, completed.path("result"));
        assertFalse(completed.has("error"));
    }

    @Test
    @Covers("TK-23")
    void aToolsOwnErrorIsAResult() throws Exception {
        var state = awaited(begun(dispatch(), "wrong"), "completed");
        assertTrue(state.path("result").path("isError").asBoolean());
        assertEquals("It went wrong.", text(state.path("result")));
    }

    @Test
    @Covers("TK-24")
    void aProtocolErrorIsAFailure_AndABugSaysNothingOfItself() throws Exception {
        var dispatch = dispatch();
        var refused = awaited(begun(dispatch, "refuses"), "failed");
        assertEquals("{\"code\":-32602,\"message\":\"Not with these.\"}", refused.path("error").toString());
        assertEquals("Not with these.", refused.path("statusMessage").asString());
        assertFalse(refused.has("result"));
        var buggy = awaited(begun(dispatch, "buggy"), "failed");
        assertEquals(-32603, buggy.path("error").path("code").asInt());
        assertTrue(buggy.path("error").path("message").asString().contains("req-1"), "the incident's id");
        assertFalse(buggy.toString().contains("secret"));
    }

    @Test
    void aResultThatIsTooLongIsNotKept() throws Exception {
        add(spec("long", ToolSpec.TaskSupport.POSSIBLE, true),
                call -> ToolResult.text("x".repeat(Limits.TASK_RESULT_CHARS)));
        var state = awaited(begun(dispatch(), "long"), "completed");
        assertTrue(state.path("result").path("isError").asBoolean());
        assertTrue(text(state.path("result")).contains("Ask for less"));
    }

    @Test
    void atItsDeadlineATaskIsStopped() throws Exception {
        var spec = spec("late", ToolSpec.TaskSupport.POSSIBLE, true);
        add(new ToolSpec("late", "", "Late.", spec.inputSchema(), spec.outputSchema(), spec.annotations(), Set.of(),
                true, Duration.ofMillis(20), Set.of()).withTasks(ToolSpec.TaskSupport.POSSIBLE), call -> {
                    released.acquire();
                    return ToolResult.text("late");
                });
        var state = awaited(begun(dispatch(), "late"), "completed");
        assertTrue(text(state.path("result")).contains("had not answered within 0.02 s"), state::toString);
    }

    @Test
    @Covers("TK-15")
    void aTaskCanBeReadUntilItsTimeIsOver_AndIsDeletedSoonAfter() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "quick");
        var state = awaited(id, "completed");
        var over = Instant.parse(state.path("createdAt").asString()).plusMillis(state.path("ttlMs").asLong());
        now.set(over.minusSeconds(1));
        dispatch.tend();
        assertEquals("completed", get(dispatch, id).path("status").asString());
        now.set(over);
        var lapsed = refused(Refusal.BadParams.class, () -> get(dispatch, id));
        assertEquals(lapsed, refused(Refusal.BadParams.class, () -> get(dispatch, "unknown")));
        now.set(over.plus(Limits.TASK_TEND));
        dispatch.tend();
        assertEquals(0, database.first("SELECT COUNT(*) FROM task", row -> row.getInt(1)).orElseThrow());
    }

    // Task Cancellation

    @Test
    @Covers({"TK-25", "TK-33"})
    void cancellingInterruptsTheTool_AndIsAcknowledgedEvenWhenThereIsNothingToCancel() throws Exception {
        var dispatch = dispatch();
        for (var tool : List.of("slow", "change")) {
            var id = begun(dispatch, tool);
            entered.acquire();
            assertEquals("{}", cancel(dispatch, id).toString());
            interrupted.acquire();
            var state = awaited(id, "cancelled");
            assertEquals(state, get(dispatch, id));
            assertFalse(state.has("result") || state.has("error") || state.has("inputRequests"), state::toString);
            assertEquals(tool.equals("change"), state.path("statusMessage").asString().contains("in part"));
            assertEquals("{}", cancel(dispatch, id).toString());
            assertEquals(state, get(dispatch, id));
        }
        var done = begun(dispatch, "quick");
        var before = awaited(done, "completed");
        assertEquals("{}", cancel(dispatch, done).toString());
        assertEquals("{}", update(dispatch, done, answer("city", "city", "Ulm")).toString());
        assertEquals(before, get(dispatch, done));
    }

    @Test
    @Covers("TK-34")
    void leavingTheStreamOfTheCallCancelsNoTask() throws Exception {
        var dispatch = dispatch();
        var gone = new AtomicReference<Runnable>(() -> { });
        var outlet = new Outlet() {
            @Override
            public void send(Message.Notification notice) {
                throw new AssertionError(notice);
            }

            @Override
            public JsonNode ask(String method, ObjectNode params, Duration patience) {
                throw new AssertionError(method);
            }

            @Override
            public void lasting(Runnable cancel) {
                gone.set(cancel);
            }
        };
        var from = alices();
        var id = call(dispatch, new Exchange(from.caller(), from.endpoint(), from.revision(), from.capabilities(),
                "req-1", "192.0.2.7", from.progressToken(), from.logLevel(), from.traceparent(), outlet), "slow")
                .path("taskId").asString();
        entered.acquire();
        gone.get().run();
        released.release();
        assertEquals("done", text(awaited(id, "completed").path("result")));
    }

    // On record

    @Test
    void beginningEndAndCancellingAreOnRecord() throws Exception {
        var dispatch = dispatch();
        awaited(begun(dispatch, "wrong"), "completed");
        assertEquals("allowed wrong Goes on as a task.", said("tools/call"));
        assertEquals("failed wrong The tool answered with an error.", said("tasks/end"));
        var id = begun(dispatch, "slow");
        entered.acquire();
        cancel(dispatch, id);
        assertEquals("allowed slow ", said("tasks/cancel"));
        assertThrows(Refused.class, () -> cancel(dispatch, "unknown"));
        assertEquals("refused  There is no such task, or it has expired. Call the tool again.", said("tasks/cancel"));
        assertNotEquals(0, lines("tasks/end").size());
    }

    private String said(String event) {
        var line = lines(event).getFirst();
        return line.outcome() + " " + line.thing() + " " + line.reason();
    }
}
