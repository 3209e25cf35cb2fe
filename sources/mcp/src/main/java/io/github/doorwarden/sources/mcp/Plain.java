package io.github.doorwarden.sources.mcp;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Words of a server without what people cannot see: control characters, which move a terminal's cursor, and format
/// characters, which turn or hide text. Whoever approves a definition must see what a model reads. Pure.
final class Plain {

    private Plain() {}

    /// Line ends and tabs stay.
    static String text(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}&&[^\\n\\t]]", "\uFFFD").strip();
    }

    static String text(JsonNode node) {
        return text(node.asString(""));
    }

    static String bounded(String text, int chars) {
        return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
    }

    /// A word of a server within a sentence of ours.
    static String word(String name) {
        return bounded(text(name).replaceAll("[\\n\\t]", " "), Limits.NAME_CHARS);
    }

    /// A schema whose descriptions and titles are plain; everything that a value is held against stays.
    static JsonNode schema(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(member -> copy.set(member.getKey(), member.getValue().isString()
                        && (member.getKey().equals("description") || member.getKey().equals("title"))
                        ? copy.stringNode(bounded(text(member.getValue()), Limits.DESCRIPTION_CHARS))
                        : schema(member.getValue())));
                yield copy;
            }
            case ArrayNode list -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> copy.add(schema(each)));
                yield copy;
            }
            default -> node;
        };
    }
}
