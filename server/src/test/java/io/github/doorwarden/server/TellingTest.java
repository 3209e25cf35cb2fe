package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Progress and log messages of a running call.
@Timeout(60)
final class TellingTest extends ThingsFixture {

    private List<Double> values() {
        return of("notifications/progress").stream().map(each -> each.params().path("progress").asDouble()).toList();
    }

    private List<Notification> of(String method) {
        return told.stream().filter(each -> each.method().equals(method)).toList();
    }

    @Test
    @Covers("MT-81")
    void progressGrows() {
        tool("work", call -> {
            for (var value : new double[] {1, 3, 3, 2, 4.5, Double.NaN, Double.POSITIVE_INFINITY, 4.5, -1}) {
                call.progress(value, 10, "");
            }
            return ToolResult.text("done");
        });
        client().hearing("7", null).call("work");
        assertEquals(List.of(1.0, 3.0, 4.5), values());
        assertEquals("{\"progressToken\":7,\"progress\":1,\"total\":10}", told.getFirst().params().toString());
        assertEquals("{\"progressToken\":7,\"progress\":4.5,\"total\":10}", told.getLast().params().toString());
    }

    @Test
    @Covers("MT-81")
    void progressGrowsAlsoWhenManyThreadsReport() {
        tool("work", call -> {
            var threads = new ArrayList<Thread>();
            for (var t = 0; t < 4; t++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (var i = 1; i <= 200; i++) {
                        call.progress(i, 0, "");
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            return ToolResult.text("done");
        });
        client().hearing("7", null).call("work");
        var values = values();
        for (var i = 1; i < values.size(); i++) {
            assertTrue(values.get(i) > values.get(i - 1), values.toString());
        }
        assertEquals(200.0, values.getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"7\"", "\"\"", "-12345678901234567890"})
    @Covers("MT-80")
    void theTokenComesBackAsItWas(String token) {
        tool("work", call -> {
            call.progress(1, 0, "");
            return ToolResult.text("done");
        });
        client().hearing(token, null).call("work");
        assertEquals(token, told.getFirst().params().path("progressToken").toString());
    }

    @Test
    @Covers("MT-80")
    void withoutATokenNothingIsTold() {
        tool("work", call -> {
            call.progress(1, 0, "x");
            return ToolResult.text("done");
        });
        client().call("work");
        assertEquals(List.of(), told);
    }

    @Test
    @Covers("MT-83")
    void progressIsNoFasterThanAnybodyCanSee_AndTheLastIsAmongIt() {
        tool("work", call -> {
            for (var i = 1; i <= 100_000; i++) {
                call.progress(i, 100_000, "step " + "x".repeat(1_000));
            }
            return ToolResult.text("done");
        });
        var began = System.nanoTime();
        client().hearing("7", null).call("work");
        var seconds = (System.nanoTime() - began) / 1_000_000_000 + 1;
        assertTrue(told.size() <= Limits.PROGRESS_PER_SECOND * (seconds + 1) + 1, told.size() + " in " + seconds
                + " s");
        assertEquals(100_000.0, values().getLast());
        for (var each : told) {
            assertTrue(each.params().path("message").asString().length() <= Limits.PROGRESS_MESSAGE_CHARS + 1);
        }
    }

    @Test
    void theOldestRevisionHasNoMessageOfProgress() {
        tool("work", call -> {
            call.progress(1, 2, "half");
            return ToolResult.text("done");
        });
        for (var revision : Revision.values()) {
            told.clear();
            client().in(revision).hearing("7", null).call("work");
            assertEquals(revision != Revision.V2024_11_05, told.getFirst().params().has("message"), revision.date());
            assertEquals("", WireShapes.of(revision).misfits("ProgressNotification", notification(told
                    .getFirst())));
        }
    }

    private static tools.jackson.databind.node.ObjectNode notification(Notification notice) {
        var json = object("{\"jsonrpc\":\"2.0\"}").put("method", notice.method());
        json.set("params", notice.params());
        return json;
    }

    @ParameterizedTest
    @EnumSource(LogLevel.class)
    @Covers("SV-93")
    void onlyWhatWasAskedForIsLogged(LogLevel least) {
        tool("work", call -> {
            for (var level : LogLevel.values()) {
                call.log(level, level.wireName());
            }
            return ToolResult.text("done");
        });
        client().hearing(null, least).call("work");
        assertEquals(List.of(LogLevel.values()).subList(least.ordinal(), LogLevel.values().length).stream()
                .map(LogLevel::wireName).toList(), told.stream().map(each -> each.params().path("data").asString())
                .toList());
        told.forEach(each -> assertEquals("", WireShapes.of(Revision.V2026_07_28).misfits(
                "LoggingMessageNotification", notification(each))));
        told.clear();
        client().call("work");
        assertEquals(List.of(), told, "without a level");
    }

    @Test
    @Covers("SV-97")
    void aFloodOfLogMessagesIsCountedAndLeftOut() {
        tool("work", call -> {
            for (var i = 0; i < 100_000; i++) {
                call.log(LogLevel.INFO, "source", object("{\"i\":" + i + "}"));
            }
            call.log(LogLevel.INFO, "x".repeat(1_000_000));
            return ToolResult.text("done");
        });
        var began = System.nanoTime();
        client().hearing(null, LogLevel.DEBUG).call("work");
        var seconds = (System.nanoTime() - began) / 1_000_000_000 + 1;
        assertTrue(told.size() <= Limits.LOG_PER_SECOND * (seconds + 1) + 1, told.size() + " in " + seconds + " s");
        var last = told.getLast().params();
        assertTrue(last.path("data").asString().contains(" log messages were left out"), last.toString());
        assertEquals("source", told.getFirst().params().path("logger").asString());
    }

    @Test
    @Covers("SV-97")
    void aLongMessageIsCut() {
        tool("work", call -> {
            call.log(LogLevel.INFO, "x".repeat(1_000_000));
            call.log(LogLevel.INFO, "", object("{\"a\":\"" + "y".repeat(1_000_000) + "\"}"));
            return ToolResult.text("done");
        });
        client().hearing(null, LogLevel.DEBUG).call("work");
        assertEquals(2, told.size());
        told.forEach(each -> assertTrue(each.params().path("data").asString().length() <= Limits.LOG_CHARS + 1));
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-96")
    void whatAFaultSaysIsNeverLoggedToTheClient(Revision revision) {
        tool("bug", call -> {
            throw new IllegalStateException("token s3cret of ada@example.com in /srv/app",
                    new java.io.IOException("password"));
        });
        refused(Refusal.Bug.class, () -> client().in(revision).hearing("7", LogLevel.DEBUG).call("bug"));
        assertEquals(List.of(), told);
    }

    @Test
    void aHandlerThatIsTooSlowHasSaidItsLastWord() throws Exception {
        var done = new CountDownLatch(1);
        tools.add(new MadeTool(new ToolSpec("slow", "", "Slow.", object("{\"type\":\"object\"}"),
                java.util.Optional.empty(), none(), java.util.Set.of(), true, java.time.Duration.ofMillis(30),
                java.util.Set.of()), call -> {
            for (var i = 0; i < 40; i++) {
                call.progress(i, 0, "");
            }
            try {
                new CountDownLatch(1).await();
            } finally {
                done.countDown();
            }
            return ToolResult.text("x");
        }));
        assertFalse(client().hearing("7", null).call("slow").path("isError").isMissingNode());
        done.await();
    }

    /// The call that a handler got, with signs of life that a test can wait for.
    private static Call impatient(Call call) {
        return new Call(call.exchange(), call.arguments(), call.deadlineClock(), call.interview(), new Changes(),
                Duration.ofMillis(5));
    }

    private void awaitTold(int many) {
        while (of("notifications/progress").size() < many) {
            Polling.pause();
        }
    }

    @Test
    void aHandlerThatSaysNothingIsNotTakenForDead() {
        tool("work", call -> impatient(call).run(() -> {
            awaitTold(3);
            return ToolResult.text("done");
        }));
        client().hearing("7", null).call("work");
        var heard = of("notifications/progress");
        assertEquals(List.of(0.0, 1.0 / 1024, 2.0 / 1024), values().subList(0, 3));
        assertTrue(heard.getFirst().params().path("message").asString().startsWith("Still at work, since "));
        assertEquals(heard.size(), of("notifications/progress").size(), "nothing after the answer");
    }

    @Test
    void signsOfLifeDoNotOutrunTheHandler() {
        tool("work", call -> {
            var own = impatient(call);
            return own.run(() -> {
                own.progress(1, 2, "half");
                awaitTold(3);
                own.progress(2, 2, "whole");
                return ToolResult.text("done");
            });
        });
        client().hearing("7", null).call("work");
        var values = values();
        assertEquals(List.of(1.0, 1 + 1.0 / 1024, 1 + 2.0 / 1024), values.subList(0, 3));
        assertEquals(2.0, values.getLast());
        assertEquals(2, of("notifications/progress").get(1).params().path("total").asInt());
    }

    @Test
    void whoAskedForNoProgressHearsNothing() {
        tool("work", call -> impatient(call).run(() -> {
            assertFalse(new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS), "time for ten signs");
            return ToolResult.text("done");
        }));
        client().call("work");
        assertEquals(List.of(), told);
    }
}
