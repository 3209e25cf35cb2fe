package io.github.doorwarden.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Members of messages that may be absent or of another type.
final class Json {

    private Json() {}

    /// Empty when it is no object.
    static ObjectNode object(JsonNode node) {
        return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    static Optional<String> text(JsonNode node) {
        return node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }

    /// The objects of an array, each as something; others are left out.
    static <T> List<T> all(JsonNode array, Function<ObjectNode, T> as) {
        return array.valueStream().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast).map(as).toList();
    }
}
