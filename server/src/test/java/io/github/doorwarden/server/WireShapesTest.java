package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.doorwarden.protocol.Revision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// That the judge of shapes also says no, and where.
final class WireShapesTest {

    private static String misfits(Revision revision, String type, String value) {
        return WireShapes.of(revision).misfits(type, JsonMapper.shared().readTree(value));
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    void whatIsMissingOfAnotherKindOrUnknownIsNamed(Revision revision) {
        assertEquals("Tool.inputSchema is missing", misfits(revision, "Tool", "{\"name\":\"x\"}"));
        assertEquals("Tool.name is not a string: 7\nTool.inputSchema.type is not 'object': \"array\"\nTool.more is not "
                + "known to " + revision.date(), misfits(revision, "Tool",
                        "{\"name\":7,\"inputSchema\":{\"type\":\"array\",\"x\":1},\"more\":1}"));
        assertEquals("GetPromptResult.messages[0].content.text is missing", misfits(revision, "GetPromptResult",
                "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\"}}]"
                        + (revision.modern() ? ",\"resultType\":\"complete\"}" : "}")));
        assertEquals("Annotations.audience[0] is none of 'user', 'assistant' of " + revision.date() + ": \"me\"\n"
                + "Annotations.priority is not a number from 0 to 1: 2", misfits(revision, "Annotations",
                        "{\"audience\":[\"me\"],\"priority\":2}"));
        assertEquals("Embedded.resource.blob is not bytes in base64: \"?\"", misfits(revision, "Embedded",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"a:b\",\"blob\":\"?\"}}"));
        assertEquals("Embedded.resource.uri is not an absolute URI: \"/b\"", misfits(revision, "Embedded",
                "{\"type\":\"resource\",\"resource\":{\"uri\":\"/b\",\"text\":\"\"}}"));
    }

    /// First and last revision that know a member: before and after it is a misfit.
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "Tool; annotations; {}; 2025-03-26; 2026-07-28", "Tool; title; 't'; 2025-06-18; 2026-07-28",
        "Tool; outputSchema; {'type':'object'}; 2025-06-18; 2026-07-28", "Tool; icons; []; 2025-11-25; 2026-07-28",
        "Tool; outputSchema; {'type':'array'}; 2026-07-28; 2026-07-28", "Tool; execution; {}; 2025-11-25; 2025-11-25",
        "Tool; _meta; {}; 2025-06-18; 2026-07-28", "CallToolResult; structuredContent; {}; 2025-06-18; 2026-07-28",
        "CallToolResult; structuredContent; null; 2026-07-28; 2026-07-28",
        "Annotations; lastModified; '2026-07-28T09:30:00Z'; 2025-06-18; 2026-07-28",
        "ServerCapabilities; completions; {}; 2025-03-26; 2026-07-28",
        "ServerCapabilities; tasks; {}; 2025-11-25; 2025-11-25",
        "ServerCapabilities; extensions; {}; 2026-07-28; 2026-07-28", "Progress; message; 'm'; 2025-03-26; 2026-07-28",
        "PageParams; elicitationId; 'i'; 2025-11-25; 2025-11-25", "FormParams; mode; 'form'; 2025-11-25; 2026-07-28",
        "Line; default; 'd'; 2025-11-25; 2026-07-28", "Asked; id; 1; 2024-11-05; 2025-11-25",
        "SamplingParams; tools; []; 2025-11-25; 2026-07-28", "Page; ttlMs; 0; 2026-07-28; 2026-07-28"})
    void aMemberIsOfItsRevisionsAlone(String type, String member, String value, String first, String last) {
        for (var revision : Revision.values()) {
            var named = misfits(revision, type, ("{'" + member + "':" + value + "}").replace('\'', '"')).lines()
                    .anyMatch(each -> !each.endsWith(" is missing") && (each.startsWith(type + "." + member)
                            || each.startsWith(type + " is not known")));
            assertEquals(revision.date().compareTo(first) < 0 || revision.date().compareTo(last) > 0, named,
                    revision.date());
        }
    }

    @ParameterizedTest
    @CsvSource({"text, 2024-11-05", "audio, 2025-03-26", "resource_link, 2025-06-18", "video, 9999-12-31"})
    void aBlockIsOfItsRevisionsAlone(String kind, String first) {
        for (var revision : Revision.values()) {
            var none = misfits(revision, "PromptMessage", "{\"role\":\"user\",\"content\":{\"type\":\"" + kind
                    + "\"}}").startsWith("PromptMessage.content is none of Text, Image, ");
            assertEquals(revision.date().compareTo(first) < 0, none, revision.date());
        }
    }

    @Test
    void whatARevisionMustHaveIsMissed() {
        assertEquals("CallToolResult.resultType is missing", misfits(Revision.V2026_07_28, "CallToolResult",
                "{\"content\":[]}"));
        assertEquals("ReadResourceResult.resultType is missing\nReadResourceResult.ttlMs is missing\n"
                + "ReadResourceResult.cacheScope is missing", misfits(Revision.V2026_07_28, "ReadResourceResult",
                        "{\"contents\":[]}"));
        assertEquals("ElicitRequest.params.elicitationId is missing", misfits(Revision.V2025_11_25, "ElicitRequest",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\","
                        + "\"message\":\"m\",\"url\":\"https://a.example/\"}}"));
        assertEquals("ElicitRequest is not known to 2025-03-26", misfits(Revision.V2025_03_26, "ElicitRequest", "{}"));
        assertThrows(IllegalArgumentException.class, () -> misfits(Revision.V2026_07_28, "Tol", "{}"));
    }

    @Test
    void aFieldOfAFormIsOneOfThoseThatItsRevisionHas() {
        for (var field : new String[] {"{\"type\":\"object\"}", "{\"type\":\"string\",\"pattern\":\"x\"}",
            "{\"type\":\"string\",\"format\":\"ipv4\"}", "{\"type\":\"string\",\"enum\":[7]}",
            "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"}) {
            var misfits = misfits(Revision.V2026_07_28, "Form", "{\"type\":\"object\",\"properties\":{\"a\":" + field
                    + "}}");
            assertEquals(1, misfits.lines().filter(each -> each.startsWith("Form.properties.a")).count(), misfits);
        }
    }
}
