package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// OAuth clients: the programs that people let in, and those that come by themselves.
@Command(name = "client", description = "OAuth clients: add, list, revoke, their known faults.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", subcommands = {ClientCommand.Add.class,
                ClientCommand.Show.class, ClientCommand.Revoke.class, QuirksCommand.class})
final class ClientCommand {

    @Command(name = "add", mixinStandardHelpOptions = true, description = {"Registers a client.",
            "With --redirect-uri it signs people in through a browser; with --service it comes with a secret of "
                    + "its own, which is printed once."})
    static final class Add implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "NAME", description = "What people see on the consent page.")
        private String name;

        @Option(names = "--redirect-uri", paramLabel = "URI",
                description = "Where its users come back to. May be repeated.")
        private List<String> redirectUris = List.of();

        @Option(names = "--service", description = "An agent without a human: client credentials.")
        private boolean service;

        @Option(names = "--scope", paramLabel = "SCOPE",
                description = "A scope that it may ask for. May be repeated; without it, any.")
        private Set<String> scopes = Set.of();

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (service == !redirectUris.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "Give --redirect-uri for a client that signs people "
                        + "in, or --service for one without a human.");
            }
            try (var administration = Administration.open(deployment.read())) {
                var added = administration.addClient(name, redirectUris, service, scopes);
                spec.commandLine().getOut().println("client_id      " + added.clientId());
                added.secret().ifPresent(secret -> {
                    spec.commandLine().getOut().println("client_secret  " + secret);
                    spec.commandLine().getErr()
                            .println("The secret is shown this once and kept as a hash. Store it now.");
                });
                return 0;
            } catch (IllegalArgumentException mistake) {
                throw new CommandFailure(mistake.getMessage());
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true,
            description = "Lists the clients, those that registered themselves too.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var table = output.table("id", "kind", "state", "name", "redirect_uris");
                for (var listed : administration.clients().list()) {
                    var client = listed.client();
                    table.row(client.id(), client.kind().name().toLowerCase(java.util.Locale.ROOT),
                            listed.revokedAt().isPresent() ? "revoked" : "active", client.name(),
                            String.join(" ", client.redirectUris()));
                }
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true,
            description = {"Ends a client and everything that people granted it.",
            "A running deployment notices within a second."})
    static final class Revoke implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "CLIENT_ID", description = "As client list shows it.")
        private String id;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                if (!administration.revokeClient(id)) {
                    throw new CommandFailure("There is no client " + id + ". See: doorwarden client list "
                            + deployment.folder());
                }
                spec.commandLine().getErr().println("Revoked. Its tokens end now.");
                return 0;
            }
        }
    }
}
