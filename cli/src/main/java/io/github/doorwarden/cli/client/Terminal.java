package io.github.doorwarden.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/// Who is in front of the command: a person who can be asked and shown how far it is, or a program.
///
/// @param in     what they type
/// @param err    what they are told, which is no result
/// @param person whether it is one
/// @param width  columns that lines for people have; none are cut for programs
record Terminal(BufferedReader in, PrintWriter err, boolean person, int width) {

    /// @param asked whether somebody says that there is a person, whatever it looks like
    static Terminal of(CommandSpec spec, boolean asked) {
        var console = System.console();
        var terminal = console != null && console.isTerminal();
        return new Terminal(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                spec.commandLine().getErr(), terminal || asked, terminal ? spec.commandLine().getUsageHelpWidth()
                : Integer.MAX_VALUE);
    }

    /// A line above others, where that can be seen.
    String heading(String line) {
        return width < Integer.MAX_VALUE && Ansi.AUTO.enabled() ? "\033[1m" + line + "\033[0m" : line;
    }

    /// A table, with its names above it.
    void print(Grid grid, PrintWriter out) {
        var lines = grid.lines(width);
        out.println(heading(lines.getFirst()));
        lines.stream().skip(1).forEach(out::println);
    }

    /// The next line that is typed; empty at the end of input.
    Optional<String> line(String prompt) {
        err.print(prompt);
        err.flush();
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
