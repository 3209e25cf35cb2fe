package io.github.doorwarden.client;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a server proposes for an argument (MCP, Completion).
///
/// @param total how many there are, where the server says it
public record Completion(List<String> values, Optional<Long> total, boolean hasMore, ObjectNode raw) {

    public Completion {
        values = List.copyOf(values);
    }

    /// Whose argument it is.
    public sealed interface Of {

        record APrompt(String name) implements Of {}

        /// @param uri the template
        record ATemplate(String uri) implements Of {}

        private ObjectNode json() {
            var json = JsonNodeFactory.instance.objectNode();
            return switch (this) {
                case APrompt prompt -> json.put("type", "ref/prompt").put("name", prompt.name);
                case ATemplate template -> json.put("type", "ref/resource").put("uri", template.uri);
            };
        }
    }

    static ObjectNode params(Of of, String argument, String begun) {
        var params = JsonNodeFactory.instance.objectNode();
        params.set("ref", of.json());
        params.putObject("argument").put("name", argument).put("value", begun);
        return params;
    }

    static Completion of(ObjectNode result) {
        var completion = Json.object(result.path("completion"));
        var total = completion.path("total");
        return new Completion(completion.path("values").valueStream().filter(JsonNode::isString)
                .map(JsonNode::asString).toList(), total.isIntegralNumber() ? Optional.of(total.asLong())
                        : Optional.empty(), completion.path("hasMore").asBoolean(false), result);
    }
}
