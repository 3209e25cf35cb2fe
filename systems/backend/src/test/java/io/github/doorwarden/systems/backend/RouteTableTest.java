package io.github.doorwarden.systems.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private record Route(String method, String template) implements RouteTable.Line {

        @Override
        public Optional<Map<String, String>> match(String rawPath) {
            return rawPath.matches(template.replace("{id}", "[^/]+")) ? Optional.of(Map.of("id", rawPath.substring(
                    rawPath.lastIndexOf('/') + 1))) : Optional.empty();
        }
    }

    private final RouteTable<Route> table = new RouteTable<>(List.of(new Route("GET", "/notes/recent"), new Route("GET",
            "/notes/{id}"), new Route("PUT", "/notes/{id}")));

    private Problem refused(String method, String path) {
        return assertThrows(Refused.class, () -> table.find(method, path)).why();
    }

    @Test
    void theMethodChoosesAmongTheRoutesOfAPath() {
        assertEquals(new RouteTable.Match<>(new Route("PUT", "/notes/{id}"), Map.of("id", "7")), table.find("PUT",
                "/notes/7"));
        assertEquals(404, refused("GET", "/tasks/7").status());
        var wrong = refused("DELETE", "/notes/7");
        assertEquals(405, wrong.status());
        assertEquals("GET, PUT", wrong.more().get("allow"));
    }

    @Test
    void aLiteralRouteHidesTheOneWithAVariable() {
        assertEquals("/notes/recent", table.find("GET", "/notes/recent").route().template());
        assertEquals("GET", refused("PUT", "/notes/recent").more().get("allow"));
    }

    @Test
    void aBodyIsOneObjectAndNothingElse() {
        assertEquals(1, Json.object("{\"a\":1}".getBytes(StandardCharsets.UTF_8)).path("a").asInt());
        for (var body : List.of("", "[]", "1", "null", "{\"a\":1", "{\"a\":1} {}", "{\"a\":1,\"a\":2}", "\0")) {
            assertEquals(422, assertThrows(Refused.class, () -> Json.object(body.getBytes(StandardCharsets.UTF_8)))
                    .why().status(), body);
        }
    }
}
