package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class SchemaCheckTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The schema of the conformance suite's `json_schema_2020_12_tool`.
    private static final String CONTACT = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
             "$defs": {"address": {"$anchor": "addressDef", "type": "object",
               "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
             "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
               "contactMethod": {"type": "string", "enum": ["phone", "email"]},
               "phone": {"type": "string"}, "email": {"type": "string"}},
             "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
             "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
             "then": {"required": ["phone"]}, "else": {"required": ["email"]},
             "additionalProperties": false}""";

    private static ObjectNode json(String text) {
        return (ObjectNode) JSON.readTree(text);
    }

    private static List<SchemaCheck.Misfit> misfits(String schema, String value) {
        return new SchemaCheck("The schema", json(schema)).misfits(json(value));
    }

    @Test
    @Covers("SV-10")
    void everyKeywordOfDraft202012IsChecked() {
        var fits = "{\"contactMethod\":\"phone\",\"phone\":\"1\",\"address\":{\"city\":\"B\"}}";
        assertEquals(List.of(), misfits(CONTACT, fits));
        assertEquals(List.of("required"), keywords(misfits(CONTACT, "{\"contactMethod\":\"phone\",\"email\":\"a\"}")));
        assertEquals(List.of("/address/city"), misfits(CONTACT, "{\"email\":\"a\",\"address\":{\"city\":7}}").stream()
                .map(SchemaCheck.Misfit::path).toList());
        assertEquals(List.of("additionalProperties"), keywords(misfits(CONTACT, "{\"email\":\"a\",\"fax\":\"1\"}")));
        assertTrue(misfits(CONTACT, "{\"name\":\"n\"}").size() >= 2, "neither branch of anyOf, and else");
    }

    private static List<String> keywords(List<SchemaCheck.Misfit> misfits) {
        return misfits.stream().map(SchemaCheck.Misfit::keyword).toList();
    }

    @Test
    void aMissingAndAnUnknownMemberAreNamed_WithTheOnesThatAreKnown() {
        var schema = "{\"type\":\"object\",\"properties\":{\"title\":{},\"price\":{}},\"required\":[\"title\"],"
                + "\"additionalProperties\":false}";
        assertEquals("'title' is missing", misfits(schema, "{}").getFirst().message());
        assertEquals("'titel' is not known; known are: title, price",
                misfits(schema, "{\"title\":1,\"titel\":2}").getFirst().message());
    }

    @Test
    void whatIsSaidIsBounded_InNumberAndLength() {
        var schema = "{\"type\":\"object\",\"additionalProperties\":false}";
        var members = new StringBuilder("{");
        for (var i = 0; i < 1000; i++) {
            members.append("\"").append("x".repeat(1000)).append(i).append("\\u0007\":1,");
        }
        var misfits = misfits(schema, members + "\"y\":1}");
        assertEquals(Limits.SCHEMA_MESSAGES, misfits.size());
        for (var misfit : misfits) {
            assertTrue(misfit.message().length() < 200 && !misfit.message().contains("\u0007"), misfit.message());
        }
    }

    @Test
    @Covers({"SV-14", "SV-15"})
    void aReferenceToAnotherDocumentIsNeverFetched_AndStopsTheStart() throws Exception {
        var asked = new AtomicInteger();
        try (var canary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var connection = canary.accept()) {
                    asked.incrementAndGet();
                } catch (java.io.IOException closed) {
                    // the usual end
                }
            });
            var schema = json("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"http://127.0.0.1:"
                    + canary.getLocalPort()
                    + "/schema.json\"}}}");
            var refused = assertThrows(IllegalArgumentException.class, () -> new SchemaCheck("The schema of x",
                    schema));
            assertTrue(refused.getMessage().startsWith("The schema of x cannot be used"), refused.getMessage());
        }
        assertEquals(0, asked.get());
    }

    @Test
    @Covers("SV-16")
    void aPatternThatBacktracksWithoutEndIsStopped() {
        var schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^(a+)+\\\\1b?$\"}}}";
        var value = "{\"a\":\"" + "a".repeat(61) + "!\"}";
        var misfits = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> misfits(schema, value));
        assertEquals("limit", misfits.getFirst().keyword());
        assertEquals(List.of(), misfits(schema, "{\"a\":\"aaa\"}"));
        assertEquals("pattern", misfits(schema, "{\"a\":\"b\"}").getFirst().keyword());
    }

    @Test
    @Covers("SV-16")
    void aSchemaThatMultipliesAlternativesIsStopped() {
        var schema = new StringBuilder("{\"type\":\"object\",\"$defs\":{\"d0\":{\"type\":\"string\"}");
        for (var i = 1; i <= 40; i++) {
            var ref = "{\"$ref\":\"#/$defs/d" + (i - 1) + "\"}";
            schema.append(",\"d").append(i).append("\":{\"anyOf\":[").append(ref).append(',').append(ref).append("]}");
        }
        schema.append("},\"properties\":{\"a\":{\"$ref\":\"#/$defs/d40\"}}}");
        var misfits = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> misfits(schema.toString(), "{\"a\":1}"));
        assertEquals("limit", misfits.getFirst().keyword());
    }

    @Test
    @Covers("SV-10")
    void whatHasNoDialectIsJudgedBy202012() {
        assertEquals(List.of("type"), keywords(
                misfits("{\"properties\":{\"a\":{\"prefixItems\":[{\"type\":\"string\"}]}}}",
                "{\"a\":[7]}")));
        assertEquals(List.of("dependentRequired"), keywords(misfits("{\"dependentRequired\":{\"a\":[\"b\"]}}",
                "{\"a\":1}")));
        assertEquals(List.of("unevaluatedProperties"), keywords(misfits("{\"allOf\":[{\"properties\":{\"a\":{}}}],"
                + "\"unevaluatedProperties\":false}", "{\"a\":1,\"b\":2}")));
    }

    @Test
    @Covers("SV-11")
    void anOlderDialectIsJudgedByItsOwnRules_AnUnknownOneIsNamed() {
        var tuple = "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"properties\":{\"a\":{\"items\":"
                + "[{\"type\":\"string\"}]}}}";
        assertEquals(List.of("type"), keywords(misfits(tuple, "{\"a\":[7]}")));
        assertEquals(List.of(), misfits(tuple, "{\"a\":[\"x\",7]}"));
        var why = assertThrows(IllegalArgumentException.class, () -> new SchemaCheck("The schema of x", json(
                "{\"$schema\":\"https://example.com/x\"}"))).getMessage();
        assertTrue(why.startsWith("The schema of x") && why.contains("https://example.com/x"), why);
    }

    @Test
    @Covers("SV-12")
    void whatIsNoSchemaDoesNotStart() {
        for (var wrong : List.of("{\"type\":\"strin\"}", "{\"type\":7}", "{\"properties\":{\"a\":7}}",
                "{\"required\":\"a\"}", "{\"pattern\":\"(\"}", "{\"minimum\":\"1\"}", "{\"enum\":7}",
                "{\"properties\":{\"a\":{\"type\":\"strin\"}}}")) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> SchemaCheck.published("The schema of x",
                    json(wrong)), wrong).getMessage().startsWith("The schema of x cannot be used"), wrong);
        }
    }

    @Test
    @Covers("SV-16")
    void aSchemaOfGreatDepthIsStopped() {
        var schema = new StringBuilder("{\"$defs\":{\"a\":{\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}}}},"
                + "\"$ref\":\"#/$defs/a\"}");
        var value = "{\"x\":".repeat(400) + "{}" + "}".repeat(400);
        assertEquals("limit", misfits(schema.toString(), value).getFirst().keyword());
    }
}
