package io.github.doorwarden.client.oauth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Members of JSON documents that others wrote: what is not of the right kind counts as absent.
final class Documents {

    static final JsonMapper JSON = JsonMapper.shared();

    private Documents() {}

    /// The object that an answer is, when it is one.
    static Optional<ObjectNode> object(Reach.Answer answer) {
        try {
            return JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8)) instanceof ObjectNode object
                    ? Optional.of(object) : Optional.empty();
        } catch (JacksonException none) {
            return Optional.empty();
        }
    }

    static Optional<String> text(ObjectNode from, String name) {
        return from.get(name) instanceof JsonNode node && node.isString() && !node.stringValue().isEmpty()
                ? Optional.of(node.stringValue()) : Optional.empty();
    }

    static boolean flag(ObjectNode from, String name) {
        return from.get(name) instanceof JsonNode node && node.isBoolean() && node.booleanValue();
    }

    static Optional<Long> number(ObjectNode from, String name) {
        return from.get(name) instanceof JsonNode node && node.isIntegralNumber() && node.canConvertToLong()
                ? Optional.of(node.longValue()) : from.get(name) instanceof JsonNode word && word.isString()
                && word.stringValue().matches("[0-9]{1,12}") ? Optional.of(Long.parseLong(word.stringValue()))
                : Optional.empty();
    }

    /// Empty when there is none; a list without strings is an empty list.
    static Optional<List<String>> texts(ObjectNode from, String name) {
        if (!(from.get(name) instanceof JsonNode node) || !node.isArray()) {
            return Optional.empty();
        }
        var all = new ArrayList<String>();
        node.forEach(one -> {
            if (one.isString()) {
                all.add(one.stringValue());
            }
        });
        return Optional.of(List.copyOf(all));
    }
}
