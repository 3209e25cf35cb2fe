package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// HTTP/2 without TLS, as proxies speak it to us: nothing that is refused in HTTP/1.1 comes through here.
class Http2Test {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Fixture server;

    @BeforeAll
    static void start() {
        server = Fixture.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp2.Answer exactly(String... fields) {
        try (var two = RawHttp2.connect(server.port())) {
            return two.answer(two.exactly(true, fields));
        }
    }

    /// A GET of `/page` with these fields besides the usual ones.
    private static RawHttp2.Answer page(String... fields) {
        try (var two = RawHttp2.connect(server.port())) {
            return two.answer(two.get("/page", fields));
        }
    }

    private static void refused(RawHttp2.Answer answer, String what) {
        assertTrue(answer.status() == 400 || answer.status() <= 0, what + " was answered by " + answer);
        assertFalse(answer.body().contains("<p>"), what);
    }

    private static String name() {
        return "127.0.0.1:" + server.port();
    }

    @Test
    void requestsAreAnsweredAsInHttp1() {
        try (var two = RawHttp2.connect(server.port())) {
            var answer = two.answer(two.get("/page?a=b"));
            assertEquals(200, answer.status());
            assertEquals("<p>GET a=b", answer.body());
            assertEquals("nosniff", answer.headers().first("x-content-type-options").orElse(""));
            assertEquals("no-store", answer.headers().first("cache-control").orElse(""));
            assertEquals("{}", two.answer(two.post("/mcp", "{}")).body());
            assertEquals(404, two.answer(two.get("/unknown")).status());
            var wrong = two.answer(two.get("/mcp"));
            assertEquals(405, wrong.status());
            assertEquals("OPTIONS, POST", wrong.headers().first("allow").orElse(""));
            assertEquals(500, two.answer(two.get("/bug")).status());
            assertEquals(500, two.answer(two.get("/split")).status());
            assertEquals("<p>GET ", two.answer(two.get("/page")).body(), "after all that");
        }
    }

    @Test
    void theNameOfTheServerIsCheckedHoweverItIsSaid() {
        assertEquals(200, page().status());
        assertEquals(200, page("host", name()).status());
        assertEquals(200, exactly(":method", "GET", ":scheme", "http", ":path", "/page", "host", name()).status());
        assertEquals(403, exactly(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", "evil.example")
                .status());
        assertEquals(403, exactly(":method", "GET", ":scheme", "https", ":path", "/page", "host", "evil.example")
                .status());
        assertNotEquals(200, exactly(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", "user@"
                + name())
                .status());
        refused(page("host", "evil.example"), "two names");
        refused(exactly(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", "evil.example", "host",
                name()), "two names");
        refused(page("host", name(), "host", name()), "two Host fields");
        refused(exactly(":method", "GET", ":scheme", "http", ":path", "/page"), "no name");
        assertEquals(403, exactly(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", "").status());
        assertEquals(200, exactly(":method", "GET", ":scheme", "http", ":path", "/health", ":authority", "10.0.0.7")
                .status());
    }

    @Test
    void fieldsThatWouldBecomeSomethingElseInHttp1AreRefused() {
        for (var bad : List.of("a\r\nb: c", "a\nb", "a\rb", "a\0b", "a\7b", "a\177b", " a", "a ", "\ta")) {
            refused(page("x", bad), "x: " + bad);
        }
        for (var bad : List.of("", "X", "a b", "a:b", "a\r\nb", "a\0", "\u00e4", "a(", ":x")) {
            refused(page(bad, "1"), bad);
        }
        for (var bad : List.of("connection", "proxy-connection", "keep-alive", "upgrade", "transfer-encoding",
                "http2-settings")) {
            refused(page(bad, bad.equals("transfer-encoding") ? "chunked" : "close"), bad);
        }
        refused(page("te", "gzip"), "te");
        refused(page("connection", "te"), "connection: te");
        assertEquals(200, page("te", "trailers", "x", "a\tb c").status());
    }

    @Test
    void pseudoFieldsMustBeRight() {
        var all = List.of(":method", "GET", ":scheme", "http", ":path", "/page", ":authority", name());
        for (var without : List.of(0, 2, 4)) {
            var some = new ArrayList<>(all);
            some.subList(without, without + 2).clear();
            refused(exactly(some.toArray(String[]::new)), "without " + all.get(without));
        }
        refused(page(":path", "/health"), "a second path behind");
        refused(exactly(":path", "/health", ":method", "GET", ":scheme", "http", ":path", "/page", ":authority",
                name()),
                "two paths");
        refused(exactly(":method", "G T", ":scheme", "http", ":path", "/page", ":authority", name()), "a method");
        for (var path : List.of("", "page", "//evil/../page", "/x/%2e%2e/page", "/page%00", "/a\r\nb", "/%zz",
                "/a b")) {
            refused(exactly(":method", "GET", ":scheme", "http", ":path", path, ":authority", name()), path);
        }
        assertNotEquals(200, exactly(":method", "CONNECT", ":authority", name()).status());
        assertNotEquals(200, exactly(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path",
                "/page",
                ":authority", name()).status());
        assertNotEquals(200, Wire.ask(server.port(), "CONNECT " + name() + " HTTP/1.1\r\nHost: " + name() + "\r\n\r\n")
                .status());
    }

    @Test
    void headersAreBounded() {
        var many = new String[1000];
        Arrays.fill(many, "a");
        assertEquals(431, page(Arrays.copyOf(many, 220)).status(), "110 fields");
        var large = page("x", "y".repeat(9_000));
        assertTrue(large.status() == 431 || large.status() <= 0, large.toString());
        try (var two = RawHttp2.connect(server.port())) {
            two.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.block(":method", "GET"));
            for (var i = 0; i < 10_000; i++) {
                try {
                    two.frame(RawHttp2.CONTINUATION, 0, 1, RawHttp2.block("a", "y".repeat(100)));
                } catch (java.io.UncheckedIOException closed) {
                    return;
                }
            }
            assertTrue(two.closed(), "an endless header");
        }
    }

    @Test
    void bodiesAreBoundedInSize() {
        try (var two = RawHttp2.connect(server.port())) {
            var half = "x".repeat(Fixture.BODY_BYTES / 4);
            var fits = two.beginPost("/mcp");
            two.data(fits, half, false).data(fits, half, false).data(fits, half, true);
            assertEquals(3 * half.length(), two.answer(fits).body().length());
            var promised = two.beginPost("/mcp", "content-length", "" + (Fixture.BODY_BYTES + 1));
            assertEquals(413, two.answer(promised).status());
            var small = two.beginPost("/page");
            two.data(small, "x".repeat(101), true);
            assertEquals(413, two.answer(small).status());
        }
        for (var bad : List.of("-1", "+1", "1,1", "x", "", "9".repeat(30))) {
            try (var two = RawHttp2.connect(server.port())) {
                refused(two.answer(two.beginPost("/mcp", "content-length", bad)), bad);
            }
        }
        try (var two = RawHttp2.connect(server.port())) {
            var less = two.beginPost("/mcp", "content-length", "3");
            two.data(less, "{}", true);
            refused(two.answer(less), "less than promised");
            var more = two.beginPost("/mcp", "content-length", "1");
            two.data(more, "{}", true);
            refused(two.answer(more), "more than promised");
            refused(two.answer(two.beginPost("/mcp", "content-length", "1", "content-length", "2")), "two lengths");
        }
    }

    @Test
    void allBodiesTogetherAreBoundedAndSmallOnesCountToo() throws Exception {
        try (var small = Fixture.limited(Fixture.counts(100, 100, 10_000)); var two = RawHttp2.connect(small.port())) {
            var held = two.post("/hold", "x".repeat(7_000));
            small.entered.await();
            assertEquals(503, two.answer(two.post("/mcp", "x".repeat(4_000))).status());
            assertEquals(200, two.answer(two.post("/mcp", "x".repeat(2_000))).status());
            small.leave.countDown();
            assertEquals(7_000, two.answer(held).body().length());
            assertEquals(200, two.answer(two.post("/mcp", "x".repeat(8_000))).status(), "given back");
        }
    }

    @Test
    void aStalledBodyIs408() {
        try (var hasty = Fixture.limited(Fixture.times(LONG, SHORT, LONG)); var two = RawHttp2.connect(hasty.port())) {
            var stalled = two.beginPost("/mcp");
            two.data(stalled, "{", false);
            assertEquals(408, two.answer(stalled).status());
            assertEquals("{}", two.answer(two.post("/mcp", "{}")).body(), "the other streams go on");
        }
    }

    @Test
    void aBodyMayPauseLongerThanTheIdleTimeout() {
        try (var hasty = Fixture.limited(Fixture.times(LONG, LONG, SHORT)); var two = RawHttp2.connect(hasty.port())) {
            var slow = two.beginPost("/mcp");
            two.data(slow, "{", false);
            for (var i = 0; i < 3; i++) {
                try (var idler = new Wire(hasty.port())) {
                    assertTrue(idler.closed());
                }
            }
            two.data(slow, "}", true);
            assertEquals("{}", two.answer(slow).body());
        }
    }

    @Test
    void trickledConnectionsAreClosedThoughNeverIdle() throws Exception {
        try (var hasty = Fixture.limited(Fixture.times(SHORT, LONG, LONG))) {
            for (var bytes : List.of(RawHttp2.preface(), RawHttp2.bytes(RawHttp2.HEADERS, 0, 1, new byte[8000]))) {
                try (var two = new RawHttp2(hasty.port())) {
                    if (bytes[0] != 'P') {
                        two.send(RawHttp2.preface()).frame(RawHttp2.SETTINGS, 0, 0, new byte[0]);
                    }
                    assertTrue(two.closedWhileTrickling(bytes, 20));
                }
            }
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosedHoweverLivelyItIs() throws Exception {
        try (var hasty = Fixture.limited(Fixture.times(SHORT, LONG, SHORT)); var two = RawHttp2.connect(hasty.port())) {
            assertTrue(two.closedWhileTrickling(RawHttp2.bytes(RawHttp2.PING, 0, 0, new byte[8]), 60));
        }
    }

    @Test
    void whoOnlyBeginsAndResetsIsCutOff() {
        try (var two = RawHttp2.connect(server.port())) {
            for (var i = 0; i < 2_000; i++) {
                try {
                    two.reset(two.get("/page"));
                } catch (java.io.UncheckedIOException closed) {
                    return;
                }
            }
            assertTrue(two.closed());
        }
    }

    @Test
    void requestsOfOneConnectionAreBounded() {
        try (var hold = Fixture.start(); var two = RawHttp2.connect(hold.port())) {
            for (var i = 0; i < Limits.STREAMS_PER_CONNECTION; i++) {
                two.get("/slow");
            }
            var answer = two.answer(two.get("/page"));
            assertEquals(0, answer.status());
            assertEquals(RawHttp2.REFUSED, answer.error());
            hold.leave.countDown();
        }
    }

    @Test
    void allConnectionsTogetherRunNoMoreThanHttp1HasConnections() throws Exception {
        try (var tight = Fixture.limited(Fixture.counts(100, 3, 10_000)); var two = RawHttp2.connect(tight.port())) {
            for (var i = 0; i < 3; i++) {
                two.beginPost("/mcp");     // waits for its body before it counts as a call
            }
            for (var status = 200; status != 503;) {
                status = two.answer(two.get("/page")).status();
            }
        }
    }

    @Test
    void nobodyIsUpgradedThroughAProxy() {
        try (var wire = new Wire(server.port())) {
            var answer = wire.send("GET /page HTTP/1.1\r\n" + server.host()
                    + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                    .read();
            assertEquals(200, answer.status());
            assertEquals("<p>GET ", answer.body());
            assertEquals("<p>GET 2", wire.send(server.get("/page?2")).read().body(), "still HTTP/1.1");
        }
    }

    @Test
    void closeLetsRunningRequestsEnd() throws Exception {
        try (var own = Fixture.start(); var two = RawHttp2.connect(own.port())) {
            var slow = two.get("/slow");
            own.entered.await();
            var closing = Thread.ofVirtual().start(own.server::close);
            var goodbye = two.read();
            assertEquals(RawHttp2.GO_AWAY, goodbye.type());
            assertEquals(0, goodbye.error());
            own.leave.countDown();
            assertEquals("done", two.answer(slow).body());
            closing.join();
            assertTrue(two.closed());
            assertNull(two.read());
        }
    }
}
