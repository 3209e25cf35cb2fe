package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a JSON Schema (2020-12) of a server says about one value, as far as somebody at a terminal needs it. Pure.
///
/// @param node with its references followed
record Schema(JsonNode node, JsonNode root) {

    /// A reference to a reference to a reference: further than schemas go that are meant to be read.
    private static final int REFERENCES_MAX = 8;

    static Schema of(JsonNode root) {
        return new Schema(root, root);
    }

    /// The members of an object, in the order of the schema.
    Map<String, Schema> properties() {
        var all = new LinkedHashMap<String, Schema>();
        node.path("properties").properties().forEach(each -> all.put(each.getKey(), at(each.getValue())));
        return all;
    }

    boolean requires(String property) {
        return node.path("required").valueStream().anyMatch(each -> each.asString("").equals(property));
    }

    /// Whether it takes members that it does not name.
    boolean open() {
        return !(node.path("additionalProperties").isBoolean() && !node.path("additionalProperties").asBoolean());
    }

    Schema items() {
        return at(node.path("items"));
    }

    /// `string`, `integer`, `number`, `boolean`, `array`, `object`; empty when it may be several things, or anything.
    String type() {
        var type = node.path("type");
        var types = type.isArray() ? type.valueStream().map(each -> each.asString("")).toList()
                : type.isString() ? List.of(type.asString()) : List.<String>of();
        var left = types.stream().filter(each -> !each.equals("null")).toList();
        if (left.size() == 1) {
            return left.getFirst();
        }
        if (left.isEmpty() && !choices().isEmpty() && choices().stream().allMatch(JsonNode::isString)) {
            return "string";
        }
        return left.isEmpty() && node.has("properties") ? "object" : "";
    }

    /// Whether null is a value of it.
    boolean nullable() {
        return node.path("type").valueStream().anyMatch(each -> each.asString("").equals("null"))
                || alternatives(node).stream().anyMatch(each -> each.path("type").asString("").equals("null"));
    }

    /// All values that it may have, when it lists them.
    List<JsonNode> choices() {
        if (node.has("const")) {
            return List.of(node.get("const"));
        }
        var listed = node.path("enum").valueStream().toList();
        if (!listed.isEmpty()) {
            return listed;
        }
        var titled = alternatives(node);
        return !titled.isEmpty() && titled.stream().allMatch(each -> each.has("const"))
                ? titled.stream().map(each -> each.get("const")).toList() : List.of();
    }

    /// What people read for a choice: the titles of `oneOf`, or `enumNames` of earlier revisions.
    String titleOf(int choice) {
        var titled = alternatives(node);
        var names = node.path("enumNames");
        return choice < titled.size() && titled.get(choice).has("title") ? titled.get(choice).path("title").asString("")
                : names.path(choice).asString(choices().get(choice).asString(choices().get(choice).toString()));
    }

    Optional<JsonNode> usual() {
        return Optional.ofNullable(node.get("default"));
    }

    String title() {
        return Visible.line(node.path("title").asString(""));
    }

    String description() {
        return Visible.line(node.path("description").asString("").strip().replaceAll("\\s+", " "));
    }

    /// In a word or two, for a synopsis.
    String word() {
        var choices = choices();
        if (!choices.isEmpty()) {
            var all = choices.stream().map(each -> each.asString(each.toString())).collect(Collectors.joining("|"));
            return Visible.line(all.length() <= 40 ? all : choices.getFirst().asString("") + "|…");
        }
        return switch (type()) {
            case "integer" -> "N";
            case "number" -> "NUMBER";
            case "boolean" -> "true|false";
            case "array" -> items().word() + ",…";
            case "object" -> "JSON";
            case "string" -> switch (node.path("format").asString("")) {
                case "date" -> "YYYY-MM-DD";
                case "date-time" -> "TIME";
                case "uri" -> "URL";
                case "email" -> "EMAIL";
                default -> "TEXT";
            };
            default -> "VALUE";
        };
    }

    /// Bounds, in words; empty without any.
    String bounds() {
        return between(node.path("minimum"), node.path("maximum"), "")
                + between(node.path("minLength"), node.path("maxLength"), " characters")
                + between(node.path("minItems"), node.path("maxItems"), " of them");
    }

    private static String between(JsonNode least, JsonNode most, String unit) {
        if (least.isNumber() && most.isNumber()) {
            return least + " to " + most + unit;
        }
        return least.isNumber() ? "at least " + least + unit : most.isNumber() ? "at most " + most + unit : "";
    }

    private Schema at(JsonNode found) {
        return new Schema(resolved(found), root);
    }

    /// References into the same document, and `anyOf` of one thing and null.
    private JsonNode resolved(JsonNode found) {
        var now = found;
        for (var i = 0; i < REFERENCES_MAX; i++) {
            var reference = now.path("$ref").asString("");
            if (reference.startsWith("#/")) {
                now = root.at(reference.substring(1));
                continue;
            }
            var real = alternatives(now).stream().filter(each -> !each.path("type").asString("").equals("null"))
                    .toList();
            if (real.size() != 1 || alternatives(now).size() == 1 && real.getFirst().has("const")) {
                return now;
            }
            var merged = now.isObject() ? ((ObjectNode) now).deepCopy() : null;
            var only = real.getFirst();
            if (merged == null || !only.isObject()) {
                return now;
            }
            merged.remove(List.of("anyOf", "oneOf"));
            only.properties().forEach(each -> merged.set(each.getKey(), each.getValue()));
            merged.withArray("type").removeAll().add(only.path("type").asString("")).add("null");
            now = only.has("$ref") ? only : merged;
        }
        return now;
    }

    private static List<JsonNode> alternatives(JsonNode of) {
        return of.path(of.has("oneOf") ? "oneOf" : "anyOf").valueStream().toList();
    }
}
