package io.github.doorwarden.sources.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Two wordings of a definition, line by line, for whoever is to approve the second. Characters that nobody sees are
/// written as escapes. Pure.
final class Difference {

    private static final int LINES = 3_000;

    private Difference() {}

    /// `- ` before what is gone, `+ ` before what is new, two blanks before what stays.
    static List<String> of(Optional<ObjectNode> before, Optional<ObjectNode> after) {
        var old = lines(before);
        var fresh = lines(after);
        var common = new int[old.size() + 1][fresh.size() + 1];
        for (var i = old.size() - 1; i >= 0; i--) {
            for (var j = fresh.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(fresh.get(j)) ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var all = new ArrayList<String>();
        var i = 0;
        var j = 0;
        while (i < old.size() || j < fresh.size()) {
            if (i < old.size() && j < fresh.size() && old.get(i).equals(fresh.get(j))) {
                all.add("  " + old.get(i++));
                j++;
            } else if (j >= fresh.size() || i < old.size() && common[i + 1][j] >= common[i][j + 1]) {
                all.add("- " + old.get(i++));
            } else {
                all.add("+ " + fresh.get(j++));
            }
        }
        return all;
    }

    private static List<String> lines(Optional<ObjectNode> definition) {
        return definition.map(node -> JsonMapper.shared().writerWithDefaultPrettyPrinter()
                .writeValueAsString(Pins.canonical(node)).lines().limit(LINES).map(Difference::visible).toList())
                .orElse(List.of());
    }

    private static String visible(String line) {
        var out = new StringBuilder();
        line.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                        Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                        out.append(String.format("\\u{%x}", c));
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
