package io.github.doorwarden.sources.openapi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Joins converted schemas: what `allOf`, `oneOf` and `anyOf` say, as nearly as one plain schema can. It may allow more
/// than the document does, never less: the backend has the last word.
final class Merge {

    private Merge() {}

    /// The value of `type` as a set; empty when any.
    static Set<String> types(JsonNode schema) {
        var types = new LinkedHashSet<String>();
        var type = schema.path("type");
        if (type.isString()) {
            types.add(type.asString());
        }
        type.values().forEach(each -> types.add(each.asString("")));
        return types;
    }

    static void setTypes(ObjectNode schema, Set<String> types) {
        schema.remove("type");
        if (types.size() == 1) {
            schema.put("type", types.iterator().next());
        } else if (!types.isEmpty()) {
            var list = schema.putArray("type");
            types.forEach(list::add);
        }
    }

    /// `allOf`: both hold. What `into` says already stays.
    static void both(ObjectNode into, ObjectNode part) {
        for (var keyword : part.properties()) {
            switch (keyword.getKey()) {
                case "properties" -> {
                    var properties = into.path("properties") instanceof ObjectNode known ? known
                            : into.putObject("properties");
                    keyword.getValue().properties().forEach(property -> {
                        if (properties.path(property.getKey()) instanceof ObjectNode known
                                && property.getValue() instanceof ObjectNode more) {
                            both(known, more);
                        } else {
                            properties.set(property.getKey(), property.getValue());
                        }
                    });
                }
                case "required" -> {
                    var names = new LinkedHashSet<String>();
                    into.path("required").values().forEach(name -> names.add(name.asString("")));
                    keyword.getValue().values().forEach(name -> names.add(name.asString("")));
                    var required = into.putArray("required");
                    names.forEach(required::add);
                }
                case "additionalProperties" -> {
                    // `false` in one part would forbid the properties of the others
                    if (!keyword.getValue().isBoolean() && !into.has("additionalProperties")) {
                        into.set("additionalProperties", keyword.getValue());
                    }
                }
                default -> {
                    if (!into.has(keyword.getKey())) {
                        into.set(keyword.getKey(), keyword.getValue());
                    }
                }
            }
        }
        if (into.has("properties") && into.path("additionalProperties").isBoolean() && part.has("properties")) {
            into.remove("additionalProperties");
        }
    }

    /// `oneOf`, `anyOf`: objects are flattened, with the properties that all of them require; scalars join their types
    /// and values; anything else may be anything.
    static void variants(ObjectNode into, List<ObjectNode> all) {
        var variants = all.stream().filter(each -> !types(each).equals(Set.of("null"))).toList();
        var nullable = variants.size() < all.size();
        if (variants.isEmpty()) {
            return;
        }
        var joined = variants.getFirst().deepCopy();
        for (var variant : variants.subList(1, variants.size())) {
            joined = either(joined, variant);
        }
        both(into, joined);
        var types = types(into);
        if (nullable && !types.isEmpty()) {
            types.add("null");
            setTypes(into, types);
            if (into.path("enum").isArray() && into.path("enum").valueStream().noneMatch(JsonNode::isNull)) {
                into.withArray("enum").addNull();
            }
        }
    }

    private static ObjectNode either(ObjectNode a, ObjectNode b) {
        var out = JsonNodeFactory.instance.objectNode();
        var types = types(a);
        var others = types(b);
        if (types.isEmpty() || others.isEmpty()) {
            return out;
        }
        types.addAll(others);
        if (types.contains("number")) {
            types.remove("integer");
        }
        setTypes(out, types);
        if (a.has("properties") && b.has("properties")) {
            var properties = out.putObject("properties");
            properties.setAll((ObjectNode) a.path("properties").deepCopy());
            b.path("properties").properties().forEach(property -> properties.set(property.getKey(),
                    properties.path(property.getKey()) instanceof ObjectNode known
                    && property.getValue() instanceof ObjectNode other
                            && !known.equals(other) ? either(known, other) : property.getValue()));
            var shared = new LinkedHashSet<String>();
            a.path("required").values().forEach(name -> shared.add(name.asString("")));
            var theirs = new LinkedHashSet<String>();
            b.path("required").values().forEach(name -> theirs.add(name.asString("")));
            shared.retainAll(theirs);
            if (!shared.isEmpty()) {
                var required = out.putArray("required");
                shared.forEach(required::add);
            }
        } else if (a.has("properties") || b.has("properties")) {
            out.set("properties", a.has("properties") ? a.path("properties") : b.path("properties"));
        }
        if (a.path("enum").isArray() && b.path("enum").isArray()) {
            var values = new LinkedHashSet<JsonNode>();
            a.path("enum").values().forEach(values::add);
            b.path("enum").values().forEach(values::add);
            values.forEach(out.putArray("enum")::add);
        }
        if (types.contains("array")) {
            out.set("items", a.has("items") && a.path("items").equals(b.path("items")) ? a.path("items")
                    : a.has("items") && !b.has("items") ? a.path("items")
                    : b.has("items") && !a.has("items") ? b.path("items") : JsonNodeFactory.instance.objectNode());
        }
        return out;
    }
}
