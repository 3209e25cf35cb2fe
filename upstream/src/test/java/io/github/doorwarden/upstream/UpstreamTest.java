package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.upstream.UpstreamFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UpstreamTest {

    private static UpstreamCall get(String target) {
        return new UpstreamCall("GET", target, Map.of(), Optional.empty(), false, "req-1");
    }

    private static Upstream to(URI base) {
        return new Upstream(UpstreamSettings.of("The API", base), Credentials.none());
    }

    private static UpstreamFailure failure(Upstream upstream, UpstreamCall call) {
        return assertThrows(UpstreamFailure.class, () -> upstream.call(call));
    }

    @Test
    void aCallCarriesWhatWasConfiguredAndNothingElse() throws Exception {
        try (var backend = new Backend((_, exchange) -> Backend.say(exchange, 200, "{\"a\":1}"));
                var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("/v1/"))
                        .withHeaders(Map.of("X-Key", "k")),
                        Credentials.bearer("ours"))) {
            var answer = upstream.call(new UpstreamCall("POST", "/things?q=a%20b", Map.of("X-Key", "stolen", "X-Tenant",
                    "t"),
                    Optional.of(new UpstreamCall.Body("application/json", "{}".getBytes())), false, "req-7"));
            assertEquals(200, answer.status());
            assertEquals("{\"a\":1}", new String(answer.body()));
            assertEquals(Optional.of("application/json"), answer.header("content-type"));
            var asked = backend.asked.getFirst();
            assertEquals("POST /v1/things?q=a%20b {}", asked.method() + " " + asked.target() + " " + asked.body());
            assertEquals("Bearer ours", asked.header("Authorization"));
            assertEquals("req-7", asked.header("X-request-id"));
            assertEquals("k", asked.header("X-key"));
            assertEquals("t", asked.header("X-tenant"));
            assertEquals("identity", asked.header("Accept-encoding"));
            assertEquals("", asked.header("Upgrade"));
        }
    }

    @Test
    @Covers("T5")
    void noCallCanBringCredentialsOrFrameTheMessage() {
        for (var name : List.of("Authorization", "authorization", "Cookie", "Host", "Proxy-Authorization",
                "Content-Length",
                "Transfer-Encoding", "X-Forwarded-For", "Forwarded", "a b", "a:b", "")) {
            assertThrows(IllegalArgumentException.class,
                    () -> new UpstreamCall("GET", "/", Map.of(name, "x"), Optional.empty(), false, "r"), name);
        }
        for (var value : List.of("a\r\nAuthorization: x", "a\nb", "a\rb", "a\0b", "a\u560d\u560ab")) {
            assertThrows(IllegalArgumentException.class,
                    () -> new UpstreamCall("GET", "/", Map.of("X", value), Optional.empty(), false, "r"));
        }
        for (var target : List.of("x", "//a b", "/a#b", "/a\r\nb", "/\\a", "http://evil.example/")) {
            assertThrows(IllegalArgumentException.class, () -> get(target), target);
        }
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        try (var backend = new Backend((_, exchange) -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        }); var upstream = to(backend.at("/"))) {
            assertEquals(302, upstream.call(get("/x")).status());
            assertEquals(1, backend.asked.size());
        }
    }

    /// Headers come at once, then the body stalls: the case that `HttpRequest.timeout` does not cover.
    @Test
    void theDeadlineCoversTheBodyAndClosesTheConnection() throws Exception {
        var left = new CountDownLatch(1);
        try (var server = new RawServer((_, out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes());
            out.flush();
            if (socket.getInputStream().read() < 0) {
                left.countDown();
            }
        }); var upstream = new Upstream(UpstreamSettings.of("The API", URI.create("http://127.0.0.1:" + server.port()))
                .withTimeouts(Duration.ofMillis(300), Duration.ofMillis(600)), Credentials.none())) {
            var before = System.nanoTime();
            var failure = failure(upstream, get("/"));
            assertEquals(Kind.TIMEOUT, failure.kind());
            assertTrue(failure.getMessage().contains("The API did not answer within 1 s. Ask for less"),
                    failure.getMessage());
            assertTrue(left.await(10, TimeUnit.SECONDS), "the connection stayed open");
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(10).toNanos());
            var write = new UpstreamCall("POST", "/", Map.of(), Optional.empty(), true, "r");
            assertTrue(failure(upstream, write).getMessage().contains("may have carried out"));
        }
    }

    @Test
    void interruptingTheCallClosesTheConnection() throws Exception {
        var arrived = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        try (var server = new RawServer((_, out, socket) -> {
            arrived.countDown();
            if (socket.getInputStream().read() < 0) {
                left.countDown();
            }
        }); var upstream = to(URI.create("http://127.0.0.1:" + server.port()))) {
            var outcome = new FutureTask<>(() -> assertThrows(InterruptedException.class, () ->
                    upstream.call(get("/"))));
            var caller = Thread.ofVirtual().start(outcome);
            arrived.await();
            caller.interrupt();
            outcome.get(10, TimeUnit.SECONDS);
            assertTrue(left.await(10, TimeUnit.SECONDS), "the connection stayed open");
        }
    }

    @Test
    void theCapHoldsToTheByteAndCountsWhatComesOutOfGzip() throws Exception {
        var bomb = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bomb)) {
            for (var i = 0; i < 100; i++) {
                gzip.write(new byte[1024 * 1024]);
            }
        }
        var small = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(small)) {
            gzip.write("{}".getBytes());
        }
        try (var backend = new Backend((asked, exchange) -> {
            var body = switch (asked.target()) {
                case "/fits" -> new byte[1000];
                case "/over" -> new byte[1001];
                case "/bomb" -> bomb.toByteArray();
                default -> small.toByteArray();
            };
            if (!asked.target().endsWith("s") && !asked.target().endsWith("r")) {
                exchange.getResponseHeaders().set("Content-Encoding", asked.target().equals("/odd") ? "br" : "gzip");
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }); var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("")).withLimits(4, Duration.ZERO,
                1000),
                Credentials.none())) {
            assertEquals(1000, upstream.call(get("/fits")).body().length);
            assertEquals(Kind.TOO_LARGE, failure(upstream, get("/over")).kind());
            assertEquals(Kind.TOO_LARGE, failure(upstream, get("/bomb")).kind());
            assertEquals("{}", new String(upstream.call(get("/small")).body()));
            assertEquals(Kind.UNREADABLE, failure(upstream, get("/odd")).kind());
        }
    }

    @Test
    void aCallWithoutASlotIsToldSo() throws Exception {
        var arrived = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var backend = new Backend((_, exchange) -> {
            arrived.countDown();
            release.await();
            Backend.say(exchange, 200, "{}");
        }); var upstream = new Upstream(UpstreamSettings.of("The API", backend.at("")).withLimits(1,
                Duration.ofMillis(50), 1000),
                Credentials.none())) {
            var first = new FutureTask<>(() -> upstream.call(get("/")).status());
            Thread.ofVirtual().start(first);
            arrived.await();
            assertEquals(Kind.BUSY, failure(upstream, get("/")).kind());
            release.countDown();
            assertEquals(200, first.get(10, TimeUnit.SECONDS));
            assertEquals(200, upstream.call(get("/")).status());
        }
    }

    @Test
    void aDeadBackendIsUnreachable() throws Exception {
        int port;
        try (var gone = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = gone.getLocalPort();
        }
        try (var upstream = to(URI.create("http://127.0.0.1:" + port)); var broken =
                RawServer.saying("nonsense\r\n\r\n");
                var confused = to(URI.create("http://127.0.0.1:" + broken.port()))) {
            assertEquals(Kind.UNREACHABLE, failure(upstream, get("/")).kind());
            assertTrue(failure(upstream, get("/")).getMessage().contains("The API cannot be reached"));
            assertEquals(Kind.BROKEN, failure(confused, get("/")).kind());
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        for (var url : List.of("ftp://a.example", "https://u:p@a.example/", "https://a.example/?x",
                "https://a.example/#f", "/x")) {
            assertThrows(IllegalArgumentException.class, () -> UpstreamSettings.of("x", URI.create(url)), url);
        }
        var settings = UpstreamSettings.of("x", URI.create("https://a.example")).withHeaders(Map.of("Authorization",
                "secret-1"));
        assertFalse(settings.toString().contains("secret-1"));
        assertThrows(IllegalArgumentException.class, () -> new Upstream(settings, Credentials.none()));
    }
}
