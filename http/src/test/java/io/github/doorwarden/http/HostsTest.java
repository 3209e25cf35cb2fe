package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostsTest {

    private static String get(String path, String host) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    @Test
    @Covers("T29")
    void reboundNamesAreRefusedOnEveryPathButHealth() {
        try (var server = Fixture.start()) {
            for (var path : List.of("/page", "/metadata", "/unknown")) {
                var answer = server.ask(get(path, "evil.example:" + server.port()));
                assertEquals(403, answer.status(), path);
                assertTrue(answer.body().contains("http://127.0.0.1:" + server.port()), "names the configured origin: "
                        + answer.body());
                assertFalse(answer.body().contains("evil"));
            }
            assertEquals(403, server.ask("OPTIONS /mcp HTTP/1.1\r\nHost: evil.example\r\n\r\n").status());
            assertEquals(200, server.ask(get("/health", "10.0.0.7")).status());
            assertEquals(403, server.ask("GET /page HTTP/1.0\r\n\r\n").status());
            for (var name : List.of("localhost", "LOCALHOST", "127.0.0.1", "[::1]")) {
                assertEquals(200, server.ask(get("/page", name + ":" + server.port())).status(), name);
            }
        }
    }

    @Test
    void aProxyPassesThePublicNameOn() {
        var settings = HttpSettings.local().withPublicOrigin(PublicOrigin.parse("https://mcp.example.com"));
        try (var server = new Fixture(settings)) {
            for (var name : List.of("mcp.example.com", "mcp.example.com:443", "MCP.Example.com", "127.0.0.1:"
                    + server.port())) {
                var answer = server.ask(get("/page", name));
                assertEquals(200, answer.status(), name);
                assertEquals("max-age=31536000", answer.header("Strict-Transport-Security"));
            }
            for (var name : List.of("mcp.example.com:80", "mcp.example.com.", "example.com", "a.mcp.example.com",
                    "127.0.0.1")) {
                assertEquals(403, server.ask(get("/page", name)).status(), name);
            }
        }
    }

    @Test
    void loopbackNamesAreNotAllowedOnAPublicAddress() {
        var hosts = new Hosts(PublicOrigin.parse("https://mcp.example.com"), false, 8080);
        assertTrue(hosts.allow("mcp.example.com"));
        assertFalse(hosts.allow("localhost:8080"));
        assertFalse(hosts.allow(null));
        assertTrue(new Hosts(PublicOrigin.parse("http://localhost:8080"), false, 8080).allow("127.0.0.1:8080"));
    }

    @Test
    void originsOfTheConfiguration() {
        assertEquals("https://mcp.example.com", PublicOrigin.parse("https://MCP.example.com:443/").toString());
        assertEquals("http://[::1]:8080/mcp", PublicOrigin.parse("http://[::1]:8080").url("/mcp"));
        assertTrue(PublicOrigin.parse("http://[::1]:8080").isLoopback());
        for (var bad : List.of("mcp.example.com", "ftp://a", "https://", "https://a/b", "https://a?b", "https://a#b",
                "https://u@a", "https://a:0",
                "https://a:70000", "https://a b", "")) {
            var refused = assertThrows(IllegalArgumentException.class, () -> PublicOrigin.parse(bad), bad);
            assertTrue(refused.getMessage().contains("https://mcp.example.com"), "says how to write it");
        }
    }

    @Test
    @Covers("RS-6")
    void aPublicAddressNeedsAPublicOrigin() {
        var refused = assertThrows(IllegalArgumentException.class,
                () -> new HttpSettings("0.0.0.0", 8080, Optional.empty(), List.of(), Limits.STANDARD));
        assertTrue(refused.getMessage().contains("public origin"));
    }
}
