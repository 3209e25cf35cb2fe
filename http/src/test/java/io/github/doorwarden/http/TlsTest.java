package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TlsTest {

    private static Certificates.Pem first;
    private static Certificates.Pem second;

    @TempDir
    Path folder;

    @BeforeAll
    static void make() {
        first = Certificates.make("-keyalg", "EC", "-groupname", "secp256r1");
        second = Certificates.make("-keyalg", "RSA", "-keysize", "2048");
    }

    private static HttpServer serve(TlsFiles files) {
        return serve(files, Limits.STANDARD);
    }

    private static HttpServer serve(TlsFiles files, Limits limits) {
        return HttpServer.start(HttpSettings.local().withTls(files).withLimits(limits), List.of(
                Route.get("/who", Route.Cors.NONE, in -> Reply.text(200, in.peer() + " " + in.headers().first("Host")
                        .orElse(""))),
                Route.post("/echo", 64 * 1024, Route.Cors.NONE, in -> Reply.json(200, in.body()))));
    }

    private static SSLSocket socket(HttpServer server, Certificates.Pem trusted) throws IOException {
        return (SSLSocket) trusted.client().getSocketFactory().createSocket(InetAddress.ofLiteral("127.0.0.1"),
                server.port());
    }

    /// Which certificate a new connection gets.
    private static X509Certificate shown(HttpServer server, Certificates.Pem trusted) throws IOException {
        try (var socket = socket(server, trusted)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static Wire wire(HttpServer server, Certificates.Pem trusted) {
        return new Wire(server.port(), trusted.client().getSocketFactory());
    }

    private static String get(HttpServer server, String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n\r\n";
    }

    @Test
    void theClientChoosesTheVersion() throws Exception {
        try (var server = serve(first.in(folder));
                var client = HttpClient.newBuilder().sslContext(first.client()).build()) {
            assertEquals("https://127.0.0.1:" + server.port(), server.origin().toString());
            for (var version : HttpClient.Version.values()) {
                if (version.name().equals("HTTP_3")) {
                    continue;
                }
                var uri = URI.create(server.origin().url("/who"));
                var answer = client.send(HttpRequest.newBuilder(uri).version(version).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertEquals(version, answer.version());
                assertEquals("127.0.0.1 127.0.0.1:" + server.port(), answer.body());
                assertEquals("max-age=31536000", answer.headers().firstValue("Strict-Transport-Security").orElse(""));
                var large = "x".repeat(60_000);
                assertEquals(large, client.send(HttpRequest.newBuilder(URI.create(server.origin().url("/echo")))
                        .version(version).POST(HttpRequest.BodyPublishers.ofString(large)).build(),
                        HttpResponse.BodyHandlers.ofString()).body());
            }
        }
    }

    @Test
    void whatIsOfferedDecides() throws Exception {
        try (var server = serve(first.in(folder))) {
            for (var offer : List.of(List.of("http/1.1"), List.of("http/1.1", "h2"), List.of("h2"),
                    List.<String>of())) {
                try (var socket = socket(server, first)) {
                    var parameters = socket.getSSLParameters();
                    parameters.setApplicationProtocols(offer.toArray(String[]::new));
                    socket.setSSLParameters(parameters);
                    socket.startHandshake();
                    var chosen = offer.isEmpty() ? "" : offer.contains("h2") ? "h2" : "http/1.1";
                    assertEquals(chosen, socket.getApplicationProtocol());
                    if (!chosen.equals("h2")) {
                        socket.getOutputStream().write(get(server, "/who").getBytes());
                        assertEquals("HTTP/1.1 200", new String(socket.getInputStream().readNBytes(12)));
                    }
                }
            }
        }
    }

    @Test
    void versionsAndCiphersAreThoseOfToday() throws Exception {
        try (var server = serve(second.in(folder))) {
            for (var version : List.of("TLSv1.2", "TLSv1.3")) {
                try (var socket = socket(server, second)) {
                    socket.setEnabledProtocols(new String[] {version});
                    socket.startHandshake();
                    assertEquals(version, socket.getSession().getProtocol());
                }
            }
            for (var weak : List.of("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")) {
                try (var socket = socket(server, second)) {
                    socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                    socket.setEnabledCipherSuites(new String[] {weak});
                    assertThrows(IOException.class, socket::startHandshake, weak);
                }
            }
        }
    }

    @Test
    void connectionsAreKeptAndAreAsStrictAsWithoutTls() {
        try (var server = serve(first.in(folder)); var wire = wire(server, first)) {
            assertEquals("{}", wire.send("POST /echo HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                    + "\r\nContent-Length: 2\r\n\r\n{}" + get(server, "/who")).read().body());
            assertEquals(200, wire.read().status());
            var evil = wire.send("GET /who HTTP/1.1\r\nHost: evil.example\r\n\r\n").read();
            assertEquals(403, evil.status(), evil.body());
            assertEquals(400, wire.send("GET /who HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").read().status());
            assertTrue(wire.closed());
        }
    }

    @Test
    void handshakesAndRequestsMustBeCompleteInTime() throws Exception {
        var limits = Fixture.times(Duration.ofMillis(300), Duration.ofMinutes(5), Duration.ofMinutes(5));
        try (var server = serve(first.in(folder), limits)) {
            try (var wire = wire(server, first)) {
                wire.send("GET /who HTTP/1.1\r\nX: ");
                assertTrue(wire.closedWhileTrickling("abcdefgh", 50));
            }
            try (var bare = new Wire(server.port())) {
                bare.send("\26\3\1\2\0\1\0\1\374\3\3");        // a ClientHello of 508 bytes begins
                assertTrue(bare.closedWhileTrickling("\1", 50));
            }
            try (var silent = new Wire(server.port())) {
                assertTrue(silent.closed());
            }
        }
    }

    @Test
    void aClientThatGoesIsNoticedOnAnIdleStream() throws Exception {
        var told = new java.util.concurrent.LinkedBlockingQueue<String>();
        var settings = HttpSettings.local().withTls(first.in(folder));
        try (var server = HttpServer.start(settings, List.of(Route.streamingGet("/events", Route.Cors.NONE,
                (in, stream) -> {
                    var over = new CountDownLatch(1);
                    stream.onGone(() -> {
                        told.add("gone");
                        over.countDown();
                    });
                    stream.rests();
                    stream.open(Headers.NONE);
                    over.await();
                    return Reply.STREAMED;
                })))) {
            try (var wire = wire(server, first)) {
                assertEquals(200, wire.send(get(server, "/events")).readHead().status());
            }
            assertEquals("gone", told.poll(20, java.util.concurrent.TimeUnit.SECONDS), "close_notify");
            var plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
            var over = (SSLSocket) first.client().getSocketFactory()
                    .createSocket(plain, "127.0.0.1", server.port(), true);
            over.getOutputStream().write(get(server, "/events").getBytes());
            assertEquals('H', over.getInputStream().read());
            plain.setSoLinger(true, 0);
            plain.close();
            assertEquals("gone", told.poll(20, java.util.concurrent.TimeUnit.SECONDS), "reset");
        }
    }

    @Test
    void aWatchedCallKeepsItsConnection() {
        var settings = HttpSettings.local().withTls(first.in(folder));
        try (var server = HttpServer.start(settings, List.of(Route.streamingGet("/call", Route.Cors.NONE,
                (in, stream) -> {
                    stream.onGone(() -> {});
                    return Reply.text(200, in.query());
                }))); var wire = wire(server, first)) {
            for (var i = 0; i < 100; i++) {
                wire.send(get(server, "/call?a" + i) + (i % 2 == 0 ? get(server, "/call?b" + i) : ""));
                assertEquals("a" + i, wire.read().body());
                if (i % 2 == 0) {
                    assertEquals("b" + i, wire.read().body());
                }
            }
        }
    }

    @Test
    void newFilesAreUsedByNewConnections() throws Exception {
        var files = first.in(folder);
        try (var server = serve(files); var old = wire(server, first)) {
            assertEquals(200, old.send(get(server, "/who")).read().status());
            assertEquals(first.trusted(), shown(server, first));
            second.in(folder);
            server.lookAtCertificate();
            assertEquals(second.trusted(), shown(server, second));
            assertEquals(200, old.send(get(server, "/who")).read().status(), "open connections go on");
            assertThrows(SSLHandshakeException.class, () -> shown(server, first));
        }
    }

    @Test
    void anUnusablePairChangesNothingAndIsTold() throws Exception {
        var files = first.in(folder);
        try (var server = serve(files)) {
            var warnings = warnings(() -> {
                Certificates.write(files.certificate(), second.certificate());
                server.lookAtCertificate();
                first.in(folder);
                server.lookAtCertificate();
            });
            assertEquals(List.of(), warnings, "two files are not written at one moment");
            warnings = warnings(() -> {
                Certificates.write(files.certificate(), second.certificate());
                for (var i = 0; i < 5; i++) {
                    server.lookAtCertificate();
                }
            });
            assertEquals(1, warnings.size(), warnings.toString());
            assertTrue(warnings.getFirst().contains(files.key().toString()), warnings.getFirst());
            assertTrue(warnings.getFirst().contains("does not belong to the first certificate"), warnings.getFirst());
            assertTrue(warnings.getFirst().contains("stays in use"), warnings.getFirst());
            Certificates.write(files.certificate(), second.certificate().substring(0, 300));
            assertEquals(1, warnings(() -> {
                server.lookAtCertificate();
                server.lookAtCertificate();
            }).size());
            Files.delete(files.key());
            assertEquals(1, warnings(() -> {
                server.lookAtCertificate();
                server.lookAtCertificate();
            }).size());
            assertEquals(first.trusted(), shown(server, first), "after all that");
            second.in(folder);
            server.lookAtCertificate();
            assertEquals(second.trusted(), shown(server, second));
        }
    }

    @Test
    void theEndOfACertificateIsToldInTime() {
        var end = ((X509Certificate) first.trusted()).getNotAfter().toInstant();
        for (var entry : List.of(List.of("-P20D", ""), List.of("-P13D", "in 13 days"), List.of("-PT1H", "in 0 days"),
                List.of("P1D", "ended on"))) {
            var at = end.plus(Duration.parse(entry.get(0)));
            var warnings = warnings(() -> serve(first.in(folder, InstantSource.fixed(at))).close());
            assertEquals(entry.get(1).isEmpty() ? 0 : 1, warnings.size(), entry + " " + warnings);
            assertTrue(warnings.isEmpty() || warnings.getFirst().contains(entry.get(1))
                    && warnings.getFirst().contains("no restart is needed"), warnings.toString());
        }
        var early = warnings(() -> serve(first.in(folder, InstantSource.fixed(Instant.EPOCH))).close());
        assertTrue(early.getFirst().contains("is not valid before"), early.toString());
        var clock = new InstantSource() {
            private Instant now = end.minus(Duration.ofDays(10));

            @Override
            public Instant instant() {
                return now;
            }
        };
        try (var server = serve(first.in(folder, clock))) {
            assertEquals(0, warnings(server::lookAtCertificate).size(), "told when it started");
            clock.now = end.minus(Duration.ofDays(9));
            assertEquals(1, warnings(() -> {
                server.lookAtCertificate();
                server.lookAtCertificate();
            }).size(), "once a day");
        }
    }

    @Test
    void mistakesAreExplainedAtTheStart() {
        var files = first.in(folder);
        Certificates.write(files.key(), second.key());
        refused(files, "does not belong", "first");
        Certificates.write(files.key(), first.key().replace("PRIVATE KEY", "EC PRIVATE KEY"));
        refused(files, "PKCS#8", "openssl pkcs8 -topk8 -nocrypt");
        Certificates.write(files.key(), first.key().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        refused(files, "unencrypted", "openssl pkcs8");
        Certificates.write(files.key(), Certificates.pem("PRIVATE KEY", new byte[40]));
        refused(files, "cannot be read", "Ed25519");
        Certificates.write(files.key(), "x".repeat(300_000));
        refused(files, "larger than", "another file");
        first.in(folder);
        Certificates.write(files.certificate(), "");
        refused(files, "no whole certificate chain", "-----BEGIN CERTIFICATE-----");
        Certificates.write(files.certificate(), first.key());
        refused(files, "no whole certificate chain", "-----BEGIN CERTIFICATE-----");
        refused(new TlsFiles(folder.resolve("none"), files.key(), Certificates.NOW), "none", "Check the path");
        first.in(folder).check();
    }

    private static void refused(TlsFiles files, String... words) {
        var why = assertThrows(IllegalArgumentException.class, files::check).getMessage();
        for (var word : words) {
            assertTrue(why.contains(word), why);
        }
        assertEquals(why, assertThrows(IllegalArgumentException.class, () -> serve(files)).getMessage());
        assertFalse(why.contains("\n"));
    }

    @Test
    void keysOfAllCommonKindsWork() throws Exception {
        for (var options : List.of(List.of("-keyalg", "Ed25519"),
                List.of("-keyalg", "EC", "-groupname", "secp384r1"))) {
            var made = Certificates.make(options.toArray(String[]::new));
            try (var server = serve(made.in(folder))) {
                assertEquals(made.trusted(), shown(server, made));
            }
        }
    }

    /// What the engine warns of meanwhile.
    private static List<String> warnings(Runnable meanwhile) {
        var log = (Logger) LoggerFactory.getLogger(HttpServer.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            meanwhile.run();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream().filter(line -> line.getLevel() == Level.WARN).map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
