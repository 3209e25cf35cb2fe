package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.client.oauth.Browser;
import io.github.doorwarden.client.wire.ClientFailure;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What is kept of a sign-in.
@Command(name = "whoami", mixinStandardHelpOptions = true, customSynopsis = "doorwarden whoami [OPTIONS] URL",
        description = {
        "Says with what you are signed in.",
        "Who issued the token, for what, with which permissions, and for how long. The token itself is never shown.",
        "Exit code 3 when you are not signed in."})
final class WhoamiCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--json", description = "Prints it as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        server.alone();
        try {
            var session = server.signIn(false, Browser.NONE, List.of()).session().orElseThrow(() -> new CommandFailure(
                    "You are not signed in to " + server.name() + ".\nSign in with:  doorwarden login " + server.name(),
                    ClientCommands.AUTHENTICATION));
            Kept.print(session, Instant.now(), json, spec.commandLine().getOut());
            return 0;
        } catch (ClientFailure e) {
            throw Credentials.said(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("It was interrupted.", ClientCommands.OUTAGE);
        }
    }
}
