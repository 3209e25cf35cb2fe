package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.client.oauth.Browser;
import io.github.doorwarden.client.wire.ClientFailure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Forgets a sign-in.
@Command(name = "logout", mixinStandardHelpOptions = true, customSynopsis = "doorwarden logout [OPTIONS] URL",
        description = {
        "Forgets a sign-in, and has it revoked.",
        "Revoked are its tokens, where the server offers that (RFC 7009). The bridge and the other commands are signed "
        + "out too."})
final class LogoutCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        server.alone();
        var err = spec.commandLine().getErr();
        try {
            err.println(server.signIn(false, Browser.NONE, List.of()).signOut() ? "Signed out of " + server.name() + "."
                    : "You were not signed in to " + server.name() + ".");
            return 0;
        } catch (ClientFailure e) {
            throw Credentials.said(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Signing out was interrupted.", ClientCommands.OUTAGE);
        }
    }
}
