package io.github.doorwarden.upstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedFetchTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Supplier<SSLSocketFactory> TLS = () -> (SSLSocketFactory) SSLSocketFactory.getDefault();

    private final List<InetSocketAddress> dialled = new ArrayList<>();

    private static InetAddress[] addresses(String... literals) {
        return Stream.of(literals).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    /// Resolves everything to these addresses and refuses to leave this machine.
    private GuardedFetch production(String... literals) {
        return new GuardedFetch(false, _ -> addresses(literals), (_, to, _) -> {
            dialled.add(to);
            throw new java.net.ConnectException("no network in tests");
        }, TLS);
    }

    private static GuardedFetch.Fetched get(GuardedFetch fetch, String uri) throws FetchRefused {
        return fetch.get(URI.create(uri), "application/json", 5 * 1024, LONG);
    }

    private static String refusal(GuardedFetch fetch, String uri) {
        return assertThrows(FetchRefused.class, () -> get(fetch, uri), uri).getMessage();
    }

    private static String local(RawServer server) {
        return "http://127.0.0.1:" + server.port() + "/client.json";
    }

    @Test
    void aDocumentComesBackWhole() throws Exception {
        try (var server =
                RawServer.saying("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")) {
            var fetched = get(new GuardedFetch(true), local(server) + "?v=1");
            assertEquals(200, fetched.status());
            assertArrayEquals("{}".getBytes(), fetched.body());
            assertEquals(List.of("application/json"), fetched.headers().get("content-type"));
            var request = server.requests.getFirst();
            assertTrue(request.startsWith("GET /client.json?v=1 HTTP/1.1\nHost: 127.0.0.1:" + server.port() + "\n"),
                    request);
            assertTrue(request.contains("Accept-Encoding: identity\n"), request);
            assertFalse(request.toLowerCase().contains("authorization") || request.toLowerCase().contains("cookie"),
                    request);
        }
    }

    @Test
    void chunksAreJoinedAndTrailersDropped() throws Exception {
        try (var server =
                RawServer.saying("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2;x=y\r\n{\"\r\n4\r\na\":1\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n")) {
            assertEquals("{\"a\":1}", new String(get(new GuardedFetch(true), local(server)).body()));
        }
    }

    @Test
    void anErrorStatusIsForTheCallerToJudge() throws Exception {
        try (var server = RawServer.saying("HTTP/1.1 404 Not Found\r\n\r\nnothing")) {
            var fetched = get(new GuardedFetch(true), local(server));
            assertEquals(404, fetched.status());
            assertEquals("nothing", new String(fetched.body()));
        }
    }

    @Test
    @Covers({"AS-58", "T12"})
    void noSpecialAddressIsDialledHoweverItIsNamed() {
        for (var special : List.of("127.0.0.1", "10.1.2.3", "100.64.0.1", "169.254.169.254", "192.168.1.1",
                "198.18.0.1", "240.0.0.1",
                "0.0.0.0", "224.0.0.1", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "64:ff9b::7f00:1",
                        "2002:7f00:1::",
                "2001:db8::1", "::7f00:1")) {
            assertTrue(refusal(production(special), "https://rebound.example/c").contains("not public"), special);
            var literal = special.contains(":") ? "[" + special + "]" : special;
            assertTrue(refusal(production("8.8.8.8"), "https://" + literal + "/c").contains("not public"), special);
        }
        refusal(production("8.8.8.8"), "https://[::ffff:127.0.0.1]/c");
        assertEquals(List.of(), dialled);
    }

    @Test
    @Covers({"AS-58", "T12"})
    void oneSpecialAddressAmongPublicOnesIsEnough() {
        refusal(production("8.8.8.8", "127.0.0.1"), "https://mixed.example/c");
        refusal(production("2606:4700::1111", "8.8.8.8", "fc00::1"), "https://mixed.example/c");
        assertEquals(List.of(), dialled);
    }

    @Test
    @Covers({"AS-58", "T12"})
    void theNameIsResolvedOnceAndTheCheckedAddressIsDialled() {
        var asked = new AtomicInteger();
        var fetch = new GuardedFetch(false, _ -> addresses(asked.getAndIncrement() == 0 ? "8.8.8.8" : "127.0.0.1"), (_,
                to, _) -> {
            dialled.add(to);
            throw new java.net.ConnectException("no network in tests");
        }, TLS);
        assertTrue(refusal(fetch, "https://rebinding.example/c").contains("could not be reached"));
        assertEquals(1, asked.get());
        assertEquals(List.of(new InetSocketAddress(InetAddress.ofLiteral("8.8.8.8"), 443)), dialled);
    }

    @Test
    @Covers("T12")
    void hostsThatAreNumbersInDisguiseAndOtherUrlsAreRefused() {
        for (var uri : List.of("https://2130706433/c", "https://0x7f000001/c", "https://0x7f.1/c", "https://127.1/c",
                "https://0177.0.0.1/c", "https://127.0.0.01/c", "https://a.example./c", "https://user@a.example/c",
                "https://user:pw@a.example/c", "https://a.example:0/c", "https://[fe80::1%25eth0]/c",
                        "ftp://a.example/c",
                "file:///etc/passwd", "http://a.example/c", "https:///c", "mailto:a@b.example")) {
            refusal(production("8.8.8.8"), uri);
        }
        assertEquals(List.of(), dialled);
    }

    @Test
    @Covers("AS-58")
    void developmentOpensLoopbackAndNothingElse() {
        var fetch = new GuardedFetch(true, _ -> addresses("8.8.8.8"), (_, to, _) -> dialled.add(to), TLS);
        assertTrue(refusal(fetch, "http://a.example/c").contains("https"));
        var inside = new GuardedFetch(true, _ -> addresses("127.0.0.1", "10.0.0.1"), (_, to, _) -> dialled.add(to),
                TLS);
        refusal(inside, "http://a.example/c");
        refusal(inside, "https://a.example/c");
        assertEquals(List.of(), dialled);
    }

    @Test
    @Covers("T12")
    void noRedirectIsFollowed() throws Exception {
        for (var status : new int[] {301, 302, 303, 307, 308}) {
            try (var target = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    var server = RawServer.saying("HTTP/1.1 " + status + " Go\r\nLocation: " + local(target)
                            + "\r\nContent-Length: 0\r\n\r\n")) {
                assertTrue(refusal(new GuardedFetch(true), local(server)).contains("redirect"));
                assertEquals(List.of(), target.requests);
            }
        }
    }

    @Test
    @Covers("T12")
    void theCapHoldsToTheByteHoweverTheLengthIsSaid() throws Exception {
        var full = "x".repeat(5 * 1024);
        for (var head : List.of("Content-Length: %d\r\n\r\n", "Connection: close\r\n\r\n")) {
            try (var fits = RawServer.saying("HTTP/1.1 200 OK\r\n" + head.formatted(full.length()) + full);
                    var over = RawServer.saying("HTTP/1.1 200 OK\r\n" + head.formatted(full.length() + 1) + full
                            + "y")) {
                assertEquals(full.length(), get(new GuardedFetch(true), local(fits)).body().length);
                assertTrue(refusal(new GuardedFetch(true), local(over)).contains("larger than"));
            }
        }
        var chunk = Integer.toHexString(full.length()) + "\r\n" + full + "\r\n";
        try (var over = RawServer.saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
                + "1\r\ny\r\n0\r\n\r\n")) {
            assertTrue(refusal(new GuardedFetch(true), local(over)).contains("larger than"));
        }
        try (var endless = RawServer.saying("HTTP/1.1 200 OK\r\nX: " + "x".repeat(Limits.HEADER_BYTES) + "\r\n\r\n")) {
            assertTrue(refusal(new GuardedFetch(true), local(endless)).contains("header"));
        }
    }

    @Test
    @Covers("T12")
    void aCompressedAnswerIsRefusedUnread() throws Exception {
        try (var bomb = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n")) {
            assertTrue(refusal(new GuardedFetch(true), local(bomb)).contains("compressed"));
        }
    }

    @Test
    void answersThatCanBeReadInTwoWaysAreRefused() throws Exception {
        for (var answer : List.of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
                        "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")) {
            try (var server = RawServer.saying(answer)) {
                refusal(new GuardedFetch(true), local(server));
            }
        }
    }

    /// A server that drips one byte at a time keeps every single read short; only a total deadline ends it.
    @Test
    @Covers("T12")
    void aDrippingServerIsLeftAtTheDeadline() throws Exception {
        for (var head : List.of("HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")) {
            var left = new CountDownLatch(1);
            try (var server = new RawServer((_, out, socket) -> {
                out.write(head.getBytes());
                try {
                    while (true) {
                        out.write('a');
                        out.flush();
                        new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
                    }
                } finally {
                    left.countDown();
                }
            })) {
                var fetch = new GuardedFetch(true);
                var thrown = assertThrows(FetchRefused.class,
                        () -> fetch.get(URI.create(local(server)), "*/*", 5 * 1024, Duration.ofMillis(200)));
                assertTrue(thrown.getMessage().contains("200 ms"), thrown.getMessage());
                assertTrue(left.await(10, TimeUnit.SECONDS), "the connection stayed open");
            }
        }
    }

    @Test
    @Covers("T12")
    void theDeadlineCoversResolvingAndTheTlsHandshake() throws Exception {
        var never = new CountDownLatch(1);
        var slowDns = new GuardedFetch(false, _ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException();
            }
            return new InetAddress[0];
        }, Socket::connect, TLS);
        assertThrows(FetchRefused.class, () -> slowDns.get(URI.create("https://a.example/"), "*/*", 10,
                Duration.ofMillis(100)));
        never.countDown();
        try (var silent = new java.net.ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var thrown = assertThrows(FetchRefused.class, () -> new GuardedFetch(true).get(
                    URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/"), "*/*", 10, Duration.ofMillis(200)));
            assertTrue(thrown.getMessage().contains("200 ms"), thrown.getMessage());
        }
    }

    @Test
    @Covers("T12")
    void tlsIsVerifiedAgainstTheNameAtThePinnedAddress(@TempDir Path folder) throws Exception {
        var context = TestTls.contextFor("as.example", folder);
        SSLServerSocketFactory sockets = context.getServerSocketFactory();
        try (var server = new RawServer(sockets, (_, out, _) ->
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes()))) {
            var fetch = new GuardedFetch(true, _ -> addresses("127.0.0.1"), Socket::connect, context::getSocketFactory);
            assertEquals(200, get(fetch, "https://as.example:" + server.port() + "/").status());
            assertTrue(server.requests.getFirst().contains("Host: as.example:" + server.port()));
            assertTrue(refusal(fetch, "https://other.example:" + server.port() + "/").contains("certificate"));
            var unknownAuthority = new GuardedFetch(true, _ -> addresses("127.0.0.1"), Socket::connect, TLS);
            assertTrue(refusal(unknownAuthority, "https://as.example:" + server.port() + "/").contains("certificate"));
        }
    }
}
