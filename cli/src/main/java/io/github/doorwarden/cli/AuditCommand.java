package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

        @Option(names = "--last", paramLabel = "N", defaultValue = "50", description = "How many (default: ${DEFAULT-VALUE}).")
        private int last;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var table = output.table("at", "event", "outcome", "subject", "client_id", "thing", "ms", "reason", "request_id");
                administration.audit().newest(last).reversed().forEach(line -> table.row(line.at().toString(), line.event(), line.outcome(),
                        line.subject(), line.clientId(), line.thing(), String.valueOf(line.duration().toMillis()), line.reason(),
                        line.requestId()));
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "verify", mixinStandardHelpOptions = true, description = "Proves that no line was changed or cut out.")
    static final class Verify implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var broken = administration.audit().verify();
                if (broken.isPresent()) {
                    throw new CommandFailure("The audit log is broken: " + broken.get());
                }
                spec.commandLine().getOut().println("The audit log is whole.");
                return 0;
            }
        }
    }
}
