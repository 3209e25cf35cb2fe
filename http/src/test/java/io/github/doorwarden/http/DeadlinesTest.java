package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Time: nobody holds a connection by being slow, and no call is cut because it takes long.
class DeadlinesTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void trickledHeaderIsClosedThoughNeverIdle() throws Exception {
        try (var server = Fixture.limited(Fixture.times(SHORT, LONG, LONG)); var wire = new Wire(server.port())) {
            wire.send("GET /page HTTP/1.1\r\nX: ");
            assertTrue(wire.closedWhileTrickling("abcdefgh", 50));
        }
    }

    @Test
    void trickledRequestLineIsClosed() throws Exception {
        try (var server = Fixture.limited(Fixture.times(SHORT, LONG, LONG)); var wire = new Wire(server.port())) {
            assertTrue(wire.closedWhileTrickling("G", 50));
        }
    }

    @Test
    void headerDeadlineBeginsWithTheRequestNotWithTheConnection() throws Exception {
        try (var server = Fixture.limited(Fixture.times(SHORT, LONG, LONG)); var wire = new Wire(server.port());
                var neighbour = new Wire(server.port())) {
            assertEquals(200, wire.send(server.get("/page")).read().status());
            assertTrue(neighbour.closedWhileTrickling("G", 50));
            assertEquals(200, wire.send(server.get("/page")).read().status());
        }
    }

    @Test
    void stalledBodyIs408() {
        try (var server = Fixture.limited(Fixture.times(LONG, SHORT, LONG)); var wire = new Wire(server.port())) {
            var answer = wire.send("POST /mcp HTTP/1.1\r\n" + server.host() + "Content-Length: 10\r\n\r\n{").read();
            assertEquals(408, answer.status());
            assertEquals("close", answer.header("Connection"));
            assertTrue(answer.body().contains("body_timeout"), answer.body());
            assertTrue(wire.closed());
        }
    }

    @Test
    void stalledChunkedBodyIs408() {
        try (var server = Fixture.limited(Fixture.times(LONG, SHORT, LONG)); var wire = new Wire(server.port())) {
            var answer = wire.send("POST /mcp HTTP/1.1\r\n" + server.host()
                    + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n").read();
            assertEquals(408, answer.status());
            assertTrue(wire.closed());
        }
    }

    @Test
    void bodyMayPauseLongerThanTheIdleTimeout() {
        try (var server = Fixture.limited(Fixture.times(LONG, LONG, SHORT)); var wire = new Wire(server.port())) {
            wire.send("POST /mcp HTTP/1.1\r\n" + server.host() + "Content-Length: 2\r\n\r\n{");
            idleTimesPass(server);
            assertEquals("{}", wire.send("}").read().body());
        }
    }

    /// A connection opened now and closed for idleness is a clock of the server's own.
    private static void idleTimesPass(Fixture server) {
        for (var i = 0; i < 2; i++) {
            try (var idler = new Wire(server.port())) {
                assertTrue(idler.closed());
            }
        }
    }

    @Test
    void idleHalfRequestIsClosed() {
        try (var server = Fixture.limited(Fixture.times(LONG, LONG, SHORT)); var wire = new Wire(server.port())) {
            wire.send("GET /page HTTP/1.1\r\n");
            assertTrue(wire.closed());
        }
    }

    @Test
    void silentConnectionIsClosed() {
        try (var server = Fixture.limited(Fixture.times(LONG, LONG, SHORT)); var wire = new Wire(server.port())) {
            assertTrue(wire.closed());
        }
    }

    @Test
    void callMayRunLongerThanTheIdleTimeout() throws Exception {
        try (var server = Fixture.limited(Fixture.times(LONG, LONG, SHORT)); var wire = new Wire(server.port())) {
            wire.send(server.get("/slow"));
            server.entered.await();
            idleTimesPass(server);
            server.leave.countDown();
            assertEquals("done", wire.read().body());
            assertEquals(200, wire.send(server.get("/page")).read().status(), "and its connection is kept");
        }
    }
}
