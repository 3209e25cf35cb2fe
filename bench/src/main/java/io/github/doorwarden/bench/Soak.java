package io.github.doorwarden.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Long runs against a deployment: what holds for a second need not hold for an hour.
@Command(name = "scripts/soak", mixinStandardHelpOptions = true, usageHelpWidth = 120,
        subcommands = {Idle.class, Storm.class},
        description = "Long runs against a deployment that is started for them.")
public final class Soak {

    private Soak() {}

    /// Exit code 0 when everything held, 1 when not, 2 for wrong options.
    public static void main(String[] arguments) {
        var command = new CommandLine(new Soak());
        command.setExecutionExceptionHandler((failure, line, parsed) -> {
            System.err.println("scripts/soak: " + failure.getMessage());
            return 1;
        });
        System.exit(command.execute(arguments));
    }
}
