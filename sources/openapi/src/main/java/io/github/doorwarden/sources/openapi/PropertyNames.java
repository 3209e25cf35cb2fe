package io.github.doorwarden.sources.openapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Names of properties that every client takes, also inside of arguments: what the strictest refuse gets another name
/// on the way in, which is turned back before it is sent, and is left undescribed on the way out.
final class PropertyNames {

    private PropertyNames() {}

    static boolean isLegal(String name) {
        return name.matches("[A-Za-z0-9_.-]{1," + Limits.ARGUMENT_NAME_CHARACTERS + "}");
    }

    static String legal(String name) {
        if (isLegal(name)) {
            return name;
        }
        var legal = name.replaceAll("[^A-Za-z0-9_.-]+", "_").replaceAll("^_+(?=.)|(?<=.)_+$", "");
        return legal.isEmpty() ? "argument"
                : legal.substring(0, Math.min(legal.length(), Limits.ARGUMENT_NAME_CHARACTERS));
    }

    /// First hexadecimal digits of the SHA-256 of a text.
    static String hash(String text, int digits) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8))).substring(0, digits);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }

    /// Renames within a converted schema of a request.
    ///
    /// @param wire gets every new name with the one that the backend knows; a new name is nobody else's, because it
    ///             ends with a part of the old one's hash
    static ObjectNode renamed(ObjectNode schema, Map<String, String> wire) {
        var out = JsonNodeFactory.instance.objectNode();
        for (var each : schema.properties()) {
            out.set(each.getKey(), switch (each.getKey()) {
                case "properties" -> {
                    var properties = JsonNodeFactory.instance.objectNode();
                    each.getValue().properties().forEach(property -> properties.set(inside(property.getKey(), wire),
                            property.getValue() instanceof ObjectNode node ? renamed(node, wire)
                                    : property.getValue()));
                    yield properties;
                }
                case "required" -> {
                    var required = JsonNodeFactory.instance.arrayNode();
                    each.getValue().values().forEach(name -> required.add(inside(name.asString(""), wire)));
                    yield required;
                }
                case "items", "additionalProperties" -> each.getValue() instanceof ObjectNode node
                        ? renamed(node, wire) : each.getValue();
                default -> each.getValue();
            });
        }
        return out;
    }

    private static String inside(String name, Map<String, String> wire) {
        if (isLegal(name)) {
            return name;
        }
        var legal = legal(name);
        var other = legal.substring(0, Math.min(legal.length(), Limits.ARGUMENT_NAME_CHARACTERS - 7)) + "_"
                + hash(name, 6);
        wire.put(other, name);
        return other;
    }

    /// A value with the names that the backend knows.
    static JsonNode restored(JsonNode value, Map<String, String> wire) {
        if (wire.isEmpty() || !value.isContainer()) {
            return value;
        }
        if (value.isArray()) {
            var out = JsonNodeFactory.instance.arrayNode();
            value.values().forEach(item -> out.add(restored(item, wire)));
            return out;
        }
        var out = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(each -> out.set(wire.getOrDefault(each.getKey(), each.getKey()),
                restored(each.getValue(), wire)));
        return out;
    }

    /// Takes what strict clients refuse out of the schema of an answer; the answer itself keeps it.
    static void leaveOut(JsonNode schema) {
        if (schema.path("properties") instanceof ObjectNode properties) {
            properties.remove(properties.propertyNames().stream().filter(name -> !isLegal(name)).toList());
            properties.values().forEach(PropertyNames::leaveOut);
        }
        leaveOutBelow(schema.path("items"));
        leaveOutBelow(schema.path("additionalProperties"));
    }

    private static void leaveOutBelow(JsonNode schema) {
        if (schema.isObject()) {
            leaveOut(schema);
        }
    }
}
