package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Which people are sorted where.
@Command(name = "tiers", description = "Tiers of callers: show.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = TiersCommand.Show.class)
final class TiersCommand {

    @Command(name = "show", mixinStandardHelpOptions = true,
            description = "Says which tier somebody with an address is in, and why.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Parameters(index = "1", paramLabel = "EMAIL", description = "An address; nobody needs to have it.")
        private String email;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var tiers = administration.tiers();
                if (tiers.isEmpty()) {
                    throw new CommandFailure("This deployment has no tiers. Declare some under authorization.tiers.");
                }
                var place = administration.tier(email).orElseThrow(() -> new CommandFailure("No tier takes " + email
                        + ": it is on none of the lists of " + String.join(", ", tiers) + "."));
                var table = output.table("email", "tier", "why");
                table.row(email, place.tier(), place.why());
                table.print();
                return 0;
            }
        }
    }
}
