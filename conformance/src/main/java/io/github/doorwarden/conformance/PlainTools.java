package io.github.doorwarden.conformance;

import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tools of the fixture that answer the same every time.
final class PlainTools {

    static final JsonMapper JSON = new JsonMapper();

    /// A PNG of one red pixel.
    static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

    /// A WAV header with no samples.
    private static final String SILENCE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

    static final String NOTHING = """
            {"type": "object", "properties": {}, "additionalProperties": false}""";

    private static final String REGION = """
            {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}, "additionalProperties": false}""";

    /// JSON Schema 2020-12 keywords that must reach the client untouched.
    private static final String KEYWORDS = """
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

    /// One tool of the fixture.
    private record Scripted(ToolSpec spec, ToolResult answer, List<String> requiredCapabilities) implements Tool {
        @Override
        public ToolResult call(Call call) {
            return answer;
        }
    }

    static List<Tool> all() {
        return List.of(
            tool("test_simple_text", "Answers one line of text.", NOTHING,
            text("This is a simple text response for testing.")),
            tool("test_image_content", "Answers an image.", NOTHING, image()),
            tool("test_audio_content", "Answers a sound.", NOTHING, """
                    {"type": "audio", "mimeType": "audio/wav", "data": "%s"}""".formatted(SILENCE)),
            tool("test_embedded_resource", "Answers an embedded resource.", NOTHING, """
                    {"type": "resource", "resource": {"uri": "test://embedded-resource", "mimeType": "text/plain",
                     "text": "This is an embedded resource content."}}"""),
            tool("test_multiple_content_types", "Answers text, image and resource at once.", NOTHING,
                    text("Multiple content types test:"), image(), """
                    {"type": "resource", "resource": {"uri": "test://mixed-content-resource", "mimeType": "application/json",
                     "text": "{\\"test\\":\\"data\\",\\"value\\":123}"}}"""),
            new Scripted(spec("test_error_handling", "Always answers an error.", NOTHING),
                    ToolResult.error("This tool intentionally returns an error for testing"), List.of()),
            tool("test_x_mcp_header", "Takes a region that is mirrored in a header.", REGION, text("Region taken.")),
            tool("json_schema_2020_12_tool", "Has an input schema with the keywords of JSON Schema 2020-12.", KEYWORDS,
            text("Taken.")),
            new Scripted(spec("test_missing_capability", "Needs a client that can sample.", NOTHING),
                    ToolResult.text("The client can sample."), List.of("sampling")),
            tool("test_streaming_elicitation", "Answers without asking the client anything.", NOTHING,
                    text("Nothing was asked.")),
            tool("test_logging_tool", "Logs nothing, so least of all to a client that named no level.", NOTHING,
                    text("Nothing was logged.")));
    }

    private static Tool tool(String name, String description, String schema, String... content) {
        var blocks = List.of(content).stream().map(block -> (ObjectNode) JSON.readTree(block)).toList();
        return new Scripted(spec(name, description, schema), new ToolResult(blocks, Optional.empty(), false),
                List.of());
    }

    static ToolSpec spec(String name, String description, String schema) {
        return new ToolSpec(name, "", description, (ObjectNode) JSON.readTree(schema), Optional.empty(),
                JSON.createObjectNode().put("readOnlyHint", true), Set.of(), true, Duration.ofSeconds(30), Set.of());
    }

    private static String text(String text) {
        return JSON.createObjectNode().put("type", "text").put("text", text).toString();
    }

    private static String image() {
        return """
                {"type": "image", "mimeType": "image/png", "data": "%s"}""".formatted(PIXEL);
    }
}
