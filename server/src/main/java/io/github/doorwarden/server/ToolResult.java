package io.github.doorwarden.server;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a tool answers (MCP, Tools, Calling Tools). Content blocks are raw JSON as on the wire.
///
/// @param content    never empty on the wire: structured content is repeated here as text
/// @param structured `structuredContent`, empty when there is none
/// @param further    members that have no meaning here, passed on as they are; none of those above
public record ToolResult(List<ObjectNode> content, Optional<JsonNode> structured, boolean isError, ObjectNode further) {

    public ToolResult {
        content = List.copyOf(content);
        Objects.requireNonNull(further);
    }

    public ToolResult(List<ObjectNode> content, Optional<JsonNode> structured, boolean isError) {
        this(content, structured, isError, JsonNodeFactory.instance.objectNode());
    }

    public static ToolResult text(String text) {
        return new ToolResult(List.of(textBlock(text)), Optional.empty(), false);
    }

    /// Structured content, and the same value as one text block for clients that know only text.
    public static ToolResult structured(JsonNode value) {
        return new ToolResult(List.of(textBlock(value.toString())), Optional.of(value), false);
    }

    /// A failure that the model reads: what happened, why, what to do.
    public static ToolResult error(String text) {
        return new ToolResult(List.of(textBlock(text)), Optional.empty(), true);
    }

    private static ObjectNode textBlock(String text) {
        return JsonNodeFactory.instance.objectNode().put("type", "text").put("text", text);
    }
}
