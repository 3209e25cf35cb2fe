package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The keys that access tokens are signed with.
@Command(name = "keys", description = "Signing keys: list, rotate.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {KeysCommand.Show.class, KeysCommand.Rotate.class})
final class KeysCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = {"Lists the signing keys, oldest first.",
            "next: published, signs later. signing. retired: published until its last token has died."})
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var keys = administration.keys();
                var now = Instant.now();
                var table = output.table("kid", "algorithm", "state", "signs_from", "signs_until", "published_until");
                for (var key : keys) {
                    table.row(key.kid(), key.algorithm().name(), key.state(now), key.activeFrom().toString(),
                            key.retiredAt().map(Instant::toString).orElse(""),
                            key.forgetAt().map(Instant::toString).orElse(""));
                }
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "rotate", mixinStandardHelpOptions = true, description = {"Makes the next signing key.",
            "A running deployment publishes it within a minute and signs with it ten minutes from now; tokens of "
                    + "the present key stay good until they end."})
    static final class Rotate implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                spec.commandLine().getOut().println(administration.rotateKey());
                spec.commandLine().getErr().println("It is published now and signs in ten minutes. See: doorwarden "
                        + "keys list " + deployment.folder());
                return 0;
            }
        }
    }
}
