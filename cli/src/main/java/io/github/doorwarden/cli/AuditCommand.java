package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Who did what, and why a client was refused.
@Command(name = "audit", description = "The audit log: list, verify.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {AuditCommand.Show.class, AuditCommand.Verify.class})
final class AuditCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The newest lines, oldest of them first.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Option(names = "--last", paramLabel = "N", defaultValue = "50",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int last;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (last < 1) {
                throw new ParameterException(spec.commandLine(), "--last must be at least 1.");
            }
            try (var administration = Administration.open(deployment.read())) {
                // In this order, when, whether and what fill a narrow terminal's first line; who and why the next.
                var table = output.table("at", "outcome", "event", "thing", "subject", "client_id", "reason", "ms",
                        "request_id");
                table.onlyJson("ms", "request_id");
                table.shortened("at", at -> at.replaceFirst("\\.\\d+Z$", "Z"));
                for (var line : administration.audit().newest(last).reversed()) {
                    var event = line.event();
                    table.row(event.at().toString(), event.outcome(), event.event(), event.thing(), event.subject(),
                            event.clientId(), event.reason(), String.valueOf(event.duration().toMillis()),
                            event.requestId());
                }
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "verify", mixinStandardHelpOptions = true,
            description = "Proves that no line was changed or cut out.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var checked = administration.audit().verify();
                checked.broken().ifPresent(broken -> {
                    throw new CommandFailure("The audit log is broken after line " + checked.lines() + ": " + broken);
                });
                spec.commandLine().getOut().println("whole  " + checked.lines() + " lines, head " + checked.head());
                return 0;
            }
        }
    }
}
