package io.github.doorwarden.sources.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.mcp.McpSettings.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Names, URIs and schemas of a server as clients here see them.
final class DefinitionsTest {

    private static JsonNode json(String text) {
        return StubServer.JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void namesAreTheSameWhateverTheOrder_AndNoTwoAreOne() {
        var names = List.of("a.b", "a_b", "a/b", "plain", "x".repeat(80), "x".repeat(81), "ü");
        var mounted = Names.of("p", names);
        assertEquals("p_a_b", mounted.get("a_b"), "a name that is fine stays");
        assertEquals("p_plain", mounted.get("plain"));
        assertTrue(mounted.get("a.b").matches("p_a_b_[0-9a-f]{6}"), mounted.get("a.b"));
        assertEquals(names.size(), Set.copyOf(mounted.values()).size());
        assertTrue(mounted.values().stream().allMatch(name -> name.matches("[A-Za-z0-9_-]{1,64}")));
        assertEquals(mounted, Names.of("p", names.reversed()));
        assertEquals("p_a_b", Names.of("p", List.of("a.b")).get("a.b"), "alone it needs no hash");
        assertEquals("echo", Names.of("", List.of("echo")).get("echo"));
    }

    @Test
    void urisFindBack() {
        var uris = Uris.of("my_notes", Set.of("https://example.com/listed"), true);
        for (var uri : List.of("file:///a", "my.notes+x://y", "https://example.com/listed")) {
            assertEquals(uri, uris.original(uris.mounted(uri)));
        }
        assertEquals("my.notes+https://example.com/listed", uris.renamed((ObjectNode) json(
                "{'uri':'https://example.com/listed'}")).path("uri").asString());
        assertEquals("https://example.com/other", uris.renamed((ObjectNode) json(
                "{'uri':'https://example.com/other'}")).path("uri").asString());
        assertEquals("x://y", Uris.of("p", Set.of(), false).renamed((ObjectNode) json("{'uri':'x://y'}")).path("uri")
                .asString(), "nobody could read it here");
    }

    @Test
    void aReferenceThatIsNoTextOrLeadsToNoSchemaIsRefused() {
        for (var each : List.of("{'properties':{'b':{'$ref':{'$ref':'#/$defs/n'}}},'$defs':{'n':'object'}}",
                "{'properties':{'b':{'$ref':'#/$defs/n'}},'$defs':{'n':'object'}}")) {
            assertThrows(IllegalArgumentException.class, () -> Schemas.input(json(each)), each);
        }
    }

    @Test
    void propertiesThatAreNoObjectAreRefusedInWords() {
        var why = assertThrows(IllegalArgumentException.class, () -> Schemas.input(json("{'properties':[1],'anyOf':"
                + "[{'properties':{'a':{}}}]}")));
        assertEquals(IllegalArgumentException.class, why.getClass());
    }

    @Test
    void aCombinationThatIsNoListIsLeftOut() {
        assertEquals("{\"type\":\"object\"}", Schemas.input(json("{'type':'object','allOf':0,'anyOf':{}}")).toString());
    }

    @Test
    void patternsMatchInTimeThatGrowsWithTheirLength() {
        assertTrue(Choice.has(List.of("get_*", "b"), "get_x") && Choice.has(List.of("*_x*"), "a_x_x")
                && Choice.has(List.of("*"), ""));
        assertFalse(Choice.has(List.of("get_*"), "forget_x") || Choice.has(List.of("a"), "aa"));
        assertFalse(Choice.has(List.of("*a".repeat(50) + "b"), "a".repeat(10_000)));
    }

    @Test
    void noLineOfADifferenceIsLeftOut_HoweverLongItIs() {
        var before = (ObjectNode) json("{}");
        IntStream.range(10_000, 15_000).forEach(i -> before.put("m" + i, i));
        var after = before.deepCopy().put("m14000", "evil\u200B");
        var lines = Difference.of(Optional.of(before), Optional.of(after));
        assertEquals(5_003, lines.size());
        assertEquals(List.of("-   \"m14000\" : 14000,", "+   \"m14000\" : \"evil\\u{200b}\","), lines.stream()
                .filter(line -> !line.startsWith("  ") && line.length() > 3).toList());
        var other = (ObjectNode) json("{}");
        IntStream.range(10_000, 15_000).forEach(i -> other.put("m" + i, -i));
        var all = Difference.of(Optional.of(before), Optional.of(other));
        assertEquals("5000 5000", all.stream().filter(line -> line.startsWith("- ")).count() + " "
                + all.stream().filter(line -> line.startsWith("+ ")).count());
        assertEquals(List.of("  {", "-   \"a\" : 1,", "+   \"a\" : 2,", "    \"b\" : 1,", "-   \"c\" : 1",
                "+   \"c\" : 2", "  }"), Difference.of(Optional.of((ObjectNode) json("{'a':1,'b':1,'c':1}")),
                Optional.of((ObjectNode) json("{'a':2,'b':1,'c':2}"))));
    }

    @Test
    void aSchemaThatEveryClientTakesIsNotTouched() {
        var schema = json("{'$schema':'http://json-schema.org/draft-07/schema#','type':'object','properties':{'a':"
                + "{'anyOf':[{'type':'string'},{'type':'null'}],'x-own':{'y':1.0}}},'required':['a'],"
                + "'additionalProperties':false}");
        assertEquals(schema, Schemas.input(schema));
    }

    @Test
    void whatStrictClientsRefuseIsPutOtherwise() {
        assertEquals(json("{'type':'object'}"), Schemas.input(json("{}")));
        assertEquals(json("{'type':'object'}"), Schemas.input(json("{'type':['object','null']}")));
        assertThrows(IllegalArgumentException.class, () -> Schemas.input(json("{'type':'string'}")));
        assertEquals(json("{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'integer'}},"
                + "'required':['a']}"), Schemas.input(json("{'type':'object','properties':{'a':{'type':'string'}},"
                + "'allOf':[{'required':['a']}],'oneOf':[{'properties':{'b':{'type':'integer'}},'required':['b']},"
                + "{'properties':{'a':{'type':'boolean'}}}],'additionalProperties':false}")));
        assertEquals(json("{'type':'object','properties':{'p':{'type':'object','properties':{'$ref':{'type':'string'}},"
                + "'description':'where'}}}"), Schemas.input(json("{'type':'object','properties':{'p':{'$ref':"
                + "'#/$defs/at~1home','description':'where'}},'$defs':{'at/home':{'type':'object','properties':"
                + "{'$ref':{'type':'string'}}}}}")));
        assertTrue(Schemas.output(json("{'type':['object']}")).isEmpty());
    }

    @Test
    void whatRefersToItselfEnds_AndWhatMultipliesIsRefused() {
        var tree = Schemas.input(json("{'type':'object','properties':{'children':{'type':'array','items':"
                + "{'$ref':'#'}}}}"));
        assertFalse(tree.toString().contains("$ref"), tree.toString());
        assertTrue(tree.toString().contains("The same again"));
        var bomb = new StringBuilder("{'type':'object','properties':{'a':{'$ref':'#/$defs/d0'}},'$defs':{");
        var parts = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            parts.add("'d" + i + "':{'anyOf':[{'$ref':'#/$defs/d" + (i + 1) + "'},{'$ref':'#/$defs/d" + (i + 1)
                    + "'}]}");
        }
        bomb.append(String.join(",", parts)).append(",'d20':{}}}");
        assertThrows(IllegalArgumentException.class, () -> Schemas.input(json(bomb.toString())));
        for (var ref : List.of("https://evil.example/x", "#anchor", "#/$defs/none", "other.json")) {
            assertThrows(IllegalArgumentException.class, () -> Schemas.input(json(
                    "{'type':'object','properties':{'a':{'$ref':'" + ref + "'}}}")), ref);
        }
        assertEquals(new TreeSet<>(Set.of("type", "properties")), new TreeSet<>(tree.propertyNames()));
    }
}
