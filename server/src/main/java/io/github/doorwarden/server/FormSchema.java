package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Revision;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The schema of a form as the specification restricts it (MCP 2025-06-18 and later, Elicitation, Requested schema;
/// Security considerations): flat, of primitives and choices, and never for secrets, since the answer passes through
/// the client.
final class FormSchema {

    private static final Set<String> PRIMITIVES = Set.of("string", "number", "integer", "boolean");

    /// As whole words of a name or title, however it is written together.
    private static final Pattern SECRET = Pattern.compile("(^| )(password|passwd|passphrase|passcode|secret|token|"
            + "api ?key|private ?key|access ?key|credentials?|card ?number|cvv|cvc)( |$)");

    private static final Pattern URL = Pattern.compile("(?i)\\b(https?)://");

    private FormSchema() {}

    /// @throws IllegalArgumentException with a sentence that names the property
    static void check(ObjectNode schema) {
        if (!"object".equals(schema.path("type").asString("")) || !schema.path("properties").isObject()) {
            throw new IllegalArgumentException("The schema of a form has \"type\": \"object\" and properties.");
        }
        for (var property : schema.path("properties").properties()) {
            var name = property.getKey();
            var value = property.getValue();
            if (!isPrimitive(value) && !isList(value)) {
                throw new IllegalArgumentException("The property " + name + " of a form must be a string, a number, a "
                        + "boolean, an enum or a list of choices: forms are flat.");
            }
            var title = value.path("title").asString("");
            if (isSecret(name) || isSecret(title)) {
                throw new IllegalArgumentException("The property " + name + " of a form seems to ask for a secret, "
                        + "which must not pass through the client. Ask for it on a page (Elicitation.visit).");
            }
            if (URL.matcher(title + " " + value.path("description").asString("") + value.findValuesAsString("title"))
                    .find()) {
                throw new IllegalArgumentException("The property " + name + " of a form has a URL in its title or "
                        + "description, and a form has nothing to click. Ask to visit it (Elicitation.visit).");
            }
        }
    }

    private static boolean isPrimitive(JsonNode property) {
        return PRIMITIVES.contains(property.path("type").asString(""))
                && Set.of("properties", "items", "$ref", "allOf", "anyOf").stream().noneMatch(property::has);
    }

    /// Several of an enum.
    private static boolean isList(JsonNode property) {
        var items = property.path("items");
        return "array".equals(property.path("type").asString(""))
                && (items.path("enum").isArray() || items.path("anyOf").isArray());
    }

    private static boolean isSecret(String text) {
        var words = text.replaceAll("([a-z])([A-Z])", "$1 $2").replaceAll("[^A-Za-z]+", " ").toLowerCase(Locale.ROOT);
        return SECRET.matcher(words).find();
    }

    /// Whether a list of choices is among the properties, which exist since 2025-11-25.
    static boolean hasLists(ObjectNode schema) {
        return schema.path("properties").valueStream().anyMatch(FormSchema::isList);
    }

    /// The schema in the words of a revision: 2025-06-18 has no defaults but for booleans, and its choices with titles
    /// are `enum` and `enumNames`.
    static ObjectNode at(ObjectNode schema, Revision revision) {
        if (revision.compareTo(Revision.V2025_11_25) >= 0) {
            return schema;
        }
        var old = schema.deepCopy();
        old.remove("$schema");
        for (var property : old.path("properties")) {
            var object = (ObjectNode) property;
            if (!"boolean".equals(object.path("type").asString(""))) {
                object.remove("default");
            }
            if (object.remove("oneOf") instanceof JsonNode choices && choices.isArray()) {
                var values = object.putArray("enum");
                var names = object.putArray("enumNames");
                choices.forEach(choice -> {
                    values.add(choice.path("const").asString(""));
                    names.add(choice.path("title").asString(""));
                });
            }
        }
        return old;
    }

    /// What the schema names, and nothing that came along.
    static ObjectNode only(ObjectNode schema, ObjectNode filled) {
        var kept = JsonNodeFactory.instance.objectNode();
        filled.properties().forEach(member -> {
            if (schema.path("properties").has(member.getKey())) {
                kept.set(member.getKey(), member.getValue());
            }
        });
        return kept;
    }

    /// The text with its URLs as words (Elicitation, Safe URL handling).
    static String unclickable(String text) {
        return URL.matcher(text).replaceAll("$1: //");
    }
}
