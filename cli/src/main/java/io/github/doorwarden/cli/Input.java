package io.github.doorwarden.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// What is secret and therefore no argument: other people on the machine could read it there.
final class Input {

    private Input() {}

    /// Asked for twice at a terminal, else the first line of standard input.
    ///
    /// @param otherwise said when the two differ
    static String password(String otherwise) {
        var console = System.console();
        if (console != null && console.isTerminal()) {
            var typed = console.readPassword("Password: ");
            var again = console.readPassword("Once more: ");
            if (typed == null || again == null || !Arrays.equals(typed, again)) {
                throw new CommandFailure("The two passwords differ. " + otherwise);
            }
            return new String(typed);
        }
        return line().orElseThrow(() -> new CommandFailure("There is no password on standard input. Write it there as "
                + "one line."));
    }

    /// The first line of standard input, without blanks around it.
    static Optional<String> line() {
        try {
            return Optional.ofNullable(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    .readLine());
        } catch (IOException e) {
            throw new CommandFailure("Standard input cannot be read: " + e.getMessage());
        }
    }
}
