package io.github.doorwarden.sources.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Fuzzer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Definitions as no honest server offers them: each becomes one that clients take, or is left out in words.
final class DefinitionsFuzzTest {

    private static final List<String> TOOLS = List.of("{'name':'look','description':'Looks.','inputSchema':{'type':"
            + "'object','properties':{'a':{'type':'string'},'b':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':'object',"
            + "'properties':{'next':{'$ref':'#/$defs/n'}}}}},'outputSchema':{'type':'object'},'annotations':{'readOnlyHint':"
            + "true}}", "{'name':'a.b','inputSchema':{'anyOf':[{'properties':{'x':{}},'required':['x']},{'allOf':[{'$ref':"
            + "'#'}]}]}}", "{'name':'x','title':'X','inputSchema':{'type':['object','null'],'oneOf':[{'type':'object'}]},"
            + "'icons':[{'src':'javascript:x'}],'_meta':{}}", "{'name':'','arguments':[{'name':7}]}");
    private static final List<String> KEYWORDS = List.of("type", "properties", "required", "items", "allOf", "oneOf",
            "anyOf", "$ref", "$defs", "definitions", "$id", "$anchor", "$dynamicRef", "enum", "const", "name", "title",
            "description", "inputSchema", "outputSchema", "annotations", "icons", "additionalProperties", "not", "x");
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "1.5", "1e400", "''", "[]", "{}",
            "'object'", "['object']", "['object','object',7]", "'array'", "{'$ref':'#'}", "{'$ref':'#/$defs/n'}",
            "{'$ref':'#/inputSchema'}", "{'$ref':'https://evil.example/x'}", "{'$ref':7}", "{'$ref':'#/%zz'}",
            "{'$ref':'#/properties/b/~2'}", "{'$ref':'#/anyOf/99999999999'}", "[{'$ref':'#'},{'$ref':'#'}]", "[null]",
            "{'allOf':[{'anyOf':[{'oneOf':[{'$ref':'#'}]}]}]}", "'a\\u0000b'", "'\\u202ex'", "'\\uD83D'", "'look'");

    private static JsonNode json(String text) {
        return StubServer.JSON.readTree(text.replace('\'', '"'));
    }

    private static void collect(JsonNode node, List<JsonNode> places) {
        if (node.isObject() || node.isArray()) {
            places.add(node);
        }
        node.values().forEach(child -> collect(child, places));
    }

    private static ObjectNode definition(Fuzzer fuzz) {
        var root = (ObjectNode) json(fuzz.one(TOOLS));
        for (var n = fuzz.below(6); n > 0; n--) {
            var places = new ArrayList<JsonNode>();
            collect(root, places);
            var value = fuzz.once(3) ? fuzz.one(places).deepCopy() : json(fuzz.one(VALUES));
            switch (fuzz.one(places)) {
                case ObjectNode object when !object.isEmpty() && fuzz.once(2) -> object.set(fuzz.one(List.copyOf(
                        object.propertyNames())), value);
                case ObjectNode object -> object.set(fuzz.maybe(fuzz.one(KEYWORDS)), value);
                case ArrayNode array -> array.add(value);
                default -> throw new IllegalStateException("only these are collected");
            }
        }
        return root;
    }

    /// Where a schema stands; what is no schema there is the checker's business.
    private static void taken(JsonNode schema, boolean top, Supplier<String> said) {
        assertFalse(schema.isObject() && schema.path("$ref").isString(), said);
        for (var combined : List.of("allOf", "anyOf", "oneOf")) {
            assertFalse(top && schema.has(combined), said);
            if (schema.path(combined).isArray()) {
                schema.path(combined).values().forEach(child -> taken(child, false, said));
            }
        }
        if (schema.path("properties").isObject()) {
            schema.path("properties").values().forEach(child -> taken(child, false, said));
        }
        taken(schema, said, "items", "additionalProperties", "not");
    }

    private static void taken(JsonNode schema, Supplier<String> said, String... below) {
        for (var keyword : below) {
            if (schema.path(keyword).isObject()) {
                taken(schema.path(keyword), false, said);
            }
        }
    }

    @Test
    void aDefinitionIsOneThatClientsTakeOrIsLeftOut() {
        var fuzz = new Fuzzer(3_000);
        var good = 0;
        while (fuzz.goesOn()) {
            var tool = definition(fuzz);
            var before = tool.deepCopy();
            try {
                var input = Schemas.input(tool.path("inputSchema"));
                assertEquals("object", input.path("type").asString(""), () -> fuzz.said(tool));
                taken(input, true, () -> fuzz.said(tool + "\n" + input));
                Schemas.output(tool.path("outputSchema")).ifPresent(output -> taken(output, false, () ->
                        fuzz.said(tool + "\n" + output)));
                good++;
            } catch (IllegalArgumentException refused) {
                assertEquals(IllegalArgumentException.class, refused.getClass(), () -> fuzz.said(tool));
                assertTrue(refused.getMessage().length() < 1_000, () -> fuzz.said(tool + " " + refused));
            }
            assertEquals(before, tool, "what was approved must stay as it was offered");
            var warnings = new ArrayList<String>();
            var named = Mount.named(List.of(tool, definition(fuzz), definition(fuzz)), warnings);
            warnings.forEach(warning -> assertTrue(warning.length() < 1_000, () -> fuzz.said(warning)));
            var names = Names.of(fuzz.one(List.of("", "p")), named.keySet());
            assertEquals(named.size(), Set.copyOf(names.values()).size(), () -> fuzz.said(names));
            names.values().forEach(name -> assertTrue(name.matches("[A-Za-z0-9_-]{1,64}"), () -> fuzz.said(names)));
            Difference.of(Optional.of(before), Optional.of(definition(fuzz))).forEach(line -> assertTrue(
                    line.codePoints().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), () -> fuzz.said(line)));
            var uri = fuzz.maybe(fuzz.one(List.of("file:///a/../b", "notes://x", "https://a.example/%2e%2e/b", "a:b")));
            var uris = Uris.of("p", Set.of(uri), true);
            assertEquals(uri, uris.original(uris.mounted(uri)), () -> fuzz.said(uri));
        }
        assertTrue(good > fuzz.rounds() / 3, "hardly any definition is taken any more: " + good);
    }
}
