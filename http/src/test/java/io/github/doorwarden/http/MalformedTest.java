package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Bytes that a proxy in front might read otherwise than we do (request smuggling, RFC 9112 §11): every one is refused,
/// the connection ends, and the refusal is ours.
class MalformedTest {

    private static Fixture server;

    @BeforeAll
    static void start() {
        server = Fixture.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void refused(int status, String request) {
        try (var wire = new Wire(server.port())) {
            var answer = wire.send(request).read();
            assertEquals(status, answer.status(), answer.body());
            assertEquals("application/json", answer.header("Content-Type"));
            assertEquals("nosniff", answer.header("X-Content-Type-Options"));
            assertTrue(answer.body().startsWith("{\"error\":\""), answer.body());
            assertFalse(answer.body().contains("jetty") || answer.body().contains("Exception"), answer.body());
            assertEquals("", answer.header("Server"));
            assertTrue(wire.closed(), "the rest of the bytes must not become a second request");
        }
    }

    private static String post(String fields, String rest) {
        return "POST /mcp HTTP/1.1\r\n" + server.host() + fields + "\r\n" + rest;
    }

    @Test
    void contentLengthBesideTransferEncoding() {
        refused(400, post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
    }

    @Test
    void twoContentLengths() {
        refused(400, post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"));
    }

    @Test
    void contentLengthWithASign() {
        refused(400, post("Content-Length: +2\r\n", "{}"));
    }

    @Test
    void unknownTransferEncoding() {
        refused(400, post("Transfer-Encoding: identity, chunked2\r\n", "0\r\n\r\n"));
    }

    @Test
    void noHost() {
        refused(400, "GET /page HTTP/1.1\r\n\r\n");
    }

    @Test
    void twoHosts() {
        refused(400, "GET /page HTTP/1.1\r\n" + server.host() + server.host() + "\r\n");
    }

    @Test
    void hostThatContradictsTheTarget() {
        refused(400, "GET http://evil.example/page HTTP/1.1\r\n" + server.host() + "\r\n");
    }

    @Test
    void nulInAValue() {
        refused(400, "GET /page HTTP/1.1\r\n" + server.host() + "X: a\0b\r\n\r\n");
    }

    @Test
    void foldedLine() {
        refused(400, "GET /page HTTP/1.1\r\n" + server.host() + "X: a\r\n b\r\n\r\n");
    }

    @Test
    void bareLineFeeds() {
        refused(400, "GET /page HTTP/1.1\nHost: 127.0.0.1:" + server.port() + "\n\n");
    }

    @Test
    void spaceBeforeTheColon() {
        refused(400, "GET /page HTTP/1.1\r\n" + server.host() + "Content-Length : 0\r\n\r\n");
    }

    @Test
    @Covers("T22")
    void oversizeHeader() {
        refused(431, "GET /page HTTP/1.1\r\n" + server.host() + "X: " + "a".repeat(16 * 1024) + "\r\n\r\n");
    }

    @Test
    @Covers("T22")
    void oversizeTarget() {
        refused(414, "GET /page?" + "a".repeat(16 * 1024) + " HTTP/1.1\r\n" + server.host() + "\r\n");
    }

    @Test
    void encodedDotSegment() {
        refused(400, "GET /x/%2e%2e/page HTTP/1.1\r\n" + server.host() + "\r\n");
    }

    @Test
    @Covers("T22")
    void manyFields() {
        var answer = server.ask("GET /page HTTP/1.1\r\n" + server.host() + "a:b\r\n".repeat(500) + "\r\n");
        assertEquals(431, answer.status());
        assertTrue(answer.body().contains("too_many_header_fields"));
    }

    @Test
    void brokenChunk() {
        refused(400, post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"));
    }
}
