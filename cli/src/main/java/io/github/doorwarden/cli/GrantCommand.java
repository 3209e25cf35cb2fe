package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.authserver.Grant;
import io.github.doorwarden.authserver.People.Person;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// What people let clients do.
@Command(name = "grant", description = "What was granted to clients: list, revoke.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {GrantCommand.Show.class, GrantCommand.Revoke.class})
final class GrantCommand {

    /// Read at once; a list goes on until there are no more.
    static final int PAGE = 200;

    /// Whose, or to whom.
    static final class Whose {

        @Option(names = "--user", paramLabel = "EMAIL", description = "Only those of this person: address or id.")
        private String user;

        @Option(names = "--client", paramLabel = "CLIENT_ID", description = "Only those to this client.")
        private String client;

        boolean isEmpty() {
            return user == null && client == null;
        }

        Optional<String> person(Administration administration) {
            return Optional.ofNullable(user).map(who -> administration.person(who).map(Person::id).orElseThrow(() ->
                    new CommandFailure("There is nobody with the address or id " + who
                            + ". doorwarden user list shows everybody.")));
        }

        Optional<String> client() {
            return Optional.ofNullable(client);
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the grants that are alive.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Whose whose;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var person = whose.person(administration);
                var table = output.table("id", "person", "client", "resource", "scopes", "created_at", "last_used_at",
                        "expires_at");
                table.onlyJson("created_at", "expires_at");
                var last = "";
                List<Grant> page;
                do {
                    page = administration.grants(person, whose.client(), last, PAGE);
                    for (var grant : page) {
                        table.row(grant.id(), grant.personId().orElse(""), grant.clientId(), grant.resource(),
                                String.join(" ", grant.scopes()), grant.createdAt().toString(),
                                grant.lastUsedAt().map(Instant::toString).orElse(""), grant.expiresAt().toString());
                        last = grant.id();
                    }
                } while (page.size() == PAGE);
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = {"Ends grants and every token under them.",
            "One by its id, or all of a person, or all to a client, or all of a person to a client. A running "
                    + "deployment notices within a second."})
    static final class Revoke implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", arity = "0..1", paramLabel = "GRANT_ID", description = "As grant list shows it.")
        private String id;

        @Mixin
        private Whose whose;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if ((id == null) == whose.isEmpty()) {
                throw new ParameterException(spec.commandLine(),
                        "Give the id of a grant, or say whose: --user, --client or both.");
            }
            try (var administration = Administration.open(deployment.read())) {
                if (id != null && !administration.revokeGrant(id)) {
                    throw new CommandFailure("There is no living grant " + id + ". See: doorwarden grant list "
                            + deployment.folder());
                }
                var ended = id != null ? 1 : administration.revokeGrants(whose.person(administration), whose.client());
                spec.commandLine().getErr().println(ended + " revoked. Their tokens end now.");
                return 0;
            }
        }
    }
}
