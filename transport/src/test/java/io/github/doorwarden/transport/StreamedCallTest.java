package io.github.doorwarden.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Polling;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// A call whose handler tells something before it answers, over real sockets.
@Timeout(120)
final class StreamedCallTest extends SocketFixture {

    private static final long SEED = Long.getLong("seed", 20_260_728L);
    private static final String LOG = ",\"io.modelcontextprotocol/logLevel\":\"error\"";

    @Test
    @Covers({"MT-31", "MT-32", "MT-33", "MT-34", "MT-80", "SV-90", "SV-93"})
    void whatIsToldComesBeforeTheAnswer_WhichEndsTheStream() throws Exception {
        var offered = json(send(post("server/discover", "", message("1", "server/discover", "", ""))).body());
        assertTrue(offered.path("result").path("capabilities").path("logging").isObject(), offered::toString);
        door.things.steps.add("progress");
        var response = open(call("7", "steps", ",\"progressToken\":\"t\"" + LOG));
        assertEquals("text/event-stream", response.headers().firstValue("Content-Type").orElse(""));
        assertEquals("no", response.headers().firstValue("X-Accel-Buffering").orElse(""));
        try (var events = new Events(response.body())) {
            assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                    + "\"t\",\"progress\":1}}", events.next().toString());
            door.things.steps.add("log");
            assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\","
                    + "\"data\":\"step 2\"}}", events.next().toString());
            door.things.steps.add("end");
            var answer = events.next();
            assertEquals(7, answer.path("id").asInt());
            assertEquals("done", answer.path("result").path("content").path(0).path("text").asString());
            assertEquals("complete", answer.path("result").path("resultType").asString());
            assertNull(events.next());
        }
    }

    @Test
    @Covers({"MT-80", "SV-93"})
    void whereNothingMayBeToldTheAnswerIsOneObject() throws Exception {
        door.things.steps.addAll(List.of("progress", "log", "end"));
        var reply = send(call("1", "steps", ""));
        assertEquals("application/json", reply.headers().firstValue("Content-Type").orElse(""));
        assertEquals("done", json(reply.body()).path("result").path("content").path(0).path("text").asString());
    }

    @Test
    void aClientThatTakesNoEventsGetsItsAnswerAlone() throws Exception {
        door.things.steps.addAll(List.of("progress", "log", "end"));
        var reply = send(call("1", "steps", ",\"progressToken\":1" + LOG).setHeader("Accept", "application/json"));
        assertEquals("application/json", reply.headers().firstValue("Content-Type").orElse(""));
        assertTrue(reply.body().contains("done"));
    }

    @Test
    @Covers("MT-80")
    void twoCallsAtOnceHaveEachTheirOwnToken() throws Exception {
        door.things.steps.add("progress");
        try (var one = new Events(open(call("1", "steps", ",\"progressToken\":7")).body())) {
            assertEquals("7", one.next().path("params").path("progressToken").toString());
            door.things.steps.add("progress");
            // whichever takes it: the second call opens only by progress of its own
            var opening = http.sendAsync(call("2", "count", ",\"progressToken\":\"7\"").build(),
                    BodyHandlers.ofInputStream());
            try (var two = new Events(opening.get().body())) {
                var all = two.rest();
                assertEquals("\"7\"", all.getFirst().path("params").path("progressToken").toString());
                assertEquals(2, all.getLast().path("id").asInt());
            }
            door.things.steps.add("end");
            one.rest().stream().filter(each -> each.has("params")).forEach(each -> assertEquals("7",
                    each.path("params").path("progressToken").toString()));
        }
    }

    @Test
    @Covers("MT-80")
    void aTokenOfAnotherTypeIsRefused() throws Exception {
        for (var token : List.of("true", "1.5", "{}", "[]", "\"" + "x".repeat(10_000) + "\"")) {
            var reply = send(call("1", "quick", ",\"progressToken\":" + token));
            assertEquals(400, reply.statusCode(), token);
            assertEquals(-32602, json(reply.body()).path("error").path("code").asInt());
        }
        assertEquals(200, send(call("1", "quick", ",\"progressToken\":null")).statusCode());
    }

    @Test
    @Covers("SV-95")
    void anUnknownLogLevelIsRefused_AndThereIsNoMethodForIt() throws Exception {
        for (var level : List.of("\"verbose\"", "3", "\"ERROR\"", "null")) {
            var reply = send(post("tools/list", "", message("1", "tools/list", "",
                    ",\"io.modelcontextprotocol/logLevel\":" + level)));
            assertEquals(400, reply.statusCode(), level);
            assertEquals(-32602, json(reply.body()).path("error").path("code").asInt());
        }
        var reply = send(post("logging/setLevel", "", message("1", "logging/setLevel", "\"level\":\"error\"", "")));
        assertEquals(404, reply.statusCode());
        assertEquals(-32601, json(reply.body()).path("error").path("code").asInt());
    }

    @Test
    @Covers({"MT-35", "MT-36", "MT-37", "MT-82"})
    void aClientThatClosesTheStreamStopsTheWork_AndThatIsOnRecord() throws Exception {
        door.things.steps.add("progress");
        try (var events = new Events(open(call("1", "steps", ",\"progressToken\":1")).body())) {
            events.next();
        }
        assertEquals("interrupted", door.things.seen.take());
        awaitLine();
        assertEquals(200, send(call("2", "quick", "")).statusCode());
    }

    /// The line is written by the thread of the call, shortly after its handler was interrupted.
    private void awaitLine() {
        while (lines("tools/call").isEmpty()) {
            Polling.pause();
        }
        assertEquals("failed The client went away before the answer.", lines("tools/call").getFirst().outcome() + " "
                + lines("tools/call").getFirst().reason());
    }

    @Test
    @Covers({"MT-35", "MT-36"})
    void aClientThatHangsUpBeforeAnythingWasToldStopsTheWorkToo() throws Exception {
        var waiting = http.sendAsync(call("1", "steps", "").build(), BodyHandlers.ofString());
        door.things.steps.add("progress");
        while (!door.things.steps.isEmpty()) {
            Polling.pause();
        }
        waiting.cancel(true);
        assertEquals("interrupted", door.things.seen.take());
        awaitLine();
    }

    @Test
    @Covers("MT-82")
    void nothingIsToldAfterTheAnswer() throws Exception {
        for (var i = 0; i < 50; i++) {
            door.things.steps.addAll(List.of("progress", "stray"));
            try (var events = new Events(open(call("1", "steps", ",\"progressToken\":1" + LOG)).body())) {
                var all = events.rest();
                assertEquals(1, all.getLast().path("id").asInt(), all.toString());
                assertEquals(1, all.stream().filter(each -> each.has("result")).count());
            }
            assertEquals("strayed", door.things.seen.take());
        }
    }

    @Test
    @Covers("MT-82")
    void aPlainAnswerIsNotSpoiledByAHandlerThatRunsOn() throws Exception {
        for (var i = 0; i < 50; i++) {
            door.things.steps.add("stray");
            var reply = send(call("1", "steps", ",\"progressToken\":1"));
            assertTrue(reply.body().contains("done"), reply.body());
            assertEquals("strayed", door.things.seen.take());
        }
    }

    @Test
    @Covers("MT-39")
    void leavingAndFinishingAtTheSameTimeDoNoHarm() throws Exception {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        root.addAppender(logged);
        try {
            var random = new Random(SEED);
            for (var i = 0; i < 200; i++) {
                door.things.steps.add("progress");
                try (var events = new Events(open(call("1", "steps", ",\"progressToken\":1")).body())) {
                    events.next();
                    var spins = random.nextInt(20_000);
                    var ending = Thread.ofVirtual().start(() -> door.things.steps.add("end"));
                    for (var n = 0; n < spins; n++) {
                        Thread.onSpinWait();
                    }
                    if (random.nextBoolean()) {
                        ending.join();
                        assertTrue(events.rest().stream().filter(each -> each.has("result")).count() <= 1);
                    }
                }
                // an `end` that the call did not take any more must not end the next one
                while (lines("tools/call").size() <= i) {
                    Polling.pause();
                }
                door.things.steps.clear();
            }
            for (var i = 0; i < 20; i++) {
                assertEquals(200, send(call("1", "quick", "")).statusCode(), "every place is free again");
            }
        } finally {
            root.detachAppender(logged);
        }
        var lines = List.copyOf(logged.list);
        assertFalse(lines.stream().anyMatch(each -> each.getLevel().isGreaterOrEqual(Level.ERROR)), () -> "seed " + SEED
                + ": " + lines);
    }
}
