package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SegmentTest {

    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(HttpSettings.local(), List.of(
                Route.post("/mcp/tool/{name}", 100, Route.Cors.MCP, in -> Reply.text(200, "tool " + in.segment())),
                Route.get("/mcp/tool/list", Route.Cors.NONE, in -> Reply.text(200, "list" + in.segment())),
                Route.get("/{page}", Route.Cors.NONE, in -> Reply.text(200, "page " + in.segment()))));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Wire.Answer ask(String method, String path) {
        return Wire.ask(server.port(), method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                + "\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void oneSegmentIsDecoded() {
        for (var name : List.of("search", "a.b", "...", "a;b", "a+b", "ä€𝄞", "a b", "{name}", "~-_.!$&'()*,=:@")) {
            var raw = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
            assertEquals("tool " + name, ask("POST", "/mcp/tool/" + raw).body(), name);
        }
        assertEquals("tool a;b+c:@!", ask("POST", "/mcp/tool/a;b+c:@!").body());
        assertEquals("page x", ask("GET", "/x?tool=1").body());
    }

    @Test
    void exactRowsWinAndMoreOrLessThanASegmentIsNothing() {
        assertEquals("list", ask("GET", "/mcp/tool/list").body());
        assertEquals(405, ask("POST", "/mcp/tool/list").status());
        assertEquals("OPTIONS, POST", ask("GET", "/mcp/tool/x").header("Allow"));
        for (var path : List.of("/mcp/tool/", "/mcp/tool/a/", "/mcp/tool/a/b", "/mcp/tool", "/mcp/Tool/a", "/")) {
            assertEquals(404, ask("POST", path).status(), path);
        }
    }

    @Test
    void whatIsNoCleanSegmentIs400() {
        for (var raw : List.of("%", "%4", "%zz", "%ff", "%c3", "%c0%af", "%ed%a0%80", "%00", "%0a", "a%7f", "%2f",
                "a%2Fb",
                "%5c", ".", "..", "%2e", "%2E%2e", ".%2e")) {
            var status = ask("POST", "/mcp/tool/" + raw).status();
            assertTrue(status == 400 || status == 404, raw + " " + status);
            assertNull(Segment.decoded(raw), raw);
        }
        assertTrue(ask("POST", "/mcp/tool/a%c2%85").body().contains("malformed_path"), "what Jetty lets through");
        assertEquals("%2e", Segment.decoded("%252e"), "decoded once");
        assertEquals(400, ask("POST", "/mcp/tool/%252e").status(), "and the engine does not even take it");
    }

    @Test
    void aVariableIsTheWholeLastSegmentAndThereIsOne() {
        Route.Handler none = in -> Reply.empty(200);
        for (var path : List.of("/{a}/b", "/a{b}", "/{b}c", "/{}", "/a/{b", "/a/b}", "/{a}{b}", "/{a/b}")) {
            assertThrows(IllegalArgumentException.class, () -> Route.get(path, Route.Cors.NONE, none), path);
        }
        assertThrows(IllegalArgumentException.class, () -> new Routes(List.of(
                Route.get("/a/{b}", Route.Cors.NONE, none), Route.post("/a/{c}", 1, Route.Cors.NONE, none))));
    }
}
