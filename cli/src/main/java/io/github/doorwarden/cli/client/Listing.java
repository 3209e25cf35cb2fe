package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// How what a server lists is printed: a table for people, its own entries for programs.
final class Listing {

    @Option(names = "--json", description = "Prints the entries as they came, one a line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// @param raw  the entries
    /// @param rows what people read of them, which is safe on a terminal
    /// @return the exit code
    int print(List<ObjectNode> raw, List<String> columns, List<List<String>> rows) {
        var out = spec.commandLine().getOut();
        if (json) {
            raw.forEach(entry -> out.println(Visible.json(entry)));
        } else if (rows.isEmpty()) {
            spec.commandLine().getErr().println("There are none that you may see.");
        } else {
            Terminal.of(spec, false).print(Grid.of(columns, rows), out);
        }
        return 0;
    }
}
