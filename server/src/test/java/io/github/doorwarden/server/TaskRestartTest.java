package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of tasks whose process is gone: a dispatch that is not heard of again stands for it.
@Timeout(60)
final class TaskRestartTest extends TaskFixture {

    private void leaseIsOver() {
        now.set(now.get().plus(Limits.TASK_LEASE));
    }

    @Test
    @Covers("TK-12")
    void aTaskThatMayRunTwiceGoesOn_WhenItsCallerAsks() throws Exception {
        var id = begun(dispatch(), "slow");
        entered.acquire();
        var after = dispatch();
        after.tend();
        assertEquals("working", get(after, id).path("status").asString());
        assertEquals(1, runs.get(), "it may still run where it ran");
        leaseIsOver();
        after.tend();
        assertEquals(1, runs.get(), "nobody has asked");
        assertThrows(Challenged.class, () -> request(after, exchange(Caller.anonymous(),
                "/mcp", DECLARED), "tasks/get", params(id)));
        refused(Refusal.BadParams.class, () -> request(after, exchange(TestCallers.user("bob"), "/mcp", DECLARED),
                "tasks/get", params(id)));
        assertEquals(1, runs.get(), "nobody has asked who may");
        assertEquals("working", get(after, id).path("status").asString());
        entered.acquire();
        released.release(2);
        assertEquals("done", text(awaited(id, "completed").path("result")));
        assertEquals(2, runs.get());
        assertEquals(List.of("slow"), lines("tasks/resume").stream().map(line -> line.thing()).toList());
    }

    @Test
    void aTaskThatMustNotRunTwiceHasFailed_AndSaysWhatToDo() throws Exception {
        var id = begun(dispatch(), "change");
        entered.acquire();
        var after = dispatch();
        leaseIsOver();
        after.tend();
        var failed = get(after, id);
        assertEquals("failed", failed.path("status").asString());
        assertEquals(-32603, failed.path("error").path("code").asInt());
        assertTrue(failed.path("error").path("message").asString().contains("look, then call the tool again"));
        assertTrue(failed.path("statusMessage").asString().startsWith("The server was restarted"));
        released.release();
        assertEquals(failed, get(after, id));
        var line = lines("tasks/end").stream().filter(each -> each.requestId().isEmpty()).findFirst().orElseThrow();
        assertEquals("failed user alice client-1 change The server was restarted under it.", String.join(" ",
                line.outcome(), line.callerKind(), line.subject(), line.clientId(), line.thing(), line.reason()));
    }

    @Test
    void whatIsRepeatableIsSaidByTheTool() {
        var plain = spec("x", ToolSpec.TaskSupport.POSSIBLE, false);
        assertFalse(plain.repeatable());
        assertTrue(spec("x", ToolSpec.TaskSupport.POSSIBLE, true).repeatable());
        var twice = new ToolSpec("x", "", "X.", plain.inputSchema(), Optional.empty(),
                none().put("idempotentHint", true), Set.of(), false, plain.deadline(), Set.of());
        assertTrue(twice.repeatable());
        assertFalse(new ToolSpec("x", "", "X.", plain.inputSchema(), Optional.empty(), twice.annotations(), Set.of(),
                true, plain.deadline(), Set.of("password")).repeatable());
    }

    @Test
    @Covers("TK-30")
    void answersSurvive_AndTheirKeysStayUsed() throws Exception {
        add(spec("two_steps", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            var first = call.ask("first", CITY).accepted().orElseThrow().path("city").asString();
            runs.incrementAndGet();
            return ToolResult.text(first + " " + call.ask("second", form("And after run " + (runs.get() > 1), "city"))
                    .accepted().orElseThrow().path("city").asString());
        });
        var before = dispatch();
        var id = begun(before, "two_steps");
        awaited(id, "input_required");
        update(before, id, answer("first", "city", "Ulm"));
        while (!awaited(id, "input_required").path("inputRequests").has("second")) {
            // the state between the two questions
        }
        var after = dispatch();
        leaseIsOver();
        get(after, id);
        var asked = awaited(id, "input_required").path("inputRequests");
        while (!asked.has("second.2")) {
            asked = awaited(id, "input_required").path("inputRequests");
        }
        assertEquals(1, asked.size());
        update(after, id, answer("second", "city", "Rome"));
        update(after, id, answer("first", "city", "Rome"));
        update(after, id, answer("second.2", "city", "Bonn"));
        assertEquals("Ulm Bonn", text(awaited(id, "completed").path("result")));
    }

