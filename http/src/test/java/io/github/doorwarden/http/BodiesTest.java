package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BodiesTest {

    private static Fixture server;

    @BeforeAll
    static void start() {
        server = Fixture.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String chunked(Fixture server, String... chunks) {
        var text = new StringBuilder("POST /mcp HTTP/1.1\r\n" + server.host() + "Transfer-Encoding: chunked\r\n\r\n");
        for (var chunk : chunks) {
            text.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk).append("\r\n");
        }
        return text.append("0\r\n\r\n").toString();
    }

    @Test
    void wholeBodiesOfAllSizesArrive() {
        try (var wire = new Wire(server.port())) {
            for (var size : new int[] {0, 1, 8191, 8192, 8193, 30_000, Fixture.BODY_BYTES - 1, Fixture.BODY_BYTES}) {
                var body = "x".repeat(size);
                assertEquals(body, wire.send(server.post("/mcp", "", body)).read().body());
                assertEquals(body, wire.send(chunked(server, halves(body))).read().body());
            }
        }
    }

    private static String[] halves(String body) {
        var half = body.length() / 2;
        return half == 0 ? (body.isEmpty() ? new String[0] : new String[] {body})
                : new String[] {body.substring(0, half), body.substring(half)};
    }

    @Test
    @Covers("T22")
    void bodyLargerThanTheRouteTakesIs413() {
        try (var wire = new Wire(server.port())) {
            var answer = wire.send(server.post("/mcp", "", "x".repeat(Fixture.BODY_BYTES + 1))).read();
            assertEquals(413, answer.status());
            assertTrue(answer.body().contains("body_too_large"), answer.body());
            assertTrue(wire.closed());
        }
    }

    @Test
    @Covers("T22")
    void hugeLengthIsRefusedBeforeTheFirstByte() {
        var answer = server.ask("POST /mcp HTTP/1.1\r\n" + server.host() + "Content-Length: 9000000000\r\n\r\n");
        assertEquals(413, answer.status());
    }

    @Test
    @Covers("T22")
    void chunkedBodyLargerThanTheRouteTakesIs413() {
        try (var wire = new Wire(server.port())) {
            var answer = wire.send(chunked(server, "x".repeat(Fixture.BODY_BYTES), "x".repeat(100_000))).read();
            assertEquals(413, answer.status());
            assertTrue(wire.closed());
        }
    }

    @Test
    void getTakesNoBody() {
        assertEquals(413, server.ask("GET /page HTTP/1.1\r\n" + server.host() + "Content-Length: 1\r\n\r\nx").status());
    }

    @Test
    void brokenOffBodyIs400() {
        try (var wire = new Wire(server.port())) {
            wire.send("POST /mcp HTTP/1.1\r\n" + server.host() + "Content-Length: 10\r\n\r\n{").endOfOutput();
            assertEquals(400, wire.read().status());
        }
    }

    @Test
    void bodyThatFollowsARefusalIsPassedOver() throws Exception {
        try (var wire = new Wire(server.port())) {
            for (var line : new String[] {"POST /nowhere", "PUT /mcp"}) {
                wire.send(line + " HTTP/1.1\r\n" + server.host() + "Content-Length: 2\r\n\r\n");
                assertFalse(wire.answersWithin(50), line);
                wire.send("{}");
                assertEquals("", wire.read().header("Connection"), line);
            }
            assertEquals("{}", wire.send(server.post("/mcp", "", "{}")).read().body());
        }
    }

    @Test
    void refusalThatLeavesABodyBehindSaysThatItCloses() {
        for (var rest : new String[] {"Content-Length: 9000000000\r\n\r\n",
                "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"}) {
            try (var wire = new Wire(server.port())) {
                var answer = wire.send("POST /nowhere HTTP/1.1\r\n" + server.host() + rest).read();
                assertEquals(404, answer.status());
                assertEquals("close", answer.header("Connection"), rest);
                assertTrue(wire.closed());
            }
        }
    }

    @Test
    void expectContinueIsAskedForAndAnswered() {
        try (var wire = new Wire(server.port())) {
            wire.send("POST /mcp HTTP/1.1\r\n" + server.host() + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, wire.read().status());
            assertEquals("{}", wire.send("{}").read().body());
        }
    }

    @Test
    void expectContinueForTooMuchIsRefusedAtOnce() {
        try (var wire = new Wire(server.port())) {
            wire.send("POST /mcp HTTP/1.1\r\n" + server.host()
                    + "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(413, wire.read().status());
        }
    }

    @Test
    @Covers("T22")
    void allBodiesTogetherAreBounded() throws Exception {
        try (var small = Fixture.limited(Fixture.counts(10, 10, 40_000)); var held = new Wire(small.port())) {
            held.send(small.post("/hold", "", "x".repeat(30_000)));
            small.entered.await();
            var refused = small.ask(small.post("/mcp", "", "x".repeat(10_001)));
            assertEquals(503, refused.status());
            assertEquals("close", refused.header("Connection"));
            assertEquals(200, small.ask(small.post("/mcp", "", "x".repeat(8_000))).status(),
                    "small ones are not charged");
            small.leave.countDown();
            assertEquals(30_000, held.read().body().length());
            for (var i = 0; i < 5; i++) {
                assertEquals(40_000, small.ask(small.post("/mcp", "", "x".repeat(40_000))).body().length(),
                        "given back");
                assertEquals(503, small.ask(small.post("/mcp", "", "x".repeat(40_001))).status(), "also when refused");
            }
        }
    }
}
