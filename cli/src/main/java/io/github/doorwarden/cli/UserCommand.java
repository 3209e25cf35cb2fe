package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.authserver.PersonRefused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// People who may sign in.
@Command(name = "user", description = "People who may sign in: add, list, reset what they lost.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {UserCommand.Add.class, UserCommand.Show.class,
        UserCommand.ResetFactors.class})
final class UserCommand {

    @Command(name = "add", mixinStandardHelpOptions = true, description = {"Adds a person.",
            "The password is asked for when there is a terminal, else it is the first line of standard input; it "
                    + "is never an argument, where "
            + "other people on the machine could read it."})
    static final class Add implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "EMAIL", description = "What the person signs in with.")
        private String email;

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "The person's name.")
        private String name;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var person = administration.addPerson(email, name, password());
                spec.commandLine().getOut().println(person.id() + "  " + person.email());
                return 0;
            } catch (PersonRefused refused) {
                throw new CommandFailure(refused.getMessage());
            }
        }

        private static String password() {
            var console = System.console();
            if (console != null && console.isTerminal()) {
                var typed = console.readPassword("Password: ");
                var again = console.readPassword("Once more: ");
                if (typed == null || again == null || !java.util.Arrays.equals(typed, again)) {
                    throw new CommandFailure("The two passwords differ. Nothing was added; try again.");
                }
                return new String(typed);
            }
            try {
                var line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
                if (line == null) {
                    throw new CommandFailure("There is no password on standard input. Write it there as one line.");
                }
                return line;
            } catch (IOException e) {
                throw new CommandFailure("The password cannot be read from standard input: " + e.getMessage());
            }
        }
    }

    @Command(name = "reset-factors", mixinStandardHelpOptions = true, description = {"Takes away a person's "
            + "authenticator app and passkeys.", "For somebody who lost them and their recovery codes. All their "
            + "sessions end; the password stays. Make sure that it is really that person who asks."})
    static final class ResetFactors implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "EMAIL", description = "What the person signs in with.")
        private String email;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                administration.resetFactors(email);
                return 0;
            } catch (PersonRefused refused) {
                throw new CommandFailure(refused.getMessage());
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the people.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var table = output.table("id", "email", "name", "state");
                administration.people().list().forEach(person ->
                        table.row(person.id(), person.email(), person.name(),
                                person.disabled() ? "disabled" : "active"));
                table.print();
                return 0;
            }
        }
    }
}
