package io.github.doorwarden.server;

import java.util.ArrayList;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What a tool returned, without what no text has a use for: control characters, which move the cursor of a terminal or
/// hide what stands behind them, and halves of surrogate pairs, which are no Unicode (MCP, Tools, Security
/// considerations: sanitize tool outputs). Each becomes U+FFFD; tabs and line ends stay, U+0085 among them. Pure.
final class Cleaned {

    private static final char INSTEAD = '\uFFFD';

    private Cleaned() {}

    /// The same object when there is nothing to clean, which is nearly always.
    static ToolResult of(ToolResult result) {
        var structured = result.structured().map(Cleaned::cleaned);
        var content = new ArrayList<ObjectNode>(result.content().size());
        var further = (ObjectNode) cleaned(result.further());
        var changed = further != result.further()
                || structured.isPresent() && structured.get() != result.structured().get();
        for (var block : result.content()) {
            var clean = (ObjectNode) cleaned(block);
            changed |= clean != block;
            content.add(clean);
        }
        return changed ? new ToolResult(content, structured, result.isError(), further) : result;
    }

    private static JsonNode cleaned(JsonNode node) {
        return switch (node) {
            case StringNode text -> {
                var clean = text(text.stringValue());
                yield clean.isPresent() ? StringNode.valueOf(clean.get()) : text;
            }
            case ObjectNode object -> {
                var copy = object;
                for (var entry : object.properties()) {
                    var name = text(entry.getKey());
                    var value = cleaned(entry.getValue());
                    if (name.isPresent() || value != entry.getValue()) {
                        copy = copy == object ? object.objectNode().setAll(object) : copy;
                        if (name.isPresent()) {
                            copy.remove(entry.getKey());
                        }
                        copy.set(name.orElse(entry.getKey()), value);
                    }
                }
                yield copy;
            }
            case ArrayNode list -> {
                var copy = list;
                for (var i = 0; i < list.size(); i++) {
                    var value = cleaned(list.get(i));
                    if (value != list.get(i)) {
                        copy = copy == list ? list.arrayNode().addAll(list) : copy;
                        copy.set(i, value);
                    }
                }
                yield copy;
            }
            default -> node;
        };
    }

    /// Empty when the text is clean.
    private static Optional<String> text(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (unwanted(text, i)) {
                var clean = new StringBuilder(text);
                for (var j = i; j < text.length(); j++) {
                    if (unwanted(text, j)) {
                        clean.setCharAt(j, INSTEAD);
                    }
                }
                return Optional.of(clean.toString());
            }
        }
        return Optional.empty();
    }

    private static boolean unwanted(String text, int at) {
        var c = text.charAt(at);
        if (c < 0x20) {
            return c != '\n' && c != '\t' && c != '\r';
        }
        if (c < 0x7F) {
            return false;
        }
        return c <= 0x9F && c != 0x85
                || Character.isHighSurrogate(c)
                        && (at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1)))
                || Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
