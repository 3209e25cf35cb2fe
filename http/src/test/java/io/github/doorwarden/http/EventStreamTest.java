package io.github.doorwarden.http;

import static io.github.doorwarden.http.StreamFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What goes over the wire, and what a handler must not do.
class EventStreamTest {

    private static final byte[] X = bytes("x");

    @Test
    void eventsArriveOneByOneWhileTheHandlerRuns() throws Exception {
        var next = new SynchronousQueue<String>();
        try (var server = new StreamFixture((in, stream) -> {
            stream.open(Headers.NONE.with("Mcp-Session-Id", "s1"));
            for (var text = next.take(); !text.isEmpty(); text = next.take()) {
                stream.event(text, bytes("{\"n\":\"" + text + "\"}"));
            }
            return Reply.STREAMED;
        }); var wire = server.connect()) {
            wire.send(server.post("/stream", "Origin: http://localhost:6274\r\n", "{}"));
            var head = wire.readHead();
            assertEquals(200, head.status());
            assertEquals("text/event-stream", head.header("Content-Type"));
            assertEquals("no-store", head.header("Cache-Control"));
            assertEquals("no", head.header("X-Accel-Buffering"));
            assertEquals("chunked", head.header("Transfer-Encoding"));
            assertEquals("nosniff", head.header("X-Content-Type-Options"));
            assertEquals("s1", head.header("Mcp-Session-Id"));
            assertEquals("http://localhost:6274", head.header("Access-Control-Allow-Origin"));
            for (var text : List.of("1", "ü", "3")) {
                next.put(text);
                assertEquals("event: message\nid: " + text + "\ndata: {\"n\":\"" + text + "\"}\n\n", wire.chunk());
            }
            next.put("");
            assertEquals("", wire.chunk());
            wire.send(server.post("/echo", "{\"after\":1}"));
            assertEquals("{\"after\":1}", wire.read().body(), "the connection is kept");
        }
    }

    @Test
    void theFirstEventOpensTheStreamAndALaterOpenDoesNothing() {
        try (var server = new StreamFixture((in, stream) -> {
            stream.named("endpoint", bytes("/messages?s=1"));
            stream.open(Headers.NONE.with("Late", "1"));
            stream.retry(Duration.ofSeconds(3));
            stream.event("7", new byte[0]);
            return Reply.STREAMED;
        }); var wire = server.connect()) {
            var head = wire.send(server.get("/events")).readHead();
            assertEquals("*", head.header("Access-Control-Allow-Origin"));
            assertEquals("", head.header("Late"));
            assertEquals("event: endpoint\ndata: /messages?s=1\n\n", wire.chunk());
            assertEquals("retry: 3000\n\n", wire.chunk());
            assertEquals("event: message\nid: 7\ndata:\n\n", wire.chunk());
            assertEquals("", wire.chunk());
        }
    }

    @Test
    void aHandlerThatLeavesItsStreamAloneAnswersPlainly() {
        try (var server = new StreamFixture((in, stream) -> {
            assertFalse(stream.isOpen());
            return Reply.json(200, in.body());
        })) {
            var answer = Wire.ask(server.server.port(), server.post("/stream", "{}"));
            assertEquals("application/json", answer.header("Content-Type"));
            assertEquals("{}", answer.body());
        }
    }

    @Test
    void aStreamHasNoHead() {
        try (var server = new StreamFixture((in, stream) -> Reply.empty(204))) {
            var answer = Wire.ask(server.server.port(), server.get("/events").replace("GET", "HEAD"));
            assertEquals(405, answer.status());
            assertEquals("GET, OPTIONS", answer.header("Allow"));
        }
    }

    @Test
    void manyThreadsMayWrite() throws Exception {
        try (var server = new StreamFixture((in, stream) -> {
            var threads = new Thread[8];
            for (var t = 0; t < threads.length; t++) {
                var name = "" + t;
                threads[t] = Thread.startVirtualThread(() -> {
                    for (var i = 0; i < 50; i++) {
                        stream.event(name, bytes("d" + i));
                    }
                });
            }
            for (var thread : threads) {
                thread.join();
            }
            return Reply.STREAMED;
        }); var wire = server.streaming()) {
            var seen = new int[8];
            for (var chunk = wire.chunk(); !chunk.isEmpty(); chunk = wire.chunk()) {
                var writer = chunk.charAt("event: message\nid: ".length()) - '0';
                assertEquals("event: message\nid: " + writer + "\ndata: d" + seen[writer]++ + "\n\n", chunk);
            }
            for (var count : seen) {
                assertEquals(50, count);
            }
        }
    }

