package io.github.doorwarden.authserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON of strangers: shallow, without duplicate members, one object and nothing after it.
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Limits.JSON_DEPTH)
                    .maxStringLength(Limits.REGISTRATION_BYTES).build()).build()).build();

    private static final JsonMapper OWN = JsonMapper.shared();

    /// A member has a type that its definition does not allow.
    static final class WrongType extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongType(String member) {
            super("The member " + member + " has the wrong JSON type.", null, false, false);
        }
    }

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// For libraries that know JSON as maps.
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(ObjectNode json) {
        return MAPPER.convertValue(json, Map.class);
    }

    static byte[] bytes(JsonNode json) {
        return MAPPER.writeValueAsBytes(json);
    }

    /// What we wrote ourselves. It may be longer than what strangers may send: numbers are spelled anew, and the
    /// operator's key sets are larger.
    ///
    /// @throws IllegalStateException when it is no object: a row of ours is broken
    static ObjectNode own(String written) {
        if (OWN.readTree(written) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalStateException("A row of the database has no JSON object where one was written.");
    }

    /// Empty when the bytes are not one JSON object.
    static Optional<ObjectNode> parse(byte[] bytes) {
        try {
            return Optional.ofNullable(MAPPER.readTree(bytes)).filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast);
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /// @throws WrongType when it is there and no string
    static Optional<String> text(JsonNode json, String member) {
        var value = json.get(member);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new WrongType(member);
        }
        return Optional.of(value.asString()).filter(text -> !text.isEmpty());
    }

    /// Empty when the member is absent.
    ///
    /// @throws WrongType when it is there and no array of strings
    static Optional<List<String>> texts(JsonNode json, String member) {
        var value = json.get(member);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        var texts = new ArrayList<String>();
        for (var element : value) {
            if (!element.isString()) {
                throw new WrongType(member);
            }
            texts.add(element.asString());
        }
        if (!value.isArray()) {
            throw new WrongType(member);
        }
        return Optional.of(List.copyOf(texts));
    }
}
