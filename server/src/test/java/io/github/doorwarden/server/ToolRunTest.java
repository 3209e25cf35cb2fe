package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of a call while its tool runs, seen through [Dispatch].
@Timeout(60)
final class ToolRunTest extends DispatchFixture {

    @Test
    @Covers("SV-23")
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
    @Covers("SV-23")
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
    @Covers("SV-24")
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
                public ToolResult call(Call call) {
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
    @Covers("SV-25")
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
    @Covers("SV-32")
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
                        Polling.pause();
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
