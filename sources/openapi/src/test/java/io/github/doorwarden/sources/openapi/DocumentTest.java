package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.Tool;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DocumentTest {

    private final Upstream upstream = new Upstream(UpstreamSettings.of("The API", URI.create("http://127.0.0.1:1")),
            Credentials.none());

    @AfterEach
    void close() {
        upstream.close();
    }

    private OpenApiSource source(Path document, String... operations) {
        var tools = new LinkedHashMap<String, ToolSettings>();
        for (var operation : operations) {
            tools.put(operation.replaceAll("[^A-Za-z0-9_-]+", "_"), ToolSettings.of(operation));
        }
        return new OpenApiSource("api", new OpenApiSettings(document, tools), upstream, InstantSource.system());
    }

    private Tool only(String document, String operation) throws Exception {
        var source = source(Backend.document(document), operation);
        assertEquals(1, source.things().tools().size(), source.warnings().toString());
        return source.things().tools().getFirst();
    }

    private static ObjectNode input(Tool tool) {
        return tool.spec().inputSchema();
    }

    /// The rules of the strictest clients.
    private static void lint(JsonNode schema, String where) {
        for (var keyword : List.of("$ref", "oneOf", "anyOf", "allOf", "not", "nullable", "discriminator", "xml",
                "example")) {
            assertFalse(schema.has(keyword), where + " has " + keyword);
        }
        for (var property : schema.path("properties").properties()) {
            assertTrue(property.getKey().matches("[A-Za-z0-9_.-]{1,64}"), where + "/" + property.getKey());
            lint(property.getValue(), where + "/" + property.getKey());
        }
        lint2(schema.path("items"), where + "/items");
        lint2(schema.path("additionalProperties"), where + "/*");
    }

    private static void lint2(JsonNode schema, String where) {
        if (schema.isObject()) {
            lint(schema, where);
        }
    }

    @Test
    void nothingIsExposedUntilItIsNamed() throws Exception {
        assertEquals(List.of(), source(Backend.document("things.yaml")).things().tools());
    }

    @Test
    void oneOperationThatCannotBeConvertedLeavesTheOthers() throws Exception {
        var source = source(Backend.document("nasty.yaml"), "tree", "merged", "pet", "either", "GET /no/operation/id",
                "matrix", "cookie",
                "optionalCookie", "outside", "upload", "circle", "dangling", "hole", "climbing", "percent",
                "explosion", "crowd");
        assertEquals(List.of("tree", "merged", "pet", "either", "GET_no_operation_id", "optionalCookie", "upload",
                "explosion", "crowd"), source.things().tools().stream().map(tool -> tool.spec().name()).toList());
        for (var unusable : List.of("matrix", "/cookie", "/outside", "circle", "not in the document", "{x}",
                "climbs", "write %25")) {
            assertTrue(source.warnings().stream().anyMatch(warning -> warning.contains(unusable)), unusable
                    + source.warnings());
        }
        for (var tool : source.things().tools()) {
            lint(input(tool), tool.spec().name());
            assertEquals("object", input(tool).path("type").asString());
            assertFalse(input(tool).path("additionalProperties").asBoolean(true));
            tool.spec().outputSchema().ifPresent(schema -> lint(schema, tool.spec().name() + " out"));
        }
        assertTrue(source.warnings().stream().anyMatch(warning -> warning.contains("merged has no description")));
    }

    /// One that its dialect forbids would make the whole schema unusable, and with it the start.
    @Test
    void aBoundThatIsNoneIsLeftOut() throws Exception {
        var bounds = input(only("nasty.yaml", "bounds"));
        assertEquals(Backend.json("{'a':{'type':'string','pattern':'^a'},'b':{'type':'number','maximum':9},"
                + "'7':{'type':'array','minItems':1,'items':{'required':['again'],'properties':{'again':{'description':"
                + "'The same structure again, nested; left out here.'}}}}}"), bounds.path("properties"));
    }

    @Test
    void recursionIsCutWithAStub() throws Exception {
        var tree = only("nasty.yaml", "tree");
        assertEquals(Backend.json("{'type':'array','items':{'type':'object',"
                + "'description':'The same structure again, nested; left out "
                + "here.'}}"), input(tree).at("/properties/children"));
        assertTrue(tree.spec().outputSchema().isPresent());
    }

    @Test
    void combinatorsBecomePlainObjects() throws Exception {
        var merged = input(only("nasty.yaml", "merged"));
        assertEquals(Backend.json("{'name':{'type':'string'},'size':{'type':['integer','null'],'exclusiveMinimum':0}}"),
                merged.path("properties"));
        assertEquals("[\"name\",\"size\"]", merged.path("required").toString());
        var pet = input(only("nasty.yaml", "pet"));
        assertEquals(Backend.json("{'kind':{'type':'string','enum':['cat','dog']},'lives':{'type':'integer'},"
                + "'tricks':{'type':'array','items':{'type':'string'}}}"), pet.path("properties"));
        assertEquals("[\"kind\"]", pet.path("required").toString());
        assertEquals(Backend.json("{'a':{'type':['string','null']},'b':{'type':['integer','string']},"
                + "'c':{'enum':['x']},"
                + "'d':{'type':'string'}}"), input(only("nasty.yaml", "either")).path("properties"));
    }

    @Test
    @Covers("SV-7")
    void namesThatCollideOrThatClientsRefuseAreChanged() throws Exception {
        assertEquals(List.of("id_query", "id_header", "id_query_2", "id_body", "a_b"),
                List.copyOf(input(only("nasty.yaml", "crowd")).path("properties").propertyNames()));
        assertEquals(List.of("id_path", "id_body", "name", "secret", "owner"),
                List.copyOf(input(only("things.yaml", "replaceThing")).path("properties").propertyNames()));
        assertEquals(List.of("status", "filter_kind", "tags", "codes", "range", "where", "limit", "X-Tenant"),
                List.copyOf(input(only("things.yaml", "listThings")).path("properties").propertyNames()));
    }

    @Test
    void whatTheOldDialectSaysIsSaidInTheNew() throws Exception {
        var list = input(only("things.yaml", "listThings"));
        assertEquals(Backend.json("{'type':'integer','maximum':100,'exclusiveMinimum':1}"),
                list.at("/properties/limit"));
        var create = input(only("things.yaml", "createThing"));
        assertEquals(Backend.json("{'type':['string','null'],'maxLength':40}"), create.at("/properties/name"));
        assertFalse(create.path("properties").has("created"), "read-only");
        assertEquals("[\"id\",\"name\"]", create.path("required").toString());
    }

    @Test
    void anAnswerThatIsDescribedHasASchemaThatRealAnswersFit() throws Exception {
        var schema = only("things.yaml", "listThings").spec().outputSchema().orElseThrow();
        assertEquals("object", schema.path("type").asString());
        assertFalse(schema.toString().contains("required"), schema.toString());
        assertFalse(schema.toString().contains("secret"), "write-only");
        assertEquals("[\"string\",\"null\"]", schema.at("/properties/items/items/properties/id/type").toString());
        assertEquals(Backend.json("{'type':'object','properties':{'items':"
                + "{'type':'array','items':{'type':['string','null']}}}}"),
                only("things.yaml", "bulk").spec().outputSchema().orElseThrow());
        assertTrue(only("things.yaml", "getThing").spec().outputSchema().isEmpty());
    }

    @Test
    void annotationsFollowTheMethod() throws Exception {
        assertEquals(Backend.json("{'readOnlyHint':true,'openWorldHint':false}"), only("things.yaml", "getThing")
                .spec().annotations());
        assertTrue(only("things.yaml", "getThing").spec().readOnly());
        assertEquals(Backend.json("{'readOnlyHint':false,'destructiveHint':true,"
                + "'idempotentHint':true,'openWorldHint':false}"),
                only("things.yaml", "deleteThing").spec().annotations());
        assertEquals(Backend.json("{'readOnlyHint':false,'destructiveHint':false,"
                + "'idempotentHint':false,'openWorldHint':false}"),
                only("things.yaml", "createThing").spec().annotations());
        assertFalse(only("things.yaml", "createThing").spec().readOnly());
        assertEquals(Set.of("pass"), only("things.yaml", "login").spec().secretArguments());
    }

    @Test
    void anOperationThatIsNotThereStopsTheStartAndNamesTheNearest() throws Exception {
        var document = Backend.document("things.yaml");
        var byId = assertThrows(IllegalArgumentException.class, () -> source(document, "listThing")).getMessage();
        assertTrue(byId.contains("The nearest are: listThings,"), byId);
        var byAddress = assertThrows(IllegalArgumentException.class, () -> source(document, "GET /thing/{id}"))
                .getMessage();
        assertTrue(byAddress.contains("The nearest are: GET /things/{id},"), byAddress);
        var nasty = Backend.document("nasty.yaml");
        var twice = assertThrows(IllegalArgumentException.class, () -> source(nasty, "twice")).getMessage();
        assertTrue(twice.contains("GET /twice, POST /twice"), twice);
    }

    @Test
    void documentsThatCannotBeUsedAreRefusedWithARemedy(@TempDir Path folder) throws Exception {
        for (var broken : List.of("{\"openapi\":", "openapi: [", "[]", "", "just text", "openapi: 4.0.0",
                "{\"openapi\":\"3.2.0\"}",
                "[".repeat(200_000), "a: &a [*a]", "{\"a\":".repeat(100_000))) {
            var file = Files.writeString(folder.resolve("broken"), broken);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> source(file), broken.substring(0, Math.min(20,
                    broken.length()))).getMessage().contains("broken"));
        }
        assertThrows(IllegalArgumentException.class, () -> source(folder.resolve("absent.yaml")));
        var huge = folder.resolve("huge.json");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(Limits.DOCUMENT_BYTES + 1L);
        }
        assertTrue(assertThrows(IllegalArgumentException.class, () -> source(huge)).getMessage().contains("16 MiB"));
    }

    @Test
    void fiveHundredOperationsLoadAlsoFromALargeYaml(@TempDir Path folder) throws Exception {
        var yaml = new StringBuilder("openapi: 3.0.0\ninfo: {title: Many, version: '1'}\npaths:\n");
        for (var i = 0; i < 500; i++) {
            yaml.append("  /r").append(i).append(":\n    get:\n      operationId: op").append(i)
                    .append("\n      description: >\n        ")
                    .append("words ".repeat(1_300)).append("\n      responses: {'200': {description: ok}}\n");
        }
        var file = Files.writeString(folder.resolve("many.yaml"), yaml);
        assertTrue(Files.size(file) > 3 * 1024 * 1024, "above the YAML library's own limit");
        var tools = new LinkedHashMap<String, ToolSettings>();
        for (var i = 0; i < 500; i++) {
            tools.put("op" + i, ToolSettings.of("op" + i));
        }
        var source = new OpenApiSource("api", new OpenApiSettings(file, tools), upstream, InstantSource.system());
        assertEquals(500, source.things().tools().size());
        assertEquals(List.copyOf(tools.keySet()), source.things().tools().stream().map(tool -> tool.spec().name())
                .toList());
        assertTrue(source.things().tools().getFirst().spec().description()
                .length() <= Limits.TOOL_DESCRIPTION_CHARACTERS);
    }

    @Test
    void aLongNameIsAWarning() throws Exception {
        var source = new OpenApiSource("api", new OpenApiSettings(Backend.document("things.yaml"),
                Map.of("x".repeat(46), ToolSettings.of("getThing"))), upstream, InstantSource.system());
        assertTrue(source.warnings().getFirst().contains("longer than 45"), source.warnings().toString());
    }
}
