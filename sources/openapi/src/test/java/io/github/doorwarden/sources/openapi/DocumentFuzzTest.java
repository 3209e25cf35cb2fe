package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallLimits;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Fuzzer;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// OpenAPI documents as no generator writes them: each becomes tools that a server can offer and every client takes, or
/// is refused in words.
class DocumentFuzzTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> KEYWORDS = List.of("type", "properties", "required", "items", "allOf", "oneOf",
            "anyOf", "enum", "const", "default", "nullable", "readOnly", "writeOnly", "minimum", "maximum",
            "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "uniqueItems",
            "minProperties", "pattern", "format", "description", "additionalProperties", "discriminator", "$ref", "in",
            "name", "style", "explode", "schema", "content", "parameters", "responses", "operationId", "summary",
            "requestBody", "$id", "$schema", "$defs", "not", "x-mcp-header");
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "-1", "1.5", "1e400", "\"\"", "[]",
            "{}", "\"object\"", "\"array\"", "[\"string\",\"null\"]", "\"null\"", "[\"string\",\"string\"]", "[1,1]",
            "{\"type\":7}", "{\"type\":\"array\"}", "\"(?<\"", "\"[[:alpha:]]\"", "\"^(a+)+$\"", "\"a\\u0000b\"",
            "{\"$ref\":\"#\"}", "{\"$ref\":\"#/components/schemas/Node\"}", "{\"$ref\":\"#/components/parameters/A\"}",
            "{\"$ref\":\"#/paths/~1tree/post\"}", "{\"$ref\":\"https://evil.example/x\"}", "[{\"type\":\"string\"}]",
            "{\"allOf\":[{\"$ref\":\"#/components/schemas/Cat\"},{\"type\":\"object\"}]}", "[null,1,\"a\",{\"b\":[]}]",
            "{\"propertyName\":\"kind\",\"mapping\":{\"x\":1}}", "\"3.0.1\"", "[\"a\",\"a\",7]", "\"password\"",
            "{\"type\":\"string\",\"enum\":[\"a\",\"a\"]}", "{\"enum\":[]}", "\"deepObject\"", "12345678901234567890");
    private static final List<String> YAML = List.of("&a [*a] #", "&a {b: *a} #", "!!int ", "!!str%0a ", "!x ", "*b #",
            "[".repeat(2_000), "{a: ".repeat(4_000), "!!binary ", "? ", "|\n", "0x1f #", "2026-11-26 #", ".inf #");
    private static final List<String> PATHS =
            List.of("/a/{b}", "/a/{b}{c}/x", "/v1/{kind}:undo", "/{a}.json", "/a/%7Bb}",
            "/", "/a/b;x={c}", "/ü/{ä}");
    private static final List<String> ARGUMENTS = List.of("7", "..", ".", "a/b", "%2e%2e", "..;x", "a?b=c", "a#b",
            "\\..\\", "ü", "%252e%252e%252f", "@evil.example", ":8080", "", "a b");

    @TempDir
    Path folder;

    private static Dispatch.Ground ground(Database database, AuditLog audit) {
        var scopes = new Scopes(List.of(new Scopes.Scope("a", "see", Set.of(), true)));
        return new Dispatch.Ground(new Policy(scopes), audit, new Spent(database), Seal.forThisProcess("requestState"),
                Seal.forThisProcess("confirmation"), CallLimits.USUAL, () -> Instant.EPOCH);
    }

    @Test
    void aDocumentBecomesToolsThatCanBeOfferedOrIsRefused() throws Exception {
        var fuzz = new Fuzzer(250);
        var corpus = List.of(Files.readString(Backend.document("nasty.yaml")),
                Files.readString(Backend.document("things.yaml")));
        var served = 0;
        try (var upstream = new Upstream(UpstreamSettings.of("The API", URI.create("http://127.0.0.1:1")),
                Credentials.none()); var database = Database.open(folder.resolve("store.db"));
                var audit = new AuditLog(database)) {
            var ground = ground(database, audit);
            while (fuzz.goesOn()) {
                var text = document(fuzz, fuzz.one(corpus));
                var file = Files.write(folder.resolve("api"), text.getBytes(StandardCharsets.UTF_8));
                try {
                    var source = source(file, upstream);
                    var endpoint = new Endpoint("/mcp", URI.create("https://tools.example/mcp"), source.things(),
                            Set.of(),
                            "");
                    assertDoesNotThrow(() -> new Dispatch(List.of(endpoint), ground), () -> fuzz.said(text));
                    source.things().tools().forEach(tool -> {
                        taken(tool.spec().inputSchema(), 0, () -> fuzz.said(text));
                        tool.spec().outputSchema().ifPresent(schema -> taken(schema, 0, () -> fuzz.said(text)));
                    });
                    source.warnings().forEach(warning -> assertTrue(warning.endsWith(".") && warning.length() < 25_000,
                            () -> fuzz.said(warning)));
                    served += source.things().tools().size();
                } catch (IllegalArgumentException refused) {
                    assertEquals(IllegalArgumentException.class, refused.getClass(), () -> fuzz.said(text));
                    assertTrue(refused.getMessage().contains("document") && refused.getMessage().length() < 2_000,
                            () -> fuzz.said(refused.getMessage() + "\n" + text));
                }
            }
        }
        assertTrue(served > fuzz.rounds(), "hardly any operation becomes a tool any more: " + served);
    }

    private static OpenApiSource source(Path file, Upstream upstream) {
        var tools = new LinkedHashMap<String, ToolSettings>();
        var seen = new HashMap<String, Integer>();
        var operations = Document.read(file, file.getParent()).operations();
        operations.forEach(each -> List.of(each.id(), each.address()).forEach(name ->
                seen.merge(name, 1, Integer::sum)));
        for (var operation : operations) {
            if (seen.get(operation.address()) == 1) {
                tools.put("t" + tools.size(), ToolSettings.of(operation.address(), "a"));
            }
        }
        return new OpenApiSource("api", new OpenApiSettings(file, tools), upstream, InstantSource.system());
    }

    /// The strictest clients' rules: no combinator, no reference, names that they take, an end in depth.
    private static void taken(JsonNode schema, int depth, java.util.function.Supplier<String> said) {
        for (var keyword : List.of("$ref", "oneOf", "anyOf", "allOf", "not", "nullable", "discriminator")) {
            assertFalse(schema.has(keyword), said);
        }
        assertTrue(depth <= Limits.SCHEMA_DEPTHS.getFirst() + 2, said);
        for (var property : schema.path("properties").properties()) {
            assertTrue(depth > 0 || property.getKey().matches("[A-Za-z0-9_.-]{1,64}") || !schema.has(
                    "additionalProperties"), said);
            taken(property.getValue(), depth + 1, said);
        }
        for (var below : List.of(schema.path("items"), schema.path("additionalProperties"))) {
            if (below.isObject()) {
                taken(below, depth + 1, said);
            }
        }
    }

    /// Mostly a document whose tree was changed in a few places, now and then one with flaws in its text.
    private static String document(Fuzzer fuzz, String yaml) {
        if (fuzz.once(5)) {
            var at = yaml.indexOf(": ", fuzz.below(yaml.length() - 40)) + 2;
            return fuzz.once(2) ? fuzz.mutated(yaml) : yaml.substring(0, at) + fuzz.one(YAML) + yaml.substring(at);
        }
        var root = (ObjectNode) new YAMLMapper().readTree(yaml);
        for (var n = fuzz.below(6); n >= 0; n--) {
            change(fuzz, root);
        }
        return fuzz.once(8) ? fuzz.mutated(root.toString()) : root.toString();
    }

    private static void change(Fuzzer fuzz, ObjectNode root) {
        var places = new ArrayList<JsonNode>();
        collect(root, places);
        var value = fuzz.once(3) ? fuzz.one(places).deepCopy() : JSON.readTree(fuzz.one(VALUES));
        switch (fuzz.one(places)) {
            case ObjectNode object when !object.isEmpty() && fuzz.once(2) -> {
                var name = fuzz.one(List.copyOf(object.propertyNames()));
                var was = fuzz.once(4) ? object.remove(name) : object.get(name);
                object.set(fuzz.once(4) ? fuzz.mutated(name) : name, fuzz.once(4) ? was : value);
            }
            case ObjectNode object -> object.set(fuzz.one(KEYWORDS), value);
            case ArrayNode array when !array.isEmpty() && fuzz.once(2) -> array.set(fuzz.below(array.size()), value);
            case ArrayNode array -> array.add(value);
            default -> throw new IllegalStateException("only these are collected");
        }
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isObject() || node.isArray()) {
            places.add(node);
        }
        node.values().forEach(child -> collect(child, places));
    }

    /// Whatever a model says, it calls the operation that it was given.
    @Test
    void noArgumentLeavesThePathOfItsOperation() {
        var fuzz = new Fuzzer(10_000);
        var filled = 0;
        while (fuzz.goesOn()) {
            var path = fuzz.maybe(fuzz.one(PATHS));
            var values = new HashMap<String, String>();
            try {
                var template = PathTemplate.of(path);
                template.holes().forEach(hole -> values.put(hole, fuzz.maybe(fuzz.one(ARGUMENTS))));
                var made = template.fill(Map.copyOf(values));
                filled++;
                var uri = URI.create("http://api.example" + made);
                assertTrue(uri.getHost().equals("api.example") && uri.getRawQuery() == null
                        && uri.getRawFragment() == null
                        && made.split("/", -1).length == path.split("/", -1).length
                        && uri.normalize().getRawPath().equals(made), () ->
                        fuzz.said(path + " " + values + " " + made));
            } catch (Unconvertible | RefusedArgument refused) {
                assertTrue(refused.getMessage().length() < 1_000, () -> fuzz.said(path + " " + values));
            }
        }
        assertTrue(filled > fuzz.rounds() / 10, "hardly any path is filled any more: " + filled);
    }
}
