package io.github.doorwarden.http;

import static io.github.doorwarden.http.StreamFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// How streams end: by a client that goes, reads nothing or is cut, and by a server that shuts down.
class StreamLifeTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final byte[] X = bytes("x");

    /// An idle stream that notes when its client goes.
    private static StreamFixture idle(Limits limits) {
        var self = new AtomicReference<StreamFixture>();
        var server = new StreamFixture(limits, (in, stream) -> {
            var over = new CountDownLatch(1);
            stream.onGone(() -> {
                self.get().told.add("gone");
                over.countDown();
            });
            stream.onDraining(() -> {
                self.get().told.add("draining");
                stream.event(null, bytes("bye"));
                over.countDown();
            });
            stream.rests();
            stream.open(Headers.NONE);
            over.await();
            return Reply.STREAMED;
        });
        self.set(server);
        return server;
    }

    @Test
    void aClientThatGoesIsNoticedOnAnIdleStream() throws Exception {
        try (var server = idle(Limits.STANDARD)) {
            server.streaming().close();
            assertEquals("gone", server.nextTold());
            server.streaming().reset();
            assertEquals("gone", server.nextTold());
            assertNull(server.told.poll(), "once each");
        }
    }

    @Test
    void aClientThatHasGoneBeforeTheWatchIsNoticed() throws Exception {
        var left = new CountDownLatch(1);
        var self = new AtomicReference<StreamFixture>();
        try (var server = new StreamFixture((in, stream) -> {
            left.await();
            stream.onGone(() -> self.get().told.add("gone"));
            while (!stream.isGone()) {
                Polling.pause();
            }
            return Reply.empty(204);
        })) {
            self.set(server);
            server.connect().send(server.post("/stream", "{}")).close();
            left.countDown();
            assertEquals("gone", server.nextTold());
        }
    }

    @Test
    void aWatchedCallKeepsItsConnectionAndWhatWasPipelined() {
        var go = new AtomicReference<>(new CountDownLatch(1));
        var gone = new AtomicInteger();
        try (var server = new StreamFixture((in, stream) -> {
            stream.onGone(gone::incrementAndGet);
            go.get().await();
            return Reply.json(200, in.body());
        }); var wire = server.connect()) {
            for (var i = 0; i < 200; i++) {
                go.set(new CountDownLatch(1));
                var body = i % 3 == 0 ? "" : "{\"n\":" + i + "}";
                wire.send(server.post("/stream", body));
                if (i % 2 == 0) {
                    wire.send(server.post("/echo", "{\"pipelined\":" + i + "}"));      // early or late: both happen
                }
                go.get().countDown();
                assertEquals(body, wire.read().body());
                if (i % 2 == 0) {
                    assertEquals("{\"pipelined\":" + i + "}", wire.read().body());
                }
            }
        }
        assertEquals(0, gone.get());
    }

    @Test
    void whatIsPipelinedBehindAnIdleStreamIsAnsweredAfterIt() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var server = new StreamFixture((in, stream) -> {
            stream.onGone(() -> {});
            stream.open(Headers.NONE);
            entered.countDown();
            go.await();
            return Reply.STREAMED;
        }); var wire = server.streaming()) {
            entered.await();
            wire.send(server.post("/echo", "{\"a\":1}") + server.post("/echo", "{\"b\":2}"));
            assertFalse(wire.answersWithin(100));
            go.countDown();
            assertEquals("", wire.chunk());
            assertEquals("{\"a\":1}", wire.read().body());
            assertEquals("{\"b\":2}", wire.read().body());
        }
    }

    @Test
    void aClientThatReadsNothingIsGivenUpAndDelaysNobody() throws Exception {
        var self = new AtomicReference<StreamFixture>();
        var limits = Fixture.streams(LONG, Duration.ofMillis(500), Duration.ofMinutes(1));
        try (var server = new StreamFixture(limits, (in, stream) -> {
            if (in.headers().first("Slow").isEmpty()) {
                stream.event(null, X);
                return Reply.STREAMED;
            }
            try {
                while (true) {
                    stream.event(null, new byte[64 * 1024]);
                }
            } catch (EventStream.Gone gone) {
                self.get().told.add("given up");
                throw gone;
            }
        }); var slow = server.connect()) {
            self.set(server);
            assertEquals(200, slow.send(server.post("/stream", "Slow: 1\r\n", "{}")).readHead().status());
            var others = 0;
            while (server.told.isEmpty()) {
                try (var wire = server.streaming()) {
                    assertEquals("event: message\ndata: x\n\n", wire.chunk());
                    others++;
                }
            }
            assertEquals("given up", server.nextTold());
            assertTrue(others > 10, "others were served meanwhile: " + others);
        }
    }

    /// The outlet of a client that stops reading after the head.
    private static final class Stuck implements Outlet {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void write(Headers head, byte[] bytes, Consumer<Throwable> done) {
            seen.add(head == null ? "wrote " + bytes.length : "head");
            if (head != null) {
                done.accept(null);
            }
        }

        @Override
        public void watch(Runnable gone) {
            seen.add("watched");
        }

        @Override
        public void unwatch() {
            seen.add("unwatched");
        }

        @Override
        public void cut() {
            seen.add("cut");
        }

        @Override
        public void tell(Runnable told) {
            told.run();
        }
    }

    @Test
    void aHeartbeatThatNobodyReadsEndsTheStreamWithoutAWriterWaiting() {
        var outlet = new Stuck();
        var stream = new EventStream(outlet, new Streams(Limits.STANDARD, () -> {}));
        stream.onGone(() -> outlet.seen.add("told"));
        stream.open(Headers.NONE);
        var now = System.nanoTime();
        stream.beat(now);
        assertEquals(List.of("watched", "head"), outlet.seen, "not silent yet");
        stream.beat(now + Limits.STANDARD.heartbeat().toNanos());
        stream.beat(now + 2 * Limits.STANDARD.heartbeat().toNanos());
        stream.beat(now + 3 * Limits.STANDARD.heartbeat().toNanos());
        assertEquals(List.of("watched", "head", "wrote 3", "cut", "told"), outlet.seen);
        assertTrue(stream.end());
        assertEquals("unwatched", outlet.seen.getLast());
    }

    @Test
    void aSilentStreamGetsAHeartbeatAndOutlivesTheIdleTimeout() {
        var limits = Fixture.streams(Duration.ofMillis(300), LONG, Duration.ofMillis(100));
        try (var server = idle(limits); var wire = server.streaming()) {
            for (var i = 0; i < 8; i++) {
                assertEquals(":\n\n", wire.chunk());
            }
            assertNull(server.told.poll());
        }
    }

    @Test
    void restingStreamsTakeNoPlaceAmongCallsAndHaveABoundOfTheirOwn() throws Exception {
        try (var server = idle(Fixture.counts(1, 2, 10, 10_000)); var one = server.streaming();
                var two = server.streaming()) {
            try (var three = server.connect()) {
                var refused = three.send(server.get("/events")).read();
                assertEquals(503, refused.status());
                assertEquals("1", refused.header("Retry-After"));
                assertEquals("{}", three.send(server.post("/echo", "{}")).read().body(), "calls find their place");
            }
            one.close();
            assertEquals("gone", server.nextTold());
            Wire again = null;
            for (var status = 503; status == 503;) {      // the place is free when the handler has returned
                again = server.connect();
                status = again.send(server.get("/events")).readHead().status();
            }
            again.close();
        }
    }

    @Test
    void aStreamThatIsOpenEndsWhenTooManyRest() {
        try (var server = new StreamFixture(Fixture.counts(1, 0, 10, 10_000), (in, stream) -> {
            stream.event(null, X);
            stream.rests();
            return Reply.STREAMED;
        }); var wire = server.streaming()) {
            wire.chunk();
            assertEquals("", wire.chunk());
        }
    }

    @Test
    void closingTheServerLetsStreamsSayGoodbyeAndDoesNotWaitForTheDrain() throws Exception {
        var server = idle(Fixture.drain(LONG));
        try (var wire = server.streaming(); var other = server.streaming()) {
            var closing = Thread.ofVirtual().start(server::close);
            assertEquals("draining", server.nextTold());
            assertEquals("event: message\ndata: bye\n\n", wire.chunk());
            assertEquals("", wire.chunk());
            assertTrue(wire.closed());
            assertEquals("event: message\ndata: bye\n\n", other.chunk());
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
            stream.open(Headers.NONE);
            over.await();
            return Reply.STREAMED;
        });
        self.set(server);
        try (var wire = server.streaming()) {
            server.close();
            assertEquals("gone", server.nextTold());
            assertTrue(wire.closed());
        }
    }

    @Test
    void closingLetsARunningStreamEnd() throws Exception {
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var server = new StreamFixture((in, stream) -> {
            stream.onDraining(go::countDown);
            stream.open(Headers.NONE);
            entered.countDown();
            go.await();
            stream.event(null, X);
            stream.onDraining(() -> stream.event(null, bytes("at once")));
            return Reply.STREAMED;
        });
        try (var wire = server.streaming()) {
            entered.await();
            server.close();
            assertEquals("event: message\ndata: x\n\n", wire.chunk());
            assertEquals("event: message\ndata: at once\n\n", wire.chunk());
            assertEquals("", wire.chunk());
        }
    }

    @Test
    void twoThousandStreamsRestAtOnce() throws Exception {
        var wires = new ArrayList<Wire>();
        try (var server = idle(Limits.STANDARD)) {
            for (var i = 0; i < 2000; i++) {
                wires.add(server.streaming());
            }
            assertEquals("{}", Wire.ask(server.server.port(), server.post("/echo", "{}")).body());
            wires.forEach(Wire::close);
            for (var i = 0; i < 2000; i++) {
                assertEquals("gone", server.nextTold());
            }
        }
    }
}
