package io.github.doorwarden.client;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool as a server describes it (MCP, Tools). What it says of itself is the server's word.
///
/// @param title        for people; else the name is shown
/// @param annotations  hints such as `readOnlyHint`; may be empty
/// @param raw          the whole definition as it came
public record Tool(String name, Optional<String> title, String description, ObjectNode inputSchema,
        Optional<ObjectNode> outputSchema, ObjectNode annotations, ObjectNode raw) {

    static Tool of(ObjectNode raw) {
        var annotations = Json.object(raw.path("annotations"));
        return new Tool(raw.path("name").asString(""), Json.text(raw.path("title"))
                .or(() -> Json.text(annotations.path("title"))), raw.path("description").asString(""),
                Json.object(raw.path("inputSchema")), raw.path("outputSchema") instanceof ObjectNode schema
                        ? Optional.of(schema) : Optional.empty(), annotations, raw);
    }

    /// Whether the tool says that it changes nothing.
    public boolean readOnly() {
        return annotations.path("readOnlyHint").asBoolean(false);
    }

    /// Arguments for a call, to be filled in.
    public static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }
}
