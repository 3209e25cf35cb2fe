package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.tidy.Covers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

class RequestsTest {

    private static Backend ok() throws Exception {
        return Backend.saying(200, "application/json", "{}");
    }

    private static ParameterSettings parameter(String rename, boolean hide, JsonNode fixed, JsonNode preset) {
        return new ParameterSettings(Optional.ofNullable(rename), null, hide, Optional.ofNullable(fixed),
                Optional.ofNullable(preset), null, false, null);
    }

    @Test
    void everyArgumentGoesWhereTheDocumentSays() throws Exception {
        try (var backend = ok()) {
            backend.call(ToolSettings.of("listThings"),
                    "{'status':'live','filter_kind':'a&b=c','tags':['x y','z'],'codes':[1,2],"
                    + "'range':{'from':3},'where':{'a':1},'limit':5,'X-Tenant':'t1'}");
            var asked = backend.asked.getFirst();
            assertEquals("GET /v1/things?status=live&filter%5Bkind%5D=a%26b%3Dc&tags=x%20y&tags=z&codes=1%7C2"
                    + "&range%5Bfrom%5D=3"
                    + "&where=%7B%22a%22%3A1%7D&limit=5", asked.line());
            assertEquals(List.of("t1"), asked.headers().get("X-tenant"));
            backend.call(ToolSettings.of("replaceThing"),
                    "{'id_path':'a/b ü','id_body':'t-1','name':null,'owner':{'name':'n'}}");
            assertEquals("PUT /v1/things/a%2Fb%20%C3%BC {\"id\":\"t-1\",\"name\":null,\"owner\":{\"name\":\"n\"}}",
                    backend.asked.get(1).line());
            backend.call(ToolSettings.of("bulk"), "{'body':[1,2]}");
            assertEquals("POST /v1/list [1,2]", backend.asked.get(2).line());
            backend.call(ToolSettings.of("bulk"), "{}");
            assertEquals("POST /v1/list", backend.asked.get(3).line());
            backend.call(ToolSettings.of("login"), "{'user':'a&b','pass':'p w'}");
            assertEquals("POST /v1/login user=a%26b&pass=p%20w", backend.asked.get(4).line());
        }
    }

    @Test
    void noValueLeavesThePathOfItsOperation() throws Exception {
        try (var backend = ok(); var encoded = ok()) {
            for (var value : List.of("..", ".", "", "../admin", "..%2fadmin", "%2e%2e", "%252e%252e", "%2E.", "a/../b",
                    "a\\\\..\\\\b",
                    "..;x", "%zz/%2e%2e", "..%00", "x\\r\\ny", "x\\ny", "x\\u0000", "/..", "../", "%25252e%25252e/x")) {
                var result = backend.call(ToolSettings.of("getThing"), "{'id':'" + value + "'}");
                assertTrue(result.isError() && Backend.text(result).contains("id"), value);
            }
            assertTrue(backend.call(ToolSettings.of("pair"), "{'a':'.','b':'.'}").isError());
            assertTrue(backend.call(ToolSettings.of("pair"), "{'a':'%2','b':'e%2e'}").isError());
            assertEquals(List.of(), backend.asked);
            for (var value : List.of("...", "a..b", "100%", "a?b#c", "a/b", "anna@example.org", "..a", "{id}",
                    "http://evil.example/")) {
                assertFalse(encoded.call(ToolSettings.of("getThing"), "{'id':'" + value + "'}").isError(), value);
                var target = encoded.asked.getLast().target();
                assertTrue(target.matches("/v1/things/[A-Za-z0-9._~%-]+"), target);
            }
        }
    }

    @Test
    @Covers("T5")
    void noArgumentBecomesACredentialOrASecondHeader() throws Exception {
        try (var backend = ok()) {
            for (var value : List.of("t\\r\\nAuthorization: Bearer stolen", "t\\nX: y", "t\\ry", "t\\u560d\\u560ay")) {
                var result = backend.call(ToolSettings.of("listThings"), "{'X-Tenant':'" + value + "'}");
                assertTrue(result.isError(), value);
            }
            assertEquals(List.of(), backend.asked);
            backend.call(ToolSettings.of("listThings"), "{'status':'a\\r\\nb','Authorization':'Bearer stolen'}");
            var asked = backend.asked.getFirst();
            assertEquals("/v1/things?status=a%0D%0Ab", asked.target());
            assertEquals(List.of("Bearer the-gateways-own"), asked.headers().get("Authorization"));
            assertFalse(asked.toString().toLowerCase(Locale.ROOT).contains("stolen"));
            assertEquals(List.of("trial"), asked.headers().get("X-request-id"));
        }
    }

    @Test
    void parametersAreRenamedHiddenFixedAndGivenDefaults() throws Exception {
        try (var backend = ok()) {
            var settings = ToolSettings.of("listThings").withParameters(Map.of(
                    "filter_kind", parameter("kind", false, null, StringNode.valueOf("red")),
                    "status", new ParameterSettings(null, Optional.of("Which"), false, null, null,
                            List.of(StringNode.valueOf("live")), true, null),
                    "X-Tenant", parameter(null, false, StringNode.valueOf("ours"), null),
                    "tags", parameter(null, true, null, null), "where", parameter(null, true, null,
                            Backend.json("{'a':2}"))));
            var source = backend.source("things.yaml", Map.of("tool", settings), each -> each);
            var properties = source.things().tools().getFirst().spec().inputSchema().path("properties");
            assertEquals(List.of("status", "kind", "codes", "range", "limit"), List.copyOf(properties.propertyNames()));
            assertEquals(Backend.json(
                    "{'type':'string','enum':['live'],'description':'Which','format':'password'}"),
                    properties.path("status"));
            assertEquals(Set.of("status"), source.things().tools().getFirst().spec().secretArguments());
            assertEquals("red", properties.path("kind").path("default").asString());
            Backend.call(source, "{'X-Tenant':'theirs','tags':['x'],'where':{'a':9}}");
            assertEquals("/v1/things?filter%5Bkind%5D=red&where=%7B%22a%22%3A2%7D", backend.asked.getFirst().target());
            assertEquals(List.of("ours"), backend.asked.getFirst().headers().get("X-tenant"));
        }
    }

    @Test
    void changesThatCannotBeAreRefused() throws Exception {
        try (var backend = ok()) {
            for (var wrong : List.of(Map.of("nope", parameter("x", false, null, null)), Map.of("id", parameter(null,
                    true, null, null)),
                    Map.of("id", parameter("a b", false, null, null)))) {
                var settings = ToolSettings.of("getThing").withParameters(wrong);
                assertThrows(IllegalArgumentException.class,
                        () -> backend.source("things.yaml", Map.of("tool", settings), each -> each));
            }
            var twice = ToolSettings.of("listThings").withParameters(Map.of("status", parameter("limit", false, null,
                    null)));
            assertThrows(IllegalArgumentException.class, () -> backend.source("things.yaml", Map.of("tool", twice),
                    each -> each));
        }
    }
}
