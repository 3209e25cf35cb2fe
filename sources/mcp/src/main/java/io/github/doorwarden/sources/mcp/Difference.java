package io.github.doorwarden.sources.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Two wordings of a definition, line by line, for whoever is to approve the second. Characters that nobody sees are
/// written as escapes. Every line is there, however many there are; where too many differ to be compared with each
/// other, all that is old stands before all that is new. Pure.
final class Difference {

    private Difference() {}

    /// `- ` before what is gone, `+ ` before what is new, two blanks before what stays.
    static List<String> of(Optional<ObjectNode> before, Optional<ObjectNode> after) {
        var old = lines(before);
        var fresh = lines(after);
        var head = 0;
        while (head < Math.min(old.size(), fresh.size()) && old.get(head).equals(fresh.get(head))) {
            head++;
        }
        var tail = 0;
        while (tail < Math.min(old.size(), fresh.size()) - head
                && old.get(old.size() - 1 - tail).equals(fresh.get(fresh.size() - 1 - tail))) {
            tail++;
        }
        var all = new ArrayList<String>();
        old.subList(0, head).forEach(line -> all.add("  " + line));
        all.addAll(changed(old.subList(head, old.size() - tail), fresh.subList(head, fresh.size() - tail)));
        old.subList(old.size() - tail, old.size()).forEach(line -> all.add("  " + line));
        return all;
    }

    private static List<String> changed(List<String> old, List<String> fresh) {
        if ((long) old.size() * fresh.size() > Limits.COMPARED) {
            return Stream.concat(old.stream().map(line -> "- " + line), fresh.stream().map(line -> "+ " + line))
                    .toList();
        }
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
                .writeValueAsString(Pins.canonical(node)).lines().map(Difference::visible).toList())
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
