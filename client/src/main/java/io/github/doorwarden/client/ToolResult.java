package io.github.doorwarden.client;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a tool answered (MCP, Tools, Tool result).
///
/// @param isError    whether the tool says that it failed; why is in its content
/// @param structured the answer as data, for a tool that gives some
/// @param raw        the whole result as it came
public record ToolResult(List<Content> content, Optional<JsonNode> structured, boolean isError, ObjectNode raw) {

    public ToolResult {
        content = List.copyOf(content);
    }

    static ToolResult of(ObjectNode raw) {
        var structured = raw.path("structuredContent");
        return new ToolResult(Json.all(raw.path("content"), Content::of), structured.isMissingNode()
                || structured.isNull() ? Optional.empty() : Optional.of(structured),
                raw.path("isError").asBoolean(false), raw);
    }

    /// All text of it, one piece after the other.
    public String text() {
        return content.stream().filter(Content.Text.class::isInstance).map(each -> ((Content.Text) each).text())
                .collect(Collectors.joining("\n"));
    }

    /// This result, if the tool did what it should.
    ///
    /// @throws McpFailure.Execution with the tool's own words
    public ToolResult orThrow() throws McpFailure {
        if (isError) {
            var words = McpFailure.words(text());
            throw McpFailure.execution(words.isEmpty() ? "The tool failed and does not say why." : words);
        }
        return this;
    }
}
