package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.sources.openapi.Origin.DeclaredOperation;
import io.github.doorwarden.sources.openapi.Origin.DeclaredParameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/// Arguments that are made of what clients give for others: a query with a bounded part, a body of another form.
class ComputedTest {

    private static ParameterSettings computed(String expression) {
        return new ParameterSettings(null, null, false, null, null, null, false, null, Optional.of(expression));
    }

    private static ParameterSettings preset(String value) {
        return new ParameterSettings(null, null, false, null, Optional.of(StringNode.valueOf(value)), null, false,
                null);
    }

    private static OpenApiSource source(Backend backend) {
        var window = new DeclaredParameter("none", Backend.json("{'type':'string','enum':['5m','1h']}"), false);
        var query = new DeclaredParameter("query", Backend.json("{'type':'string'}"), true);
        var minutes = new DeclaredParameter("none", Backend.json("{'type':'integer','minimum':1}"), true);
        var operations = new LinkedHashMap<String, DeclaredOperation>();
        operations.put("rate", new DeclaredOperation("GET", "/query", Map.of("window", window, "query", query),
                Optional.empty()));
        operations.put("silence", new DeclaredOperation("POST", "/silences", Map.of("minutes", minutes), Optional.of(
                Backend.json("{'type':'object','required':['ends','names','by'],'properties':{'ends':{'type':"
                + "'integer'},'names':{'type':'array','items':{'type':'string'}},'by':{'type':'string'},'note':"
                + "{'type':'string'}}}"))));
        var tools = new LinkedHashMap<String, ToolSettings>();
        tools.put("rate", ToolSettings.of("rate").withParameters(Map.of("window", preset("1h"), "query",
                computed("\"rate(requests[\" & window & \"])\""))));
        tools.put("silence", ToolSettings.of("silence").withParameters(Map.of("ends", computed("minutes * 60"),
                "names", computed("[note, \"all\"]"), "by", new ParameterSettings(null, null, false, null, null, null,
                false, Optional.of(CallerValue.SUBJECT)))));
        return backend.source(new OpenApiSettings(new Origin.Declared(operations), Selection.NOTHING, tools,
                Optional.empty()), settings -> settings);
    }

    @Test
    void theyAreMadeOfWhatIsGiven_AndNotAskedFor() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var source = source(backend);
            var ada = TestCallers.user("ada");
            Backend.call(source, "rate", ada, "{'window':'5m'}");
            assertEquals("GET /v1/query?query=rate%28requests%5B5m%5D%29", backend.asked.getLast().line());
            Backend.call(source, "rate", ada, "{}");
            assertEquals("GET /v1/query?query=rate%28requests%5B1h%5D%29", backend.asked.getLast().line());
            Backend.call(source, "silence", ada, "{'minutes':2,'note':'n'}");
            assertEquals(Backend.json("{'ends':120,'names':['n','all'],'by':'ada','note':'n'}"), Backend.json(
                    backend.asked.getLast().body()));
            for (var tool : source.things().tools()) {
                for (var hidden : List.of("query", "ends", "names", "by")) {
                    assertFalse(tool.spec().inputSchema().path("properties").has(hidden), hidden);
                    assertFalse(tool.spec().inputSchema().path("required").toString().contains(hidden), hidden);
                }
            }
        }
    }

    @Test
    void nobodyGivesThemInAnotherWay() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            Backend.call(source(backend), "rate", TestCallers.user("ada"), "{'query':'secrets'}");
            assertEquals("GET /v1/query?query=rate%28requests%5B1h%5D%29", backend.asked.getLast().line());
        }
    }

    @Test
    void whatCannotBeComputedIsNotSent() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var failing = backend.source(Backend.document("things.yaml"), Map.of("list", ToolSettings.of("listThings")
                    .withParameters(Map.of("status", computed("$number(filter_kind)")))));
            var refused = Backend.call(failing, "list", TestCallers.user("ada"), "{'filter_kind':'none'}");
            assertTrue(refused.isError() && Backend.text(refused).contains("status, which is computed"),
                    Backend.text(refused));
            assertEquals(List.of(), backend.asked);
            Backend.call(failing, "list", TestCallers.user("ada"), "{'filter_kind':'7'}");
            assertTrue(backend.asked.getLast().line().contains("status=7"), backend.asked.getLast().line());
        }
    }

    @Test
    void whatCannotBeIsRefusedAtTheStart() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var both = new ParameterSettings(null, null, false, Optional.of(StringNode.valueOf("x")), null, null,
                    false, null, Optional.of("1"));
            for (var wrong : List.of(both, computed("(1"))) {
                assertThrows(IllegalArgumentException.class, () -> backend.source(Backend.document("things.yaml"),
                        Map.of("list", ToolSettings.of("listThings").withParameters(Map.of("status", wrong)))));
            }
        }
    }
}
