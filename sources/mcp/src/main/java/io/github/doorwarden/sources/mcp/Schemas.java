package io.github.doorwarden.sources.mcp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Schemas of a server as strict clients take them. Some refuse a whole list for one `$ref`, for one `oneOf` at the
/// root of an input schema or for one root that is no object; nothing else is changed. What is lost in that is still
/// held against the arguments by the server itself. Pure.
final class Schemas {

    private static final List<String> COMBINED = List.of("allOf", "anyOf", "oneOf");

    private final ObjectNode root;
    private final Map<String, Integer> entered = new HashMap<>();
    private int nodes;

    private Schemas(ObjectNode root) {
        this.root = root;
    }

    /// @throws IllegalArgumentException for one that cannot be used, with a sentence
    static ObjectNode input(JsonNode schema) {
        var copy = resolved(schema.isObject() ? (ObjectNode) schema : JsonNodeFactory.instance.objectNode());
        if (!copy.path("type").isString() || !copy.path("type").asString().equals("object")) {
            if (copy.has("type") && copy.path("type").valueStream().noneMatch(each -> each.asString("")
                    .equals("object"))) {
                throw new IllegalArgumentException("its input schema is not that of an object");
            }
            copy.put("type", "object");
        }
        if (copy.has("properties") && !copy.path("properties").isObject()) {
            throw new IllegalArgumentException("its input schema has properties that are no object");
        }
        COMBINED.forEach(keyword -> flatten(copy, keyword));
        return copy;
    }

    /// Empty when clients before 2026-07-28 could not read it: some of them drop the whole list then.
    static Optional<ObjectNode> output(JsonNode schema) {
        if (!(schema instanceof ObjectNode object) || !"object".equals(object.path("type").asString(""))) {
            return Optional.empty();
        }
        return Optional.of(resolved(object));
    }

    /// The properties of all alternatives side by side; what only some of them require is not required any more.
    private static void flatten(ObjectNode root, String keyword) {
        if (!(root.remove(keyword) instanceof ArrayNode alternatives)) {
            return;                                // what is no list combines nothing, and clients refuse the word
        }
        for (var each : alternatives) {
            each.path("properties").properties().forEach(property ->
                    root.withObjectProperty("properties").putIfAbsent(property.getKey(), property.getValue()));
            if (keyword.equals("allOf") && each.path("required") instanceof ArrayNode required) {
                var all = new LinkedHashSet<String>();
                root.path("required").forEach(name -> all.add(name.asString("")));
                required.forEach(name -> all.add(name.asString("")));
                all.forEach(root.putArray("required")::add);
            }
        }
        root.remove("additionalProperties");
    }

    private static ObjectNode resolved(ObjectNode schema) {
        var plain = (ObjectNode) Plain.schema(schema);
        if (plain.findValue("$ref") == null) {
            return plain;
        }
        var whole = (ObjectNode) new Schemas(plain).resolve(plain, true);
        whole.remove(List.of("$defs", "definitions"));
        return whole;
    }

    private JsonNode resolve(JsonNode node, boolean schema) {
        if (++nodes > Limits.SCHEMA_NODES) {
            throw new IllegalArgumentException("its schema has more than " + Limits.SCHEMA_NODES
                    + " parts once its references are put in");
        }
        return switch (node) {
            case ObjectNode object when schema && object.has("$ref") -> referred(object);
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(member -> {
                    var key = member.getKey();
                    var kept = node == root && Set.of("$defs", "definitions").contains(key)
                            || schema && Set.of("enum", "const", "default", "examples").contains(key);
                    var names = schema && Set.of("properties", "patternProperties", "dependentSchemas").contains(key);
                    copy.set(key, kept ? member.getValue() : resolve(member.getValue(), !names));
                });
                yield copy;
            }
            case ArrayNode list -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> copy.add(resolve(each, true)));
                yield copy;
            }
            default -> node;
        };
    }

    private JsonNode referred(ObjectNode object) {
        var ref = object.path("$ref").asString("");
        if (!object.path("$ref").isString()) {
            throw new IllegalArgumentException("its schema has a $ref that is no text");
        }
        if (!ref.startsWith("#") || ref.length() > 1 && ref.charAt(1) != '/') {
            throw new IllegalArgumentException("its schema refers to something outside itself, which is never fetched");
        }
        var target = ref.length() == 1 ? root : at(ref.substring(2));
        if (!target.isObject() && !target.isBoolean()) {
            throw new IllegalArgumentException("its schema refers to a part that it does not have, or that is no "
                    + "schema");
        }
        if (entered.merge(ref, 1, Integer::sum) > Limits.SCHEMA_REF_DEPTH) {
            entered.merge(ref, -1, Integer::sum);
            return JsonNodeFactory.instance.objectNode().put("description", "The same again, any number of times.");
        }
        var resolved = resolve(target == root ? without(root) : target, true);
        entered.merge(ref, -1, Integer::sum);
        if (resolved instanceof ObjectNode inner) {
            object.properties().stream().filter(member -> !member.getKey().equals("$ref"))
                    .forEach(member -> inner.set(member.getKey(), resolve(member.getValue(),
                            !member.getKey().equals("properties"))));
        }
        return resolved;
    }

    private static ObjectNode without(ObjectNode root) {
        return root.deepCopy().without(List.of("$defs", "definitions", "$schema", "$id"));
    }

    private JsonNode at(String pointer) {
        JsonNode node = root;
        for (var step : new ArrayList<>(List.of(pointer.split("/", -1)))) {
            var name = step.replace("~1", "/").replace("~0", "~");
            node = node.isArray() && name.matches("[0-9]{1,6}") ? node.path(Integer.parseInt(name)) : node.path(name);
        }
        return node;
    }
}
