package io.github.doorwarden.sources.openapi;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Turns schemas of a document into schemas that every client takes: no `$ref`, no combinators, cycles cut, one dialect
/// (JSON Schema 2020-12). One object converts one tool's schemas and counts their nodes; not for several threads.
final class Schemas {

    /// Which way the data goes.
    enum Direction { REQUEST, ANSWER }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> COUNTS = List.of("minLength", "maxLength", "minItems", "maxItems",
            "minProperties", "maxProperties");

    private final Refs refs;
    private final boolean isBefore31;
    private final int depth;
    private final Direction direction;
    private final Deque<JsonNode> under = new ArrayDeque<>();
    private int nodes;

    /// It has more nodes than one tool may; with less depth it may fit.
    static final class TooLarge extends Unconvertible {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("its schema has more than " + Limits.SCHEMA_NODES + " nodes");
        }
    }

    Schemas(Document document, Direction direction, int depth) {
        this.refs = document.refs();
        this.isBefore31 = document.isBefore31();
        this.direction = direction;
        this.depth = depth;
    }

    /// A new tree; the document is left as it is.
    ObjectNode convert(JsonNode written) throws Unconvertible {
        if (written.isBoolean() || written.isMissingNode()) {
            return JSON.objectNode();
        }
        var schema = refs.resolve(written);
        if (++nodes > Limits.SCHEMA_NODES) {
            throw new TooLarge();
        }
        if (under.size() >= depth || under.stream().anyMatch(above -> above == schema)) {
            return stub(schema);
        }
        under.push(schema);
        try {
            var out = simple(schema);
            for (var part : schema.path("allOf").values()) {
                Merge.both(out, convert(part));
            }
            for (var keyword : List.of("oneOf", "anyOf")) {
                if (schema.path(keyword).isArray()) {
                    variants(out, schema, keyword);
                }
            }
            var description = written.path("description").asString(schema.path("description").asString(""));
            if (!description.isBlank()) {
                out.put("description", capped(description, Limits.PROPERTY_DESCRIPTION_CHARACTERS));
            }
            return out;
        } finally {
            under.pop();
        }
    }

    /// Whether a property exists in this direction.
    private boolean flows(JsonNode property) throws Unconvertible {
        var other = direction == Direction.REQUEST ? "readOnly" : "writeOnly";
        return !property.path(other).asBoolean(false) && !refs.resolve(property).path(other).asBoolean(false);
    }

    private ObjectNode stub(JsonNode schema) {
        var stub = JSON.objectNode();
        types(schema, stub);
        if (stub.isEmpty() && schema.path("allOf").isArray()) {
            stub.put("type", "object");                          // what is composed so, and again in itself
        }
        if (Merge.types(stub).contains("array")) {
            stub.putObject("items");
        }
        return stub.put("description", under.stream().anyMatch(above -> above == schema)
                ? "The same structure again, nested; left out here." : "Nested further; left out here.");
    }

    private ObjectNode simple(JsonNode schema) throws Unconvertible {
        var out = JSON.objectNode();
        types(schema, out);
        if (schema.path("properties").isObject()) {
            properties(schema, out);
        }
        if (schema.has("items")) {
            out.set("items", convert(schema.path("items")));
        } else if (Merge.types(out).contains("array")) {
            out.set("items", JSON.objectNode());
        }
        var more = schema.path("additionalProperties");
        if (more.isObject() && !more.isEmpty()) {
            out.set("additionalProperties", convert(more));
        } else if (more.isBoolean() && direction == Direction.REQUEST) {
            out.set("additionalProperties", more);
        }
        if (direction == Direction.REQUEST) {
            constraints(schema, out);
        } else if (schema.path("format").isString()) {
            out.set("format", schema.path("format"));
        }
        return out;
    }

    private void types(JsonNode schema, ObjectNode out) {
        var types = new LinkedHashSet<String>();
        var written = schema.path("type");
        if (written.isString()) {
            types.add(written.asString());
        } else {
            written.values().forEach(type -> types.add(type.asString("")));
        }
        if (types.isEmpty() && schema.path("properties").isObject()) {
            types.add("object");
        } else if (types.isEmpty() && schema.has("items")) {
            types.add("array");
        }
        types.retainAll(Set.of("string", "number", "integer", "boolean", "object", "array", "null"));
        if (!types.isEmpty() && ((isBefore31 && schema.path("nullable")
                .asBoolean(schema.path("x-nullable").asBoolean(false)))
                // real answers have null where none was promised
                || (direction == Direction.ANSWER && under.size() > 1))) {
            types.add("null");
        }
        Merge.setTypes(out, types);
    }

    private void properties(JsonNode schema, ObjectNode out) throws Unconvertible {
        var properties = out.putObject("properties");
        for (var property : schema.path("properties").properties()) {
            if (flows(property.getValue())) {
                properties.set(property.getKey(), convert(property.getValue()));
            }
        }
        if (direction == Direction.REQUEST) {
            var required = new LinkedHashSet<String>();
            for (var name : schema.path("required").values()) {
                if (properties.has(name.asString(""))) {
                    required.add(name.asString(""));
                }
            }
            if (!required.isEmpty()) {
                required.forEach(out.putArray("required")::add);
            }
        }
    }

    private void constraints(JsonNode schema, ObjectNode out) {
        if (schema.path("enum").isArray()) {
            var values = (ArrayNode) schema.path("enum").deepCopy();
            if (Merge.types(out).contains("null") && values.valueStream().noneMatch(JsonNode::isNull)) {
                values.addNull();
            }
            out.set("enum", values);
        } else if (schema.has("const")) {
            out.putArray("enum").add(schema.path("const"));
        }
        bounds(schema, out);
        exclusive(schema, out, "exclusiveMinimum", "minimum");
        exclusive(schema, out, "exclusiveMaximum", "maximum");
        if (schema.path("format").isString()) {
            out.set("format", schema.path("format"));
        }
        if (schema.has("default")) {
            out.set("default", schema.path("default"));
        }
        if (schema.path("pattern").isString() && compiles(schema.path("pattern").asString())) {
            out.set("pattern", schema.path("pattern"));
        }
    }

    /// Those that are what the dialect says of them; one that is not would make the whole schema unusable.
    private static void bounds(JsonNode schema, ObjectNode out) {
        for (var bound : List.of("minimum", "maximum", "multipleOf")) {
            if (schema.path(bound).isNumber() && (!bound.equals("multipleOf") || schema.path(bound).asDouble() > 0)) {
                out.set(bound, schema.path(bound));
            }
        }
        for (var count : COUNTS) {
            if (schema.path(count).isIntegralNumber() && schema.path(count).asString().matches("[0-9]+")) {
                out.set(count, schema.path(count));
            }
        }
        if (schema.path("uniqueItems").isBoolean()) {
            out.set("uniqueItems", schema.path("uniqueItems"));
        }
    }

    private static void exclusive(JsonNode schema, ObjectNode out, String exclusive, String bound) {
        if (schema.path(exclusive).isNumber()) {
            out.set(exclusive, schema.path(exclusive));
        } else if (schema.path(exclusive).asBoolean(false) && out.has(bound)) { // OpenAPI 3.0
            out.set(exclusive, out.remove(bound));
        }
    }

    private static boolean compiles(String pattern) {
        try {
            Pattern.compile(pattern);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private void variants(ObjectNode out, JsonNode schema, String keyword) throws Unconvertible {
        var variants = new ArrayList<ObjectNode>();
        for (var variant : schema.path(keyword).values()) {
            variants.add(convert(variant));
        }
        Merge.variants(out, variants);
        var discriminator = schema.path("discriminator").path("propertyName").asString("");
        var mapping = schema.path("discriminator").path("mapping");
        if (out.path("properties").path(discriminator) instanceof ObjectNode property && !mapping.isEmpty()
                && direction == Direction.REQUEST) {
            var values = property.putArray("enum");
            mapping.propertyNames().forEach(values::add);
        }
    }

    static String capped(String text, int characters) {
        var flat = text.strip();
        if (flat.length() <= characters) {
            return flat;
        }
        var end = Character.isHighSurrogate(flat.charAt(characters - 2)) ? characters - 2 : characters - 1;
        return flat.substring(0, end) + "…";
    }

    /// Numbers as people write them, for messages.
    static String shown(JsonNode value) {
        return value.isNumber() ? new BigDecimal(value.asString()).toPlainString() : value.asString(value.toString());
    }
}