    @Test
    void nothingCanBeSmuggledIntoAnEvent() {
        var recording = new EventStream.Recording();
        var stream = recording.stream();
        for (var bad : List.of("a\nb", "a\rb", "a\r\ndata: b", "\n")) {
            assertThrows(IllegalArgumentException.class, () -> stream.event(bad, X));
            assertThrows(IllegalArgumentException.class, () -> stream.event(null, bytes(bad)));
            assertThrows(IllegalArgumentException.class, () -> stream.named(bad, X));
        }
        assertThrows(IllegalArgumentException.class, () -> stream.event("a\0", X));
        assertThrows(IllegalArgumentException.class, () -> stream.named("", X));
        assertThrows(IllegalArgumentException.class, () -> stream.retry(Duration.ofSeconds(-1)));
        assertThrows(IllegalStateException.class, () -> stream.open(Headers.NONE.with("A", "b\r\nSet-Cookie: c=1")));
        assertFalse(stream.isOpen());
        assertEquals("", recording.text());
    }

    @Test
    void aBugInTheMiddleBreaksTheStreamOffAndIsLogged() {
        assertEquals(List.of("a bug in the middle"), logged(() -> {
            try (var server = new StreamFixture((in, stream) -> {
                stream.event(null, X);
                throw new IllegalStateException("a bug in the middle");
            }); var wire = server.streaming()) {
                assertEquals("event: message\ndata: x\n\n", wire.chunk());
                assertThrows(UncheckedIOException.class, wire::chunk, "the mark of the end must not come");
            }
        }));
    }

    @Test
    void aReplyBesideAnOpenStreamIsABugThatTheClientNeedNotSee() {
        var lines = logged(() -> {
            try (var server = new StreamFixture((in, stream) -> {
                stream.event(null, X);
                return Reply.empty(404);
            }); var wire = server.streaming()) {
                wire.chunk();
                assertEquals("", wire.chunk());
            }
        });
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().endsWith("the stream is open, so this reply of status 404 goes nowhere"),
                lines.getFirst());
    }

    @Test
    void streamedWithoutAStreamIsABug() {
        assertEquals(List.of("A handler returned STREAMED without opening its stream"), logged(() -> {
            try (var server = new StreamFixture((in, stream) -> Reply.STREAMED)) {
                assertEquals(500, Wire.ask(server.server.port(), server.post("/stream", "{}")).status());
            }
        }));
    }

    /// The lines, or the messages of the exceptions, that the engine logs meanwhile.
    private static List<String> logged(Runnable meanwhile) {
        var log = (Logger) LoggerFactory.getLogger(HttpServer.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            meanwhile.run();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream().map(line -> line.getThrowableProxy() == null ? line.getFormattedMessage()
                : line.getThrowableProxy().getMessage()).toList();
    }

    @Test
    void afterTheHandlerReturnedNobodyWrites() throws Exception {
        var kept = new SynchronousQueue<EventStream>();
        try (var server = new StreamFixture((in, stream) -> {
            Thread.startVirtualThread(() -> {
                try {
                    kept.put(stream);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            return Reply.json(200, "{}");
        }); var wire = server.connect()) {
            assertEquals("{}", wire.send(server.post("/stream", "{}")).read().body());
            var late = kept.take();
            assertThrows(EventStream.Gone.class, () -> late.event(null, X));
            late.onGone(() -> {
                throw new AssertionError("nothing is told afterwards");
            });
            assertEquals("{\"next\":1}", wire.send(server.post("/echo", "{\"next\":1}")).read().body());
        }
    }

    @Test
    void aRecordingPlaysClientAndServer() {
        var copy = new ByteArrayOutputStream();
        EventStream.recording(copy).event("1", X);
        assertEquals("event: message\nid: 1\ndata: x\n\n", copy.toString());

        var recording = new EventStream.Recording();
        var stream = recording.stream();
        var told = new StringBuilder();
        stream.onGone(() -> told.append("gone "));
        stream.onDraining(() -> told.append("draining "));
        stream.open(Headers.NONE.with("A", "b"));
        stream.rests();
        stream.event(null, X);
        assertEquals("b", recording.head().first("A").orElse(""));
        assertTrue(recording.isResting());
        recording.drain();
        recording.drain();
        recording.leave();
        recording.leave();
        assertEquals("draining gone ", told.toString());
        stream.onGone(() -> told.append("at once"));
        assertEquals("draining gone at once", told.toString());
        assertTrue(stream.isGone());
        assertThrows(EventStream.Gone.class, () -> stream.event(null, X));
        assertEquals("event: message\ndata: x\n\n", recording.text());
    }
}
