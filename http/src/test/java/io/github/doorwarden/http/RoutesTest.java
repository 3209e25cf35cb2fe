package io.github.doorwarden.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static Fixture server;

    @BeforeAll
    static void start() {
        server = Fixture.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void unknownPathIs404() {
        var answer = server.ask(server.get("/unknown"));
        assertEquals(404, answer.status());
        assertTrue(answer.body().contains("not_found"));
        assertFalse(answer.body().contains("unknown"), "the request is not repeated");
    }

    @Test
    void getOfAPostOnlyPathIs405WithAllowAtOnce() {
        var answer = server.ask(server.get("/mcp"));
        assertEquals(405, answer.status());
        assertEquals("OPTIONS, POST", answer.header("Allow"));
        assertEquals(405, server.ask("DELETE /mcp HTTP/1.1\r\n" + server.host() + "\r\n").status());
        assertEquals(405, server.ask("post /mcp HTTP/1.1\r\n" + server.host() + "\r\n").status(),
                "methods have a case");
    }

    @Test
    void headIsGetWithoutTheBody() {
        try (var wire = new Wire(server.port())) {
            wire.send("HEAD /metadata HTTP/1.1\r\n" + server.host() + "\r\n" + server.get("/page"));
            var head = wire.readHead();
            assertEquals(200, head.status());
            assertEquals("2", head.header("Content-Length"));
            assertEquals("<p>GET ", wire.read().body(), "no byte of the first body is in between");
        }
    }

    @Test
    void queryIsNotPartOfThePath() {
        assertEquals("<p>GET a=%20b&c", server.ask(server.get("/page?a=%20b&c")).body());
    }

    @Test
    void pathsMatchLiterallyOnly() {
        for (var path : List.of("//page", "/page/", "/Page", "/%70age", "/page;a", "/page;a=b", "/./page",
                "/x/../page", "/page%00",
                "/%2e/page", "/page%2f", "\\page", "*")) {
            var status = server.ask(server.get(path)).status();
            assertTrue(status == 404 || status == 400, path + " " + status);
        }
    }

    @Test
    void contradictingTablesDoNotStart() {
        Route.Handler none = in -> Reply.empty(200);
        assertThrows(IllegalArgumentException.class, () -> new Routes(List.of(
                Route.get("/a", Route.Cors.NONE, none), Route.get("/a", Route.Cors.NONE, none))));
        assertThrows(IllegalArgumentException.class, () -> new Routes(List.of(
                Route.get("/a", Route.Cors.NONE, none), Route.post("/a", 1, Route.Cors.OPEN, none))));
    }

    @Test
    void optionsOfAClosedPathTellsTheMethodsAndNothingElse() {
        var answer = server.ask("OPTIONS /page HTTP/1.1\r\n" + server.host()
                + "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
        assertEquals(204, answer.status());
        assertEquals("GET, HEAD, OPTIONS, POST", answer.header("Allow"));
        assertEquals("", answer.header("Access-Control-Allow-Origin"));
        assertEquals("", answer.header("Access-Control-Allow-Methods"));
    }

    @Test
    void refusedRequestWithABodyDoesNotSpoilTheConnection() {
        try (var wire = new Wire(server.port())) {
            var smuggled = server.get("/page?smuggled");
            assertEquals(404, wire.send(server.post("/unknown", "", smuggled) + server.get("/page?honest")).read()
                    .status());
            assertEquals("<p>GET honest", wire.read().body());
        }
    }

    @Test
    void connectionIsKeptAndRequestsMayBePipelined() {
        try (var wire = new Wire(server.port())) {
            wire.send(server.get("/page?1") + server.post("/mcp", "", "{\"id\":2}") + server.get("/page?3"));
            assertEquals("<p>GET 1", wire.read().body());
            assertEquals("{\"id\":2}", wire.read().body());
            assertEquals("<p>GET 3", wire.read().body());
            assertEquals("<p>GET 4", wire.send(server.get("/page?4")).read().body());
        }
    }

    @Test
    void requestIdsDiffer() {
        var ids = new RequestIds();
        var first = ids.next();
        assertEquals(16, first.length());
        for (var i = 0; i < 1000; i++) {
            assertNotEquals(first, ids.next());
        }
    }
}
