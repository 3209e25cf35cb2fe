package io.github.doorwarden.client.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The listener for the one answer, spoken to byte by byte.
@Covers("CL-8")
class LoopbackTest {

    private static final URI ANYWHERE = Grant.SignedIn.ANYWHERE;

    private static Loopback open() throws IOException, InterruptedException {
        return Loopback.open(ANYWHERE, "right", Duration.ZERO).orElseThrow();
    }

    private static String ask(Loopback listener, String head) throws IOException {
        try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), listener.redirect().getPort())) {
            socket.getOutputStream().write(head.replace("HOST", listener.redirect().getRawAuthority())
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', value = {
        "404, GET /, HOST", "404, GET /favicon.ico, HOST", "404, GET /callback/x?state=right&code=1, HOST",
        "405, POST /callback?state=right&code=1, HOST", "405, HEAD /callback?state=right&code=1, HOST",
        "421, GET /callback?state=right&code=1, evil.example", "421, GET /callback?state=right&code=1, 127.0.0.1",
        "400, GET /callback?state=wrong&code=1, HOST", "400, GET /callback?code=1, HOST", "400, GET /callback, HOST",
        "400, GET /callback?state=right&state=right&code=1, HOST", "400, GET /callback?state=right&code=%zz, HOST"})
    void whatIsNotTheAnswerChangesNothing(int status, String line, String host) throws Exception {
        try (var listener = open()) {
            var answer = ask(listener, line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
            assertEquals(Optional.empty(), listener.await(Duration.ZERO));
        }
    }

    @Test
    void theAnswerGetsAPageWithoutScripts() throws Exception {
        try (var listener = open()) {
            var page = new StringBuilder();
            var asking = Thread.ofVirtual().start(() -> {
                try {
                    page.append(ask(listener, "GET /callback?state=right&code=a%20b HTTP/1.1\r\nHost: HOST\r\n\r\n"));
                } catch (IOException e) {
                    page.append(e);
                }
            });
            var arrived = listener.await(Duration.ofSeconds(10)).orElseThrow();
            assertEquals("a b", arrived.parameters.get("code"));
            arrived.page("Title", "Text");
            asking.join();
            assertTrue(page.toString().startsWith("HTTP/1.1 200"), page.toString());
            assertTrue(page.toString().contains("Referrer-Policy: no-referrer\r\n"), page.toString());
            assertTrue(page.toString().contains("default-src 'none'"), page.toString());
            assertTrue(!page.toString().contains("<script"), page.toString());
        }
    }

    @Test
    void aSilentConnectionHoldsNobodyUp() throws Exception {
        try (var listener = open(); var silent = new Socket(InetAddress.ofLiteral("127.0.0.1"),
                listener.redirect().getPort())) {
            assertTrue(silent.isConnected());
            assertTrue(ask(listener, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n").startsWith("HTTP/1.1 404"));
        }
    }

    @Test
    void itIsBoundToThisMachineAndGoneWhenClosed() throws Exception {
        var listener = open();
        assertEquals("127.0.0.1", listener.redirect().getHost());
        assertEquals(Optional.empty(), Loopback.open(listener.redirect(), "x", Duration.ZERO), "taken");
        listener.close();
        assertThrows(IOException.class, () -> ask(listener, "GET / HTTP/1.1\r\n\r\n"));
        try (var again = Loopback.open(listener.redirect(), "x", Duration.ZERO).orElseThrow()) {
            assertEquals(listener.redirect(), again.redirect());
        }
    }
}