    @Test
    void twoProcessesNeverRunOneTask() throws Exception {
        var first = dispatch();
        var id = begun(first, "slow");
        entered.acquire();
        var second = dispatch();
        var third = dispatch();
        for (var i = 0; i < 5; i++) {
            now.set(now.get().plus(Limits.TASK_TEND));
            first.tend();
            second.tend();
            get(second, id);
        }
        assertEquals(1, runs.get(), "who says that it lives keeps its task");
        leaseIsOver();
        get(second, id);
        get(third, id);
        entered.acquire();
        assertEquals(2, runs.get());
        first.tend();
        interrupted.acquire();
        released.release();
        assertEquals("done", text(awaited(id, "completed").path("result")));
    }

    @Test
    void aProcessThatStoodStillKeepsWhatNobodyTook() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        entered.acquire();
        leaseIsOver();
        assertEquals("working", get(dispatch, id).path("status").asString());
        dispatch.tend();
        assertEquals(1, runs.get());
        released.release();
        awaited(id, "completed");
    }

    @Test
    void whatIsCancelledElsewhereIsInterruptedHere() throws Exception {
        var here = dispatch();
        var id = begun(here, "slow");
        entered.acquire();
        cancel(dispatch(), id);
        here.tend();
        interrupted.acquire();
        assertEquals("cancelled", get(here, id).path("status").asString());
    }

    @Test
    void aProcessThatGoesDownInOrderLetsGoAtOnce() throws Exception {
        var before = dispatch();
        var closing = before.tending();
        var id = begun(before, "slow");
        entered.acquire();
        closing.close();
        interrupted.acquire();
        var after = dispatch();
        assertEquals("working", get(after, id).path("status").asString());
        entered.acquire();
        released.release();
        awaited(id, "completed");
    }

    @Test
    void whatIsTakenUpLateIsKeptForLonger() throws Exception {
        var id = begun(dispatch(), "slow");
        entered.acquire();
        now.set(now.get().plus(Limits.TASK_KEPT));
        assertEquals(2 * Limits.TASK_KEPT.toMillis() + 60_000, get(dispatch(), id).path("ttlMs").asLong());
    }

    @Test
    void aToolThatIsGoneCannotGoOn() throws Exception {
        var id = begun(dispatch(), "slow");
        entered.acquire();
        tools.removeIf(tool -> tool.spec().name().equals("slow"));
        leaseIsOver();
        assertEquals("failed", get(dispatch(), id).path("status").asString());
    }

    @Test
    void anEndThatCouldNotBeStoredIsStoredLater() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        entered.acquire();
        database.update("CREATE TRIGGER broken BEFORE UPDATE ON task WHEN NEW.status = 'completed' BEGIN "
                + "SELECT RAISE(ABORT, 'the disk is full'); END");
        released.release();
        while (lines("tasks/end").isEmpty() || !dispatch.run(id).isOwed()) {
            Polling.pause();
        }
        dispatch.tend();
        assertEquals("working", get(dispatch, id).path("status").asString());
        database.update("DROP TRIGGER broken");
        dispatch.tend();
        assertEquals("done", text(get(dispatch, id).path("result")));
    }

    @Test
    void withoutAStoreNoToolMayMakeTasks() {
        var refused = assertThrows(IllegalArgumentException.class, () -> new Dispatch(List.of(endpoint("/mcp")),
                new Dispatch.Ground(Policy.withoutAuthorization(), audit, new Spent(database),
                        Seal.forThisProcess("a"),
                        Seal.forThisProcess("b"), LIMITS, now::get)));
        assertTrue(refused.getMessage().contains("/mcp"), refused.getMessage());
    }
}
