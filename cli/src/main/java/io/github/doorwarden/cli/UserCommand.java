package io.github.doorwarden.cli;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.authserver.People.Person;
import io.github.doorwarden.authserver.PersonRefused;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// People who may sign in.
@Command(name = "user", description = "People who may sign in: add, list, show, disable and more.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = {UserCommand.Add.class, UserCommand.Everybody.class,
        UserCommand.Show.class, UserCommand.Disable.class, UserCommand.Enable.class, UserCommand.Password.class,
        UserCommand.ResetFactors.class, UserCommand.Delete.class})
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

        @Option(names = "--no-password", description = "Adds somebody who signs in by mail link, passkey or provider "
                + "alone; no password is asked for.")
        private boolean without;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var person = administration.addPerson(email, name, without ? Optional.empty()
                        : Optional.of(Input.password("Nothing was added; try again.")));
                spec.commandLine().getOut().println(person.id() + "  " + person.email());
                return 0;
            } catch (PersonRefused refused) {
                throw new CommandFailure(refused.getMessage());
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the people.")
    static final class Everybody implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(deployment.read())) {
                var table = output.table("id", "email", "name", "state");
                administration.people().list().forEach(person ->
                        table.row(person.id(), person.email(), person.name(), state(person)));
                table.print();
                return 0;
            }
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true,
            description = {"Shows a person, and what they granted.", "See also: doorwarden auth explain."})
    static final class Show implements Callable<Integer> {

        @Mixin
        private Who who;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            try (var administration = Administration.open(who.deployment.read())) {
                var person = who.in(administration);
                var table = output.table("what", "value");
                table.row("id", person.id());
                table.row("email", person.email());
                table.row("name", person.name());
                table.row("state", state(person));
                administration.tier(person.email()).ifPresent(place -> table.row("tier", place.tier()));
                administration.grants(Optional.of(person.id()), Optional.empty(), "", GrantCommand.PAGE).forEach(
                        grant -> table.row("grant", grant.id() + " to " + grant.clientId() + " for " + grant.resource()
                                + " with " + String.join(" ", grant.scopes())));
                table.print();
                return 0;
            }
        }
    }

    private static String state(Person person) {
        return person.disabled() ? "disabled" : "active";
    }

    /// Somebody who is there.
    static final class Who {

        @Mixin
        private DeploymentFolder deployment;

        @Parameters(index = "1", paramLabel = "EMAIL", description = "The person's address, or id.")
        private String who;

        Person in(Administration administration) {
            return administration.person(who).orElseThrow(() -> new CommandFailure("There is nobody with the address "
                    + "or id " + who + ". See: doorwarden user list " + deployment.folder()));
        }

        /// Does something to them, and says so.
        int change(CommandSpec spec, String done, BiConsumer<Administration, Person> work) {
            try (var administration = Administration.open(deployment.read())) {
                var person = in(administration);
                work.accept(administration, person);
                spec.commandLine().getErr().println(person.email() + done);
                return 0;
            } catch (PersonRefused refused) {
                throw new CommandFailure(refused.getMessage());
            }
        }
    }

    @Command(name = "disable", mixinStandardHelpOptions = true, description = {"Shuts a person out.",
            "Sessions, tokens and everything that they granted end at once; a running deployment notices within a "
                    + "second. Enabling brings none of it back."})
    static final class Disable implements Callable<Integer> {

        @Mixin
        private Who who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return who.change(spec, " is disabled. Sessions and tokens end now.", Administration::disable);
        }
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Lets a person sign in again.")
    static final class Enable implements Callable<Integer> {

        @Mixin
        private Who who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return who.change(spec, " may sign in again.", Administration::enable);
        }
    }

    @Command(name = "password", mixinStandardHelpOptions = true, description = {"Sets a person's password.",
            "It is asked for, or read from standard input, as by user add. Their sessions end; what they granted "
                    + "stays."})
    static final class Password implements Callable<Integer> {

        @Mixin
        private Who who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return who.change(spec, " has a new password. The old sessions end now.", (administration, person) ->
                    administration.setPassword(person, Input.password("Nothing was changed; try again.")));
        }
    }

    @Command(name = "reset-factors", mixinStandardHelpOptions = true, description = {"Takes away a person's "
            + "authenticator app and passkeys.", "For somebody who lost them and their recovery codes. All their "
            + "sessions end; the password stays. Make sure that it is really that person who asks."})
    static final class ResetFactors implements Callable<Integer> {

        @Mixin
        private Who who;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            return who.change(spec, " has no second factor any more.", Administration::resetFactors);
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = {"Forgets a person.",
            "Everything of theirs ends at once and is deleted; what is on record stays there under their id. It cannot "
                    + "be undone: --yes is needed."})
    static final class Delete implements Callable<Integer> {

        @Mixin
        private Who who;

        @Option(names = "--yes", description = "Says that it is meant.")
        private boolean yes;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (!yes) {
                throw new ParameterException(spec.commandLine(), "Deleting cannot be undone. Say --yes when it is "
                        + "meant; user disable keeps the person and shuts them out.");
            }
            return who.change(spec, " is deleted. Sessions and tokens end now.", Administration::delete);
        }
    }
}
