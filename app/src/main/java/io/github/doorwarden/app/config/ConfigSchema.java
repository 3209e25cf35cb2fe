package io.github.doorwarden.app.config;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The configuration as JSON Schema 2020-12, made from [Keys]: editors complete and check by it while one types. What
/// several keys must say together, only a reading of the file can tell.
public final class ConfigSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String VARIABLE = "\\$\\{";

    private ConfigSchema() {}

    public static ObjectNode json() {
        var schema = JSON.objectNode().put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", ConfigFile.NAME).put("description", "A deployment of Doorwarden.");
        return schema.setAll(section(""));
    }

    private static ObjectNode section(String path) {
        var properties = JSON.objectNode();
        var required = JSON.arrayNode();
        for (var key : Keys.in(path)) {
            properties.set(key.name(), properties.has(key.name()) ? JSON.objectNode().set("anyOf", JSON.arrayNode()
                    .add(properties.get(key.name())).add(value(key))) : value(key));
            if (key.required()) {
                required.add(key.name());
            }
        }
        // Nothing at all stands for an empty mapping, unless something in it is required.
        var section = required.isEmpty() ? JSON.objectNode().<ObjectNode>set("type", words(List.of("object", "null")))
                : JSON.objectNode().put("type", "object");
        section.put("additionalProperties", false).set("properties", properties);
        return required.isEmpty() ? section : section.set("required", required);
    }

    private static ObjectNode value(Key key) {
        var schema = JSON.objectNode().put("description", key.meaning());
        schema.setAll(switch (key.kind()) {
            case Kind.Text text -> single();
            case Kind.Address address -> single();
            case Kind.Choice choice -> orVariable(JSON.objectNode().set("enum", words(choice.of())));
            case Kind.Flag flag -> orVariable(JSON.objectNode().put("type", "boolean"));
            case Kind.Number number -> orVariable(JSON.objectNode().put("type", "integer")
                    .put("minimum", number.least()).put("maximum", number.most()));
            case Kind.Time time -> orVariable(JSON.objectNode().put("type", "string")
                    .put("pattern", "^" + Durations.PATTERN + "$"));
            case Kind.Texts texts -> texts(texts);
            case Kind.Pairs pairs -> JSON.objectNode().put("type", "object").set("additionalProperties", single());
            case Kind.Json json -> JSON.objectNode();
            case Kind.Group group -> section(key.path());
            case Kind.Named named -> JSON.objectNode().put("type", "object")
                    .set("additionalProperties", section(key.below().orElseThrow()));
            case Kind.Items items -> JSON.objectNode().put("type", "array")
                    .set("items", section(key.below().orElseThrow()));
        });
        standard(key.kind()).ifPresent(value -> schema.set("default", value));
        return schema;
    }

    private static Optional<JsonNode> standard(Kind kind) {
        return switch (kind) {
            case Kind.Flag flag -> flag.value().map(JSON::booleanNode);
            case Kind.Number number -> number.value().map(JSON::numberNode);
            case Kind.Texts texts -> Optional.of(words(texts.values()));
            default -> kind.otherwise().map(JSON::stringNode);
        };
    }

    private static ObjectNode single() {
        return JSON.objectNode().set("type", words(List.of("string", "number", "boolean", "null")));
    }

    private static ObjectNode texts(Kind.Texts kind) {
        var item = kind.among().isEmpty() ? single()
                : orVariable(JSON.objectNode().set("enum", words(kind.among())));
        var list = JSON.objectNode().put("type", "array").set("items", item);
        return JSON.objectNode().set("anyOf", JSON.arrayNode().add(list).add(item.deepCopy()));
    }

    /// A variable may stand for any value.
    private static ObjectNode orVariable(ObjectNode schema) {
        return JSON.objectNode().set("anyOf", JSON.arrayNode().add(schema)
                .add(JSON.objectNode().put("type", "string").put("pattern", VARIABLE)));
    }

    private static JsonNode words(List<String> words) {
        var array = JSON.arrayNode();
        words.forEach(array::add);
        return array;
    }
}
