package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Rows and columns for people: cut to the width of their terminal, never for programs. Pure.
final class Grid {

    /// With more nobody sees which value belongs to which name.
    private static final int COLUMNS_MAX = 8;
    /// Below that a cut column says nothing.
    private static final int NARROW = 8;
    private static final String GAP = "  ";

    private final List<String> head;
    private final List<List<String>> rows;

    private Grid(List<String> head, List<List<String>> rows) {
        this.head = head;
        this.rows = rows;
    }

    /// A list of like objects as a table; empty when it is something else.
    static Optional<Grid> of(JsonNode list) {
        if (!list.isArray() || list.isEmpty() || !list.valueStream().allMatch(JsonNode::isObject)) {
            return Optional.empty();
        }
        var names = new LinkedHashSet<String>();
        list.valueStream().forEach(each -> each.properties().forEach(member -> names.add(member.getKey())));
        var flat = list.valueStream().allMatch(each -> each.valueStream().allMatch(value -> value.isValueNode()));
        if (!flat || names.isEmpty() || names.size() > COLUMNS_MAX) {
            return Optional.empty();
        }
        return Optional.of(new Grid(names.stream().map(Visible::line).toList(), list.valueStream()
                .map(each -> names.stream().map(name -> cell(each.path(name))).toList()).toList()));
    }

    /// @param rows of as many cells as there are names
    static Grid of(List<String> head, List<List<String>> rows) {
        return new Grid(head, rows);
    }

    private static String cell(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "" : Visible.line(value.asString(value.toString())
                .strip().replaceAll("\\s+", " "));
    }

    List<String> lines(int width) {
        var widths = fitted(width);
        var lines = new ArrayList<String>();
        lines.add(line(head, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    /// What each column gets: the widest give first, and the first one never, because it is what one types next.
    private int[] fitted(int width) {
        var widths = IntStream.range(0, head.size()).map(column -> Math.max(head.get(column).length(), rows.stream()
                .mapToInt(row -> row.get(column).length()).max().orElse(0))).toArray();
        var room = (long) width - (long) GAP.length() * (head.size() - 1);
        while (IntStream.of(widths).asLongStream().sum() > room) {
            var widest = IntStream.range(1, widths.length).reduce((a, b) -> widths[b] > widths[a] ? b : a).orElse(0);
            if (widest == 0 || widths[widest] <= NARROW) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (var i = 0; i < cells.size(); i++) {
            var cell = cells.get(i);
            var cut = cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "…" : cell;
            line.append(cut).append(" ".repeat(widths[i] - cut.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
