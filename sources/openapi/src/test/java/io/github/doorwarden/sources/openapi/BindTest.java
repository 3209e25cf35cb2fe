package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.StringNode;

/// Arguments that the proven caller gives, wherever they go, and nobody else can.
class BindTest {

    @TempDir
    private Path folder;

    private static final Caller ADA = TestCallers.member("acme", "ada");

    private static ParameterSettings bound(CallerValue value) {
        return new ParameterSettings(null, null, false, null, null, null, false, Optional.of(value));
    }

    private static Map<String, ToolSettings> tools() {
        var tools = new LinkedHashMap<String, ToolSettings>();
        tools.put("list", ToolSettings.of("listThings").withParameters(Map.of("X-Tenant", bound(CallerValue.TENANT),
                "status", bound(CallerValue.EMAIL))));
        tools.put("get", ToolSettings.of("getThing").withParameters(Map.of("id", bound(CallerValue.SUBJECT))));
        tools.put("create", ToolSettings.of("createThing").withParameters(Map.of("name", bound(CallerValue.TENANT))));
        return tools;
    }

    @Test
    void theCallerFillsPathQueryHeaderAndBody_AndTheSchemaHasNoneOfThem() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var source = backend.source(Backend.document("things.yaml"), tools());
            Backend.call(source, "list", ADA, "{'limit':1}");
            assertEquals("GET /v1/things?status=ada%40example.com&limit=1", backend.asked.getLast().line());
            assertEquals(List.of("acme"), backend.asked.getLast().headers().get("X-tenant"));
            Backend.call(source, "get", ADA, "{}");
            assertEquals("GET /v1/things/ada", backend.asked.getLast().line());
            Backend.call(source, "create", ADA, "{'id':'1'}");
            assertEquals("POST /v1/things {\"id\":\"1\",\"name\":\"acme\"}", backend.asked.getLast().line());
            for (var tool : source.things().tools()) {
                var schema = tool.spec().inputSchema();
                for (var hidden : List.of("X-Tenant", "status")) {
                    assertFalse(schema.path("properties").has(hidden), tool.spec().name());
                }
                assertFalse(schema.path("required").toString().contains("name"));
                assertFalse(schema.path("additionalProperties").asBoolean(true), "so a forged one does not fit");
            }
        }
    }

    @Test
    void whoGivesThemIsRefused_AndWhoHasNoneIsToldSo() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var source = backend.source(Backend.document("things.yaml"), tools());
            for (var forged : List.of("{'X-Tenant':'theirs'}", "{'status':'eve@example.com'}", "{'status':null}")) {
                var result = Backend.call(source, "list", ADA, forged);
                assertTrue(result.isError() && Backend.text(result).contains("is taken from who calls"), forged);
            }
            var alone = Backend.call(source, "create", TestCallers.user("bob"), "{'id':'1'}");
            assertTrue(alone.isError() && Backend.text(alone).contains("organisation"), Backend.text(alone));
            assertTrue(Backend.call(source, "get", Caller.anonymous(), "{}").isError());
            assertEquals(List.of(), backend.asked);
        }
    }

    @Test
    void noCallerLeavesThePathOrEndsAHeader() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var source = backend.source(Backend.document("things.yaml"), tools());
            for (var hostile : List.of("..", ".", "../admin", "%2e%2e", "x\r\ny", "..;x")) {
                var result = Backend.call(source, "get", TestCallers.user(hostile), "{}");
                assertTrue(result.isError() && Backend.text(result).contains("id"), hostile);
            }
            for (var hostile : List.of("t\r\nAuthorization: Bearer stolen", "t\ny", "t\u560d\u560ay")) {
                assertTrue(Backend.call(source, "list", TestCallers.member(hostile, "ada"), "{}").isError(), hostile);
            }
            assertEquals(List.of(), backend.asked);
        }
    }

    @Test
    void aValueFromTheCallerAndOneFromTheConfigurationExcludeEachOther() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var both = new ParameterSettings(null, null, false, Optional.of(StringNode.valueOf("x")), null, null, false,
                    Optional.of(CallerValue.TENANT));
            assertThrows(IllegalArgumentException.class, () -> backend.source(Backend.document("things.yaml"), Map.of(
                    "t", ToolSettings.of("getThing").withParameters(Map.of("id", both)))));
        }
    }

    /// `style: form, explode: true`, the default of an object in the query, writes its members as parameters.
    @Test
    void anObjectInTheQueryCannotNameWhatTheCallerIsBoundTo() throws Exception {
        var file = folder.resolve("filtered.json");
        Files.writeString(file, """
                {"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/things":{"get":{"operationId":"list",
                  "summary":"Lists.","parameters":[
                    {"name":"tenant","in":"query","schema":{"type":"string"}},
                    {"name":"only","in":"query","schema":{"type":"string"}},
                    {"name":"filter","in":"query","schema":{"type":"object"}}],
                  "responses":{"200":{"description":"d"}}}}}}
                """);
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var source = backend.source(file, Map.of("list", ToolSettings.of("list").withParameters(Map.of("tenant",
                    bound(CallerValue.TENANT), "only", new ParameterSettings(null, null, false,
                    Optional.of(StringNode.valueOf("mine")), null, null, false, null)))));
            Backend.call(source, "list", ADA, "{'filter':{'colour':'red'}}");
            assertEquals("GET /v1/things?tenant=acme&only=mine&colour=red", backend.asked.getLast().line());
            for (var name : List.of("tenant", "Tenant", "tenant[]", "tenant.x", " tenant", "tenant[0]", "only")) {
                var before = backend.asked.size();
                var answer = Backend.call(source, "list", ADA, "{'filter':{'" + name + "':'globex'}}");
                assertTrue(answer.isError(), name);
                assertEquals(before, backend.asked.size(), name);
            }
        }
    }
}
