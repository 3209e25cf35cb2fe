package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// What a task asks, what it says, and who hears of it.
@Timeout(60)
final class TaskQuestionsTest extends TaskFixture {

    private static final Elicitation NAME = form("Which name?", "name");

    @BeforeEach
    void moreTools() {
        add(spec("two", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            var all = new LinkedHashMap<String, Question<?>>();
            all.put("city", CITY);
            all.put("name", NAME);
            call.askAll(all);
            return ToolResult.text(said(call, "name", NAME) + " to " + said(call, "city", CITY));
        });
        add(spec("thrice", ToolSpec.TaskSupport.POSSIBLE, true), call -> ToolResult.text(said(call, "a", CITY) + " "
                + said(call, "b", CITY) + " " + said(call, "c", CITY)));
        add(spec("talks", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            call.progress(1, 3, "");
            call.progress(2, 3, "two\nof three");
            call.log(LogLevel.ERROR, "never sent");
            entered.release();
            released.acquire();
            return ToolResult.text("talked");
        });
    }

    private static String said(Call call, String key, Elicitation question) throws InterruptedException {
        return call.ask(key, question).accepted().map(each -> each.path(key.equals("name") ? "name" : "city")
                .asString("")).orElse("nobody");
    }

    private static List<String> keys(JsonNode task) {
        return List.copyOf(task.path("inputRequests").propertyNames());
    }

    // Task Polling, Task Update Requests

