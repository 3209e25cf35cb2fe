package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// A token that somebody found.
@Command(name = "token", description = "Tokens: revoke.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = TokenCommand.Revoke.class)
final class TokenCommand {

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = {"Ends a token and what is behind it.",
            "The token, of any kind, is the first line of standard input; never an argument. The whole grant ends, "
                    + "refresh tokens too. With --jti an access token is named by its id, as the audit log has it: of "
                    + "a JWT only the log knows whose it is, so everything ends that this person granted to that "
                    + "client."})
    static final class Revoke implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Option(names = "--jti", paramLabel = "ID", description = "Names an access token by its id.")
        private String jti;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            var token = jti != null ? "" : Input.line().map(String::strip).filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new CommandFailure("There is no token on standard input. Write it there as one "
                            + "line, or name it by --jti."));
            try (var administration = Administration.open(deployment.read())) {
                var ended = (jti != null ? administration.revokeTokenId(jti)
                        : administration.revokeToken(token).map(alive -> alive ? 1 : 0))
                        .orElseThrow(() -> new CommandFailure("No such token was issued here, or it was forgotten long "
                                + "ago. doorwarden auth explain says what it is."));
                spec.commandLine().getErr().println(ended == 0 ? "What was behind it had ended already."
                        : "Revoked. Everything behind it ends now.");
                return 0;
            }
        }
    }
}
