package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.doorwarden.tidy.Polling;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HttpServerTest {

    @Test
    void everyAnswerCarriesTheCommonFields() {
        try (var server = Fixture.start()) {
            var answer = server.ask(server.post("/mcp", "", "{}"));
            assertEquals("nosniff", answer.header("X-Content-Type-Options"));
            assertEquals("no-store", answer.header("Cache-Control"));
            assertEquals("application/json", answer.header("Content-Type"));
            assertEquals("2", answer.header("Content-Length"));
            assertEquals("", answer.header("Server"));
            assertEquals("", answer.header("Strict-Transport-Security"), "the public origin is plain http");
            assertNotEquals("", answer.header("Date"));
            assertEquals(List.of("max-age=60"), server.ask(server.get("/metadata")).headers().all("Cache-Control"));
            assertEquals(204, server.ask(server.get("/nothing")).status());
        }
    }

    @Test
    void aBugIsAnIncidentInTheLogAndNothingMoreOnTheWire() {
        var log = (Logger) LoggerFactory.getLogger(HttpServer.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try (var server = Fixture.start()) {
            var answer = server.ask(server.get("/bug"));
            assertEquals(500, answer.status());
            assertFalse(answer.body().contains("secret") || answer.body().contains("Exception"), answer.body());
            assertEquals(1, lines.list.size());
            var line = lines.list.getFirst();
            assertEquals("secret of the handler", line.getThrowableProxy().getMessage());
            var incident = line.getFormattedMessage().split(" ")[1];
            assertTrue(answer.body().contains("incident " + incident), answer.body());
        } finally {
            log.detachAppender(lines);
        }
    }

    /// The engine recognises fields of the request before on the same connection.
    @Test
    void aFieldThatDiffersInCaseAloneIsAnotherOne() throws Exception {
        try (var server = Fixture.start(); var client = new Wire(server.port())) {
            for (var value : List.of("Bearer abc", "Bearer ABC", "Bearer abc", "bearer abc")) {
                assertEquals(value, client.send("GET /field HTTP/1.1\r\n" + server.host() + "Authorization: " + value
                        + "\r\n\r\n").read().body());
            }
        }
    }

    @Test
    void aHandlerCannotSplitTheAnswer() {
        try (var server = Fixture.start()) {
            var answer = server.ask(server.get("/split"));
            assertEquals(500, answer.status());
            assertEquals("", answer.header("Set-Cookie"));
        }
    }

    @Test
    void oneCallTooManyIs503AndTheNextIsAnswered() throws Exception {
        try (var server = Fixture.limited(Fixture.counts(1, 10, 10_000)); var slow = new Wire(server.port())) {
            slow.send(server.get("/slow"));
            server.entered.await();
            var refused = server.ask(server.get("/page"));
            assertEquals(503, refused.status());
            assertEquals("1", refused.header("Retry-After"));
            server.leave.countDown();
            assertEquals("done", slow.read().body());
            assertEquals(200, slow.send(server.get("/page")).read().status());
        }
    }

    @Test
    void oneConnectionTooManyWaits() throws Exception {
        try (var server = Fixture.limited(Fixture.counts(10, 2, 10_000)); var first = new Wire(server.port());
                var second = new Wire(server.port())) {
            assertEquals(200, first.send(server.get("/page")).read().status());
            assertEquals(200, second.send(server.get("/page")).read().status());
            try (var third = new Wire(server.port())) {
                third.send(server.get("/page"));
                assertFalse(third.answersWithin(200));
                first.close();
                assertEquals(200, third.read().status());
            }
        }
    }

    @Test
    void closeLetsTheRunningCallEndAndRefusesNewOnes() throws Exception {
        while (!refusesWhileClosing()) {
            Polling.pause();
        }
    }

    /// False when the server found the other connection idle, and closed it, before it had read the line: it may.
    private static boolean refusesWhileClosing() throws Exception {
        try (var server = Fixture.start(); var slow = new Wire(server.port()); var other = new Wire(server.port())) {
            assertEquals(200, other.send(server.get("/page")).read().status());
            slow.send(server.get("/slow"));
            server.entered.await();
            other.send("GET /page HTTP/1.1\r\n");                  // under way, so that its connection counts as busy
            var closing = Thread.ofVirtual().start(server.server::close);
            while (!refusesConnections(server.port())) {
                Polling.pause();
            }
            Wire.Answer refused = null;
            try {
                refused = other.send(server.host() + "\r\n").read();
            } catch (UncheckedIOException closed) {
                assertTrue(closing.isAlive());
            }
            if (refused != null) {
                assertEquals(503, refused.status());
                assertTrue(refused.body().contains("shutting_down"), refused.body());
                assertEquals("close", refused.header("Connection"));
            }
            assertTrue(closing.isAlive());
            server.leave.countDown();
            var answer = slow.read();
            assertEquals("done", answer.body());
            assertEquals("close", answer.header("Connection"));
            closing.join();
            assertTrue(slow.closed());
            return refused != null;
        }
    }

    private static boolean refusesConnections(int port) {
        try (var probe = new Wire(port)) {
            return false;
        } catch (UncheckedIOException refused) {
            return true;
        }
    }

    @Test
    void closeGivesUpAfterTheDrainTime() throws Exception {
        try (var server = Fixture.limited(Fixture.drain(Duration.ofMillis(200))); var slow = new Wire(server.port())) {
            slow.send(server.get("/slow"));
            server.entered.await();
            server.server.close();
            assertTrue(slow.closed());
            server.server.close();
        }
    }

    @Test
    void aTakenPortIsExplained() {
        try (var server = Fixture.start()) {
            var refused = assertThrows(UncheckedIOException.class,
                    () -> HttpServer.start(HttpSettings.local().withPort(server.port()), List.of()));
            assertTrue(refused.getMessage().contains("127.0.0.1:" + server.port()), refused.getMessage());
            assertTrue(refused.getMessage().contains("choose another port"));
        }
    }

    @Test
    void routesMayBeMadeWhenThePortIsKnown() {
        try (var server = HttpServer.start(HttpSettings.local(),
                origin -> List.of(Route.get("/where", Route.Cors.OPEN, in -> Reply.text(200, origin.url("/where")))))) {
            var answer = Wire.ask(server.port(), "GET /where HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                    + "\r\n\r\n");
            assertEquals("http://127.0.0.1:" + server.port() + "/where", answer.body());
        }
    }
}