    @Test
    @Covers({"TK-22", "TK-31"})
    void aTaskThatAsksShowsItsQuestion_AndGoesOnWithTheAnswer() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "asks");
        var waiting = awaited(id, "input_required");
        assertEquals("{\"city\":{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"form\",\"message\":"
                + "\"Which city?\",\"requestedSchema\":" + CITY.schema().orElseThrow() + "}}}",
                waiting.path("inputRequests").toString());
        assertEquals(waiting, get(dispatch, id));
        assertEquals(waiting, get(dispatch, id));
        assertFalse(waiting.has("result") || waiting.has("error"));
        assertEquals("{}", update(dispatch, id, answer("city", "city", "Ulm")).toString());
        var done = awaited(id, "completed");
        assertEquals("To Ulm", text(done.path("result")));
        assertFalse(done.has("inputRequests"));
    }

    @Test
    @Covers({"TK-22", "TK-32"})
    void ofTwoQuestionsOneMayBeAnsweredFirst() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "two");
        assertEquals(List.of("city", "name"), keys(awaited(id, "input_required")));
        update(dispatch, id, answer("city", "city", "Ulm"));
        assertEquals(List.of("name"), keys(get(dispatch, id)));
        assertEquals("input_required", get(dispatch, id).path("status").asString());
        update(dispatch, id, answer("city", "city", "Rome"));
        update(dispatch, id, answer("unknown", "city", "Rome"));
        update(dispatch, id, "{}");
        assertEquals(List.of("name"), keys(get(dispatch, id)));
        update(dispatch, id, answer("name", "name", "Ada"));
        assertEquals("Ada to Ulm", text(awaited(id, "completed").path("result")));
        assertEquals(Set.of("allowed Answered: name", "allowed ", "allowed Answered: city"),
                Set.copyOf(lines("tasks/update").stream().map(line -> line.outcome() + " " + line.reason()).toList()));
    }

    @Test
    @Covers("TK-32")
    void aMalformedAnswerIsRefused_AndTakesNothing() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "two");
        awaited(id, "input_required");
        var good = answer("city", "city", "Ulm");
        for (var wrong : List.of("[]", "7", "null", "{\"city\":7}", "{\"city\":{\"action\":\"perhaps\"}}",
                answer("city", "town", "Ulm"), good.substring(0, good.length() - 1) + ",\"name\":[]}",
                answer("city", "city", "x".repeat(Limits.STATE_CHARS)))) {
            refused(Refusal.BadParams.class, () -> update(dispatch, id, wrong));
        }
        refused(Refusal.BadParams.class, () -> request(dispatch, alices(), "tasks/update", params(id)));
        assertEquals(List.of("city", "name"), keys(get(dispatch, id)));
    }

    @Test
    @Covers("TK-30")
    void theSameQuestionAskedThriceHasThreeKeys() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "thrice");
        var seen = new ArrayList<String>();
        for (var i = 0; i < 3; i++) {
            var open = keys(awaited(id, "input_required"));
            while (seen.contains(open.getFirst())) {
                open = keys(awaited(id, "input_required"));
            }
            seen.addAll(open);
            update(dispatch, id, answer(open.getFirst(), "city", "Ulm" + i));
        }
        assertEquals("Ulm0 Ulm1 Ulm2", text(awaited(id, "completed").path("result")));
        assertEquals(List.of("a", "b", "c"), seen);
    }

    @Test
    @Covers("TK-22")
    void whatTheClientCannotAnswerIsNotAsked() throws Exception {
        var dispatch = dispatch();
        var id = call(dispatch, exchange(alice(), "/mcp", "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"),
                "asks").path("taskId").asString();
        var failed = awaited(id, "failed");
        assertEquals(-32021, failed.path("error").path("code").asInt());
        assertEquals("{\"requiredCapabilities\":{\"elicitation\":{}}}", failed.path("error").path("data").toString());
    }

    @Test
    void whatNobodyAnswersIsGivenUp() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        entered.acquire();
        var exchange = alices();
        var deadline = new Deadline(now.get(), Duration.ofMinutes(1));
        var interview = new TaskInterview(dispatch.run(id), Map.of(), Duration.ofMillis(20));
        var call = new Call(exchange, none(), deadline, interview, dispatch.changes());
        var given = assertThrows(LiveInterview.Unanswered.class,
                () -> call.ask("city", CITY));
        assertTrue(given.getMessage().contains("Nobody answered"), given.getMessage());
        assertFalse(deadline.paused());
        assertEquals("working", get(dispatch, id).path("status").asString());
    }

    @Test
    void anAnswerThatComesToAnotherProcessIsFoundByTheOneThatRuns() throws Exception {
        var dispatch = dispatch();
        try (var elsewhere = Database.open(folder.resolve("store.db"))) {
            var other = dispatch(elsewhere, LIMITS);
            var id = begun(dispatch, "asks");
            awaited(id, "input_required");
            update(other, id, answer("city", "city", "Ulm"));
            assertEquals("To Ulm", text(awaited(id, "completed").path("result")));
            assertEquals("completed", get(other, id).path("status").asString());
        }
    }

    @Test
    @Covers({"TK-25", "TK-31"})
    void aHundredRacersOnOneTask_AndItEndsOnce() throws Exception {
        for (var seed = 0; seed < 5; seed++) {
            var chance = new Random(seed);
            var dispatch = dispatch(database, new CallLimits(100_000, 100_000, 8));
            var id = begun(dispatch, "two");
            awaited(id, "input_required");
            try (var racers = Executors.newVirtualThreadPerTaskExecutor()) {
                var moves = new ArrayList<Callable<JsonNode>>();
                for (var i = 0; i < 100; i++) {
                    var value = "v" + i;
                    moves.add(switch (chance.nextInt(20)) {
                        case 0 -> () -> cancel(dispatch, id);
                        case 1, 2, 3 -> () -> get(dispatch, id);
                        case 4, 5, 6, 7, 8, 9, 10 -> () -> update(dispatch, id, answer("city", "city", value));
                        default -> () -> update(dispatch, id, answer("name", "name", value));
                    });
                }
                for (var move : racers.invokeAll(moves)) {
                    move.get();
                }
            }
            var ended = get(dispatch, id);
            while (ended.path("status").asString().equals("working")) {
                ended = states.take();
            }
            assertTrue(Set.of("completed", "cancelled").contains(ended.path("status").asString()), ended::toString);
            cancel(dispatch, id);
            update(dispatch, id, answer("name", "name", "late"));
            assertEquals(ended, get(dispatch, id), "seed " + seed);
        }
    }

    // Progress

    @Test
    @Covers("TK-44")
    void progressIsASentenceOfTheTask_AndNothingIsSent() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "talks");
        entered.acquire();
        assertEquals("1 of 3", get(dispatch, id).path("statusMessage").asString());
        dispatch.tend();
        assertEquals("two?of three", get(dispatch, id).path("statusMessage").asString());
        released.release();
        assertFalse(awaited(id, "completed").has("statusMessage"));
    }

    // Task Status Notifications

    @Test
    @Covers("TK-41")
    void listeningToTasksNeedsTheDeclaration() {
        var dispatch = dispatch();
        var id = begun(dispatch, "quick");
        var why = refused(Refusal.MissingCapability.class, () -> dispatch.listen(exchange(alice(), "/mcp", "{}"),
                object("{\"taskIds\":[\"" + id + "\"]}")));
        assertEquals("{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}", why.required().toString());
        for (var wrong : List.of("{\"taskIds\":\"" + id + "\"}", "{\"taskIds\":null}", "{\"taskIds\":[7]}",
                "{\"taskIds\":["
                + "\"a\",".repeat(Limits.TASKS_PER_CALLER) + "\"a\"]}")) {
            refused(Refusal.BadParams.class, () -> dispatch.listen(alices(), object(wrong)));
        }
    }

    @Test
    @Covers({"TK-17", "TK-42", "TK-43"})
    void onlyOnesOwnTasksAreToldOf_AsTheyStand() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "asks");
        var unheard = begun(dispatch, "quick");
        awaited(id, "input_required");
        var bobs = exchange(TestCallers.user("bob", "write"), "/mcp", DECLARED);
        var filter = "{\"taskIds\":[\"" + id + "\",\"unknown\"]}";
        var foreign = dispatch.listen(bobs, object(filter));
        assertEquals("{\"taskIds\":[]}", foreign.honoured().toString());
        var own = dispatch.listen(alices(), object(filter));
        assertEquals("{\"taskIds\":[\"" + id + "\"]}", own.honoured().toString());
        var nothing = dispatch.listen(alices(), object("{}"));
        try (var subscription = own.subscription(); var strangers = foreign.subscription();
                var silent = nothing.subscription()) {
            var first = subscription.next().orElseThrow();
            assertEquals("notifications/tasks", first.method());
            assertEquals(get(dispatch, id), first.params());
            update(dispatch, id, answer("city", "city", "Ulm"));
            var next = subscription.next().orElseThrow();
            while (!next.params().path("status").asString().equals("completed")) {
                assertEquals("notifications/tasks " + id, next.method() + " "
                        + next.params().path("taskId").asString());
                next = subscription.next().orElseThrow();
            }
            assertEquals(get(dispatch, id), next.params());
            assertEquals("completed", get(dispatch, unheard).path("status").asString());
            for (var quiet : List.of(strangers, silent, subscription)) {
                assertTrue(quiet.next(1).isEmpty());
            }
        }
    }

    @Test
    @Covers("TK-43")
    void whatAnotherProcessChangesIsToldToo() throws Exception {
        var dispatch = dispatch();
        var id = begun(dispatch, "slow");
        var other = dispatch();
        other.tend();
        var listening = other.listen(alices(), object("{\"taskIds\":[\"" + id + "\"]}"));
        try (var subscription = listening.subscription()) {
            assertEquals("working", subscription.next().orElseThrow().params().path("status").asString());
            released.release();
            awaited(id, "completed");
            other.tend();
            assertEquals("completed", subscription.next().orElseThrow().params().path("status").asString());
        }
    }

    @Test
    void aHandlerThatAsksWithoutEndIsABug() throws Exception {
        add(spec("nosy", ToolSpec.TaskSupport.POSSIBLE, true), call -> {
            var all = new LinkedHashMap<String, Question<?>>();
            for (var i = 0; i <= Limits.TASK_QUESTIONS; i++) {
                all.put("q" + i, CITY);
            }
            call.askAll(all);
            throw new Refused(new Refusal.BadParams("not reached"));
        });
        var failed = awaited(begun(dispatch(), "nosy"), "failed");
        assertEquals(-32603, failed.path("error").path("code").asInt());
    }
}
