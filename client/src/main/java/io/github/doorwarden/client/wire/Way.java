package io.github.doorwarden.client.wire;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How a server is reached.
public sealed interface Way {

    /// A process of our own, spoken to over its standard input and output (MCP, stdio).
    ///
    /// @param command     the program and its arguments; no shell reads it
    /// @param environment all that it gets: nothing is inherited
    /// @param folder      where it runs
    record Stdio(List<String> command, Map<String, String> environment, Path folder) implements Way {
        public Stdio {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("A command has at least the name of a program.");
            }
        }

        /// Without the values of the environment, which may be keys.
        @Override
        public String toString() {
            return "Stdio[" + command.getFirst() + ", environment " + environment.keySet() + "]";
        }
    }

    /// Streamable HTTP.
    ///
    /// @param channel to the endpoint; stays open when the connection is closed
    record Http(HttpChannel channel) implements Way {}
}
