package io.github.doorwarden.http;

import static io.github.doorwarden.http.StreamFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Event streams over HTTP/2: the same as over HTTP/1.1, though many share a connection.
class Http2StreamTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final byte[] X = bytes("x");
    private static final String EVENT = "event: message\ndata: x\n\n";

    /// Streams that send one event, then rest, and note when their client goes.
    private static StreamFixture idle(Limits limits) {
        var self = new AtomicReference<StreamFixture>();
        var server = new StreamFixture(limits, (in, stream) -> {
            var over = new CountDownLatch(1);
            stream.onGone(() -> {
                self.get().told.add("gone");
                over.countDown();
            });
            stream.onDraining(() -> {
                stream.event(null, bytes("bye"));
                over.countDown();
            });
            stream.rests();
            stream.event(null, X);
            over.await();
            return Reply.STREAMED;
        });
        self.set(server);
        return server;
    }

    private static RawHttp2 connect(StreamFixture server) {
        return RawHttp2.connect(server.server.port());
    }

    @Test
    void eventsArriveAtOnceAndTheConnectionGoesOn() {
        try (var server = new StreamFixture((in, stream) -> {
            for (var i = 0; i < 3; i++) {
                stream.event("" + i, X);
            }
            return Reply.STREAMED;
        }); var two = connect(server)) {
            for (var n = 0; n < 3; n++) {
                var answer = two.answer(two.get("/events"));
                assertEquals(200, answer.status());
                assertEquals("text/event-stream", answer.headers().first("content-type").orElse(""));
                assertEquals("no", answer.headers().first("x-accel-buffering").orElse(""));
                assertEquals("event: message\nid: 0\ndata: x\n\nevent: message\nid: 1\ndata: x\n\n"
                        + "event: message\nid: 2\ndata: x\n\n", answer.body());
            }
            assertEquals("{}", two.answer(two.post("/echo", "{}")).body());
        }
    }

    @Test
    void aClientThatResetsItsStreamIsNoticedAndTheOtherStreamsGoOn() throws Exception {
        try (var server = idle(Limits.STANDARD); var two = connect(server)) {
            var one = two.get("/events");
            assertEquals(EVENT, two.nextData(one));
            var other = two.get("/events");
            assertEquals(EVENT, two.nextData(other));
            two.reset(one);
            assertEquals("gone", server.nextTold());
            assertEquals("{}", two.answer(two.post("/echo", "{}")).body());
            assertNull(server.told.poll(), "the other one is there");
        }
    }

    @Test
    void aConnectionThatClosesIsNoticedByAllItsStreams() throws Exception {
        try (var server = idle(Limits.STANDARD); var two = connect(server)) {
            for (var i = 0; i < 5; i++) {
                assertEquals(EVENT, two.nextData(two.get("/events")));
            }
            two.close();
            for (var i = 0; i < 5; i++) {
                assertEquals("gone", server.nextTold());
            }
        }
    }

    @Test
    void aResetBeforeTheWatchIsNoticed() throws Exception {
        var entered = new CountDownLatch(1);
        var reset = new CountDownLatch(1);
        var self = new AtomicReference<StreamFixture>();
        try (var server = new StreamFixture((in, stream) -> {
            if (in.method().equals("GET")) {
                return Reply.empty(204);
            }
            entered.countDown();
            reset.await();
            stream.onGone(() -> self.get().told.add("gone"));
            while (!stream.isGone()) {
                Polling.pause();
            }
            return Reply.empty(204);
        }); var two = connect(server)) {
            self.set(server);
            var stream = two.post("/stream", "{}");
            entered.await();
            two.reset(stream);
            assertEquals(204, two.answer(two.get("/events")).status(), "so the reset has been read");
            reset.countDown();
            assertEquals("gone", server.nextTold());
        }
    }

    @Test
    void aWatchedCallAnswersPlainly() {
        var gone = new AtomicInteger();
        try (var server = new StreamFixture((in, stream) -> {
            stream.onGone(gone::incrementAndGet);
            return Reply.json(200, in.body());
        }); var two = connect(server)) {
            for (var i = 0; i < 50; i++) {
                assertEquals("{\"n\":" + i + "}", two.answer(two.post("/stream", "{\"n\":" + i + "}")).body());
            }
        }
        assertEquals(0, gone.get());
    }

    @Test
    void aClientThatReadsNothingIsGivenUpAndItsConnectionGoesOn() throws Exception {
        var self = new AtomicReference<StreamFixture>();
        var limits = Fixture.streams(LONG, Duration.ofMillis(500), Duration.ofMinutes(1));
        try (var server = new StreamFixture(limits, (in, stream) -> {
            try {
                while (true) {
                    stream.event(null, new byte[10_000]);
                }
            } catch (EventStream.Gone gone) {
                self.get().told.add("given up");
                throw gone;
            }
        }); var two = RawHttp2.windows(server.server.port(), 30_000)) {
            self.set(server);
            var slow = two.get("/events");
            var answer = two.answer(slow);
            assertEquals(0, answer.status(), "reset");
            assertEquals(30_000, answer.body().length(), "all that the window let through");
            assertEquals("given up", server.nextTold());
            assertEquals("{}", two.answer(two.post("/echo", "{}")).body());
        }
    }

    @Test
    void aSilentStreamGetsAHeartbeatAndOutlivesTheIdleTimeout() {
        var limits = Fixture.streams(Duration.ofMillis(300), LONG, Duration.ofMillis(100));
        try (var server = idle(limits); var two = connect(server)) {
            var stream = two.get("/events");
            assertEquals(EVENT, two.nextData(stream));
            for (var i = 0; i < 8; i++) {
                assertEquals(":\n\n", two.nextData(stream));
            }
            assertNull(server.told.poll());
        }
    }

    @Test
    void aBugInTheMiddleResetsTheStream() {
        try (var server = new StreamFixture((in, stream) -> {
            stream.event(null, X);
            throw new IllegalStateException("a bug in the middle");
        }); var two = connect(server)) {
            var answer = two.answer(two.get("/events"));
            assertEquals(0, answer.status());
            assertEquals(EVENT, answer.body());
            assertTrue(answer.error() != 0);
        }
    }

    @Test
    void closingTheServerLetsStreamsSayGoodbye() throws Exception {
        var server = idle(Fixture.drain(LONG));
        try (var two = connect(server)) {
            var streams = new ArrayList<Integer>();
            for (var i = 0; i < 3; i++) {
                streams.add(two.get("/events"));
                assertEquals(EVENT, two.nextData(streams.getLast()));
            }
            var closing = Thread.ofVirtual().start(server::close);
            var ended = 0;
            for (var frame = two.read(); frame != null; frame = two.read()) {
                ended += frame.type() == RawHttp2.DATA && frame.isEnd() ? 1 : 0;
            }
            assertEquals(3, ended);
            closing.join();
        }
    }

    @Test
    void aRestingStreamThatSaysNoGoodbyeIsCut() throws Exception {
        var self = new AtomicReference<StreamFixture>();
        var server = new StreamFixture(Fixture.drain(LONG), (in, stream) -> {
            var over = new CountDownLatch(1);
            stream.onGone(() -> {
                self.get().told.add("gone");
                over.countDown();
            });
            stream.rests();
            stream.event(null, X);
            over.await();
            return Reply.STREAMED;
        });
        self.set(server);
        try (var two = connect(server)) {
            assertEquals(EVENT, two.nextData(two.get("/events")));
            server.close();
            assertEquals("gone", server.nextTold());
            assertTrue(two.closed());
        }
    }
}
