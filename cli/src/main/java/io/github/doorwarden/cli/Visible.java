package io.github.doorwarden.cli;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Text of foreign documents and servers on an operator's screen: what a terminal would obey, or nobody would see, is
/// written as the number of its character, so that it cannot rewrite what the operator decides by. Pure.
public final class Visible {

    private Visible() {}

    /// One line, whatever line ends are in the text.
    public static String line(String text) {
        return escaped(text, c -> String.format("\\u{%x}", c));
    }

    /// A sentence of ours with something foreign in it: its line ends stay.
    public static String lines(String text) {
        return escaped(text, c -> c == '\n' ? "\n" : String.format("\\u{%x}", c));
    }

    /// A text of YAML in double quotes (YAML 1.2.2 §5.7).
    public static String quoted(String text) {
        return "\"" + escaped(text.replace("\\", "\\\\").replace("\"", "\\\""), c -> String.format("\\U%08x", c))
                + "\"";
    }

    /// JSON on one line, the same to whoever parses it: such characters stand in its strings alone, as escapes.
    public static String json(JsonNode node) {
        return escaped(node.toString(), c -> new String(Character.toChars(c)).chars()
                .mapToObj(unit -> String.format("\\u%04x", unit)).collect(Collectors.joining()));
    }

    private static String escaped(String text, IntFunction<String> escape) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                        Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                        out.append(escape.apply(c));
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
