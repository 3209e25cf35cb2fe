package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.ClientWish;
import io.github.doorwarden.authserver.NewClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// OAuth clients: the programs that people let in, and those that come by themselves.
@Command(name = "client", description = "OAuth clients: add, list, show, revoke and more.",
        mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", subcommands = {ClientCommand.Add.class,
                ClientCommand.Show.class, ClientCommand.One.class, ClientCommand.Revoke.class,
                ClientCommand.Delete.class, ClientCommand.RotateSecret.class, QuirksCommand.class})
final class ClientCommand {

    @Command(name = "add", mixinStandardHelpOptions = true, description = {"Registers a client.",
            "With --redirect-uri it signs people in through a browser, with --device it has none; with --service it "
                    + "acts for itself, by a secret of its own, which is printed once, or by keys."})
    static final class Add implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Parameters(index = "1", paramLabel = "NAME", description = "What people see on the consent page.")
        private String name;

        @Option(names = "--redirect-uri", paramLabel = "URI",
                description = "Where its users come back to. May be repeated.")
        private List<String> redirectUris = List.of();

        @Option(names = "--service", description = "An agent without a human: client credentials.")
        private boolean service;

        @Option(names = "--device", description = "A program without a browser, whose users allow it on another "
                + "device (RFC 8628).")
        private boolean device;

        @Option(names = "--grant", paramLabel = "GRANT_TYPE",
                description = "A further grant type, by its name on the wire. May be repeated.")
        private Set<String> grants = Set.of();

        @Option(names = "--confidential", description = "Has a secret although it acts for people, for example a web "
                + "application with a server.")
        private boolean confidential;

        @Option(names = "--scope", paramLabel = "SCOPE",
                description = "A scope that it may ask for. May be repeated; without it, any.")
        private Set<String> scopes = Set.of();

        @Option(names = "--jwks", paramLabel = "FILE",
                description = "Its public keys, as a JSON key set: it authenticates by private_key_jwt.")
        private Path jwks;

        @Option(names = "--jwks-uri", paramLabel = "URI", description = "Where its public keys are.")
        private URI jwksUri;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (redirectUris.isEmpty() && !service && !device && grants.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "Give --redirect-uri for a client that signs people "
                        + "in, --device for one without a browser, or --service for one without a human.");
            }
            if (service && !redirectUris.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "Give --redirect-uri or --service, not both: one "
                        + "client acts for people, or for itself.");
            }
            var all = new HashSet<>(grants);
            all.addAll(redirectUris.isEmpty() ? Set.of() : ClientWish.FOR_PEOPLE);
            all.addAll(service ? ClientWish.SERVICE : Set.of());
            all.addAll(device ? ClientWish.DEVICE : Set.of());
            var keys = new NewClient.PublicKeys(Optional.ofNullable(jwks).map(Add::read),
                    Optional.ofNullable(jwksUri));
            try (var administration = Administration.open(deployment.read())) {
                var added = administration.addClient(new ClientWish(name, redirectUris, all, confidential, scopes,
                        keys));
                tell(spec, output, added.clientId(), added.secret());
                return 0;
            } catch (IllegalArgumentException mistake) {
                throw new CommandFailure(mistake.getMessage());
            }
        }

        private static String read(Path file) {
            try {
                if (Files.size(file) > KEYS_BYTES) {
                    throw new CommandFailure(file + " has more than " + KEYS_BYTES + " bytes, so it is no key set.");
                }
                return Files.readString(file);
            } catch (IOException e) {
                throw new CommandFailure(file + " cannot be read: " + e.getMessage() + ". --jwks names a file with a "
                        + "JSON key set.");
            }
        }
    }

    /// As many as a key set of the configuration may have.
    private static final int KEYS_BYTES = 128 * 1024;

    private static void tell(CommandSpec spec, Output output, String id, Optional<String> secret) {
        var out = spec.commandLine().getOut();
        if (output.json()) {
            var json = JsonNodeFactory.instance.objectNode().put("client_id", id);
            secret.ifPresent(value -> json.put("client_secret", value));
            out.println(Visible.json(json));
        } else {
            out.println("client_id      " + id);
            secret.ifPresent(value -> out.println("client_secret  " + value));
        }
        secret.ifPresent(value -> spec.commandLine().getErr()
                .println("The secret is shown this once and kept as a hash. Store it now."));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a client as it is registered.")
    static final class One implements Callable<Integer> {

        @Mixin
        private Which which;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(which.deployment.read())) {
                var listed = administration.clients().find(which.id).orElseThrow(which::unknown);
                var client = listed.client();
                var table = output.table("what", "value");
                table.row("id", client.id());
                table.row("name", client.name());
                table.row("kind", client.kind().name().toLowerCase(Locale.ROOT));
                table.row("state", listed.revokedAt().isPresent() ? "revoked" : "active");
                client.redirectUris().forEach(uri -> table.row("redirect_uri", uri));
                client.grantTypes().stream().sorted().forEach(grant -> table.row("grant_type", grant));
                client.authMethods().stream().sorted().forEach(method -> table.row("auth_method", method));
                client.scopes().stream().sorted().forEach(scope -> table.row("scope", scope));
                client.jwksUri().ifPresent(uri -> table.row("jwks_uri", uri.toString()));
                client.jwks().ifPresent(keys -> table.row("jwks", keys));
                table.row("created_at", listed.createdAt().toString());
                listed.lastUsedAt().ifPresent(at -> table.row("last_used_at", at.toString()));
                listed.expiresAt().ifPresent(at -> table.row("expires_at", at.toString()));
                table.print();
                return 0;
            }
        }
    }

    /// One client by its id.
    static final class Which {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "CLIENT_ID", description = "As client list shows it.")
        private String id;

        CommandFailure unknown() {
            return new CommandFailure("There is no client " + id + ". See: doorwarden client list "
                    + deployment.folder());
        }

        /// Does something to it, and says so.
        ///
        /// @param work answers whether there was such a client
        int change(CommandSpec spec, String done, BiPredicate<Administration, String> work) {
            try (var administration = Administration.open(deployment.read())) {
                if (!work.test(administration, id)) {
                    throw unknown();
                }
                spec.commandLine().getErr().println(done);
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
                    table.row(client.id(), client.kind().name().toLowerCase(Locale.ROOT),
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
        private Which which;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return which.change(spec, "Revoked. Its tokens end now.", Administration::revokeClient);
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = {"Forgets a client.",
            "What people granted it ends at once. One that registered itself may come again: to keep it out, revoke "
                    + "it."})
    static final class Delete implements Callable<Integer> {

        @Mixin
        private Which which;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return which.change(spec, "Deleted. Its tokens end now.", Administration::deleteClient);
        }
    }

    @Command(name = "rotate-secret", mixinStandardHelpOptions = true, description = {"Gives a client another secret.",
            "The old one opens nothing any more; tokens that were issued with it stay good until they end."})
    static final class RotateSecret implements Callable<Integer> {

        @Mixin
        private Which which;

        @Mixin
        private Output output;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(which.deployment.read())) {
                tell(spec, output, which.id, Optional.of(administration.rotateSecret(which.id).orElseThrow(() ->
                        new CommandFailure("There is no living client " + which.id + " that has a secret. See: "
                                + "doorwarden client list " + which.deployment.folder()))));
                return 0;
            } catch (IllegalArgumentException mistake) {
                throw new CommandFailure(mistake.getMessage());
            }
        }
    }
}
