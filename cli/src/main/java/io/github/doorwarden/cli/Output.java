package io.github.doorwarden.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// How a list is printed: a table for people, one JSON object a line for programs.
final class Output {

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    Table table(String... columns) {
        return new Table(List.of(columns));
    }

    final class Table {

        private final List<String> columns;
        private final List<List<String>> rows = new ArrayList<>();
        private final Set<String> onlyJson = new HashSet<>();

        private Table(List<String> columns) {
            this.columns = columns;
        }

        /// Leaves a column out of the table for people, who have but so many.
        void onlyJson(String column) {
            onlyJson.add(column);
        }

        void row(String... values) {
            rows.add(List.of(values));
        }

        void print() {
            var out = spec.commandLine().getOut();
            if (json) {
                for (var row : rows) {
                    var object = JsonNodeFactory.instance.objectNode();
                    for (var i = 0; i < columns.size(); i++) {
                        object.put(columns.get(i), row.get(i));
                    }
                    out.println(object);
                }
            } else if (rows.isEmpty()) {
                spec.commandLine().getErr().println("There are none.");
            } else {
                out.println(line(columns));
                rows.forEach(row -> out.println(line(row)));
            }
        }

        private String line(List<String> values) {
            var line = new StringBuilder();
            for (var i = 0; i < columns.size(); i++) {
                if (onlyJson.contains(columns.get(i))) {
                    continue;
                }
                line.append(values.get(i)).append(" ".repeat(width(i) - values.get(i).length() + 2));
            }
            return line.toString().stripTrailing();
        }

        private int width(int column) {
            return Math.max(columns.get(column).length(),
                    rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
        }
    }
}
