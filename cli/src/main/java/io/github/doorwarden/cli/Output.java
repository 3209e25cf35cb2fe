package io.github.doorwarden.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// How a list is printed: a table for people, one JSON object a line for programs.
public final class Output {

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// Whether a program reads.
    public boolean json() {
        return json;
    }

    public Table table(String... columns) {
        return new Table(List.of(columns));
    }

    public final class Table {

        private final List<String> columns;
        private final List<List<String>> rows = new ArrayList<>();
        private final Set<String> onlyJson = new HashSet<>();
        private final Map<String, UnaryOperator<String>> shortened = new HashMap<>();

        private Table(List<String> columns) {
            this.columns = columns;
        }

        /// Leaves columns out of the table for people, whose terminals are narrow.
        public void onlyJson(String... left) {
            onlyJson.addAll(List.of(left));
        }

        /// How people read the values of a column.
        public void shortened(String column, UnaryOperator<String> shorter) {
            shortened.put(column, shorter);
        }

        public void row(String... values) {
            rows.add(List.of(values));
        }

        public void print() {
            var out = spec.commandLine().getOut();
            if (json) {
                for (var row : rows) {
                    var object = JsonNodeFactory.instance.objectNode();
                    for (var i = 0; i < columns.size(); i++) {
                        object.put(columns.get(i), row.get(i));
                    }
                    out.println(Visible.json(object));
                }
            } else if (rows.isEmpty()) {
                spec.commandLine().getErr().println("There are none.");
            } else {
                var lines = new ArrayList<List<String>>();
                lines.add(columns);
                rows.forEach(row -> lines.add(forPeople(row)));
                lines.forEach(line -> out.println(line(line, lines)));
            }
        }

        private List<String> forPeople(List<String> row) {
            var read = new ArrayList<String>();
            for (var i = 0; i < columns.size(); i++) {
                read.add(Visible.line(shortened.getOrDefault(columns.get(i), value -> value).apply(row.get(i))));
            }
            return read;
        }

        private String line(List<String> values, List<List<String>> all) {
            var line = new StringBuilder();
            for (var i = 0; i < columns.size(); i++) {
                var column = i;
                if (!onlyJson.contains(columns.get(i))) {
                    var width = all.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
                    line.append(values.get(i)).append(" ".repeat(width - values.get(i).length() + 2));
                }
            }
            return line.toString().stripTrailing();
        }
    }
}
