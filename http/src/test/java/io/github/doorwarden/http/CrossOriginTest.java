package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CrossOriginTest {

    private static final String INSPECTOR = "http://localhost:6274";

    private static Fixture server;

    @BeforeAll
    static void start() {
        server = Fixture.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Wire.Answer preflight(String path, String origin, String fields) {
        return server.ask("OPTIONS " + path + " HTTP/1.1\r\n" + server.host() + "Origin: " + origin
                + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: " + fields + "\r\n\r\n");
    }

    private static Set<String> list(String value) {
        return Set.of(value.split(", "));
    }

    @Test
    void preflightOfTheEndpointNeedsNoTokenAndAllowsWhatClientsSend() {
        var answer = preflight("/mcp", INSPECTOR, "authorization,content-type,mcp-method");
        assertEquals(204, answer.status());
        assertEquals(INSPECTOR, answer.header("Access-Control-Allow-Origin"));
        assertEquals("Origin", answer.header("Vary"));
        assertTrue(list(answer.header("Access-Control-Allow-Methods")).contains("POST"));
        assertEquals(Set.of("Authorization", "Content-Type", "Accept", "Mcp-Session-Id", "MCP-Protocol-Version",
                "Mcp-Method", "Mcp-Name",
                "Last-Event-ID", "DPoP"), list(answer.header("Access-Control-Allow-Headers")));
        assertEquals("", answer.header("Access-Control-Allow-Credentials"));
        assertEquals("", answer.header("Content-Length"));
    }

    @Test
    void parametersAskedForAreAllowedAndOtherNamesAreNot() {
        var allowed = list(preflight("/mcp", INSPECTOR, "mcp-param-region, "
                + "Mcp-Param-City,mcp-param-,x-other,mcp-param-a b,cookie")
                .header("Access-Control-Allow-Headers"));
        assertTrue(allowed.containsAll(Set.of("mcp-param-region", "Mcp-Param-City", "Authorization")),
                allowed.toString());
        assertEquals(11, allowed.size(), allowed.toString());
    }

    @Test
    void answersOfTheEndpointAreReadableByTheCallingPage() {
        for (var request : List.of(server.post("/mcp", "Origin: " + INSPECTOR + "\r\n", "{}"),
                "GET /mcp HTTP/1.1\r\n" + server.host() + "Origin: " + INSPECTOR + "\r\n\r\n")) {
            var answer = server.ask(request);
            assertEquals(INSPECTOR, answer.header("Access-Control-Allow-Origin"), request);
            assertEquals(Set.of("Mcp-Session-Id", "MCP-Protocol-Version", "WWW-Authenticate", "DPoP-Nonce"),
                    list(answer.header("Access-Control-Expose-Headers")));
        }
    }

    @Test
    @Covers("RS-6")
    void foreignPagesAreRefusedAndCannotReadTheRefusal() {
        for (var origin : List.of("https://evil.example", "null", "http://localhost.evil.example",
                "http://127.0.0.1.evil.example:6274")) {
            var answer = server.ask(server.post("/mcp", "Origin: " + origin + "\r\n", "{}"));
            assertEquals(403, answer.status(), origin);
            assertTrue(answer.body().contains("origin_not_allowed"), answer.body());
            assertEquals("", answer.header("Access-Control-Allow-Origin"));
            assertEquals(403, preflight("/mcp", origin, "authorization").status());
        }
        var two = "Origin: " + INSPECTOR + "\r\nOrigin: https://evil.example\r\n";
        assertEquals(403, server.ask(server.post("/mcp", two, "{}")).status());
    }

    @Test
    void openRoutesAreReadableByAnyPage() {
        var answer = server.ask("GET /metadata HTTP/1.1\r\n" + server.host() + "Origin: https://any.example\r\n\r\n");
        assertEquals(200, answer.status());
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
        assertEquals("*", server.ask(server.get("/metadata")).header("Access-Control-Allow-Origin"),
                "caches are shared");
        assertEquals("*", preflight("/metadata", "null", "mcp-protocol-version").header("Access-Control-Allow-Origin"));
        assertEquals("*", server.ask(server.get("/.well-known/nothing")).header("Access-Control-Allow-Origin"));
    }

    @Test
    void pagesAreNotReadableByOthers() {
        var answer = server.ask("GET /page HTTP/1.1\r\n" + server.host() + "Origin: https://any.example\r\n\r\n");
        assertEquals(200, answer.status());
        assertEquals("", answer.header("Access-Control-Allow-Origin"));
    }

    @Test
    @Covers("RS-6")
    void originsAreComparedExactly() {
        var remote = new Origins(PublicOrigin.parse("https://mcp.example.com"),
                List.of(PublicOrigin.parse("https://app.example:8443")));
        for (var good : new String[] {null, "https://mcp.example.com", "https://mcp.example.com:443",
                "https://MCP.example.com",
                "https://app.example:8443"}) {
            assertTrue(remote.allow(good), good);
        }
        for (var bad : List.of("", "null", "http://mcp.example.com", "https://mcp.example.com.evil.example",
                "https://mcp.example.com:444",
                "https://mcp.example.comx", "https://mcp.example.com/", "https://mcp.example.com@evil.example",
                "https://app.example",
                "http://localhost:6274", "http://127.0.0.1:6274", "https://mcp.example.com https://evil.example",
                "//mcp.example.com",
                "https://" + "a".repeat(400))) {
            assertFalse(remote.allow(bad), bad);
        }
    }

    @Test
    void loopbackPagesMayCallALoopbackServer() {
        var local = new Origins(PublicOrigin.parse("http://localhost:8080"), List.of());
        for (var good : List.of("http://localhost:6274", "http://127.0.0.1:6274", "http://[::1]:1",
                "https://localhost")) {
            assertTrue(local.allow(good), good);
        }
        for (var bad : List.of("http://localhost.evil.example:6274", "http://127.0.0.1.nip.example",
                "http://localhost@evil.example",
                "vscode-webview://localhost", "http://127.1:80x")) {
            assertFalse(local.allow(bad), bad);
        }
    }

    @Test
    void severalOriginFieldsAreRefused() {
        var local = new Origins(PublicOrigin.parse("http://localhost:8080"), List.of());
        assertTrue(local.allow(Headers.NONE));
        assertTrue(local.allow(Headers.NONE.with("origin", "http://localhost:1")));
        assertFalse(local.allow(Headers.NONE.with("Origin", "http://localhost:1").with("Origin",
                "http://localhost:1")));
    }
}
