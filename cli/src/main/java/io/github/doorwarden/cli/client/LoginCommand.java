package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.cli.Visible;
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

/// Signs a person in to a server.
@Command(name = "login", mixinStandardHelpOptions = true, customSynopsis = "doorwarden login [OPTIONS] URL",
        description = {
        "Signs you in to a server.",
        "Opens your browser where the server says, and keeps the sign-in for the other commands and the bridge. What "
        + "is kept is encrypted, on this machine, and "
                + "goes to this server alone. Nothing is done when you are signed in already.", "",
        "  doorwarden login https://mcp.example.com/mcp",
        "  doorwarden login https://mcp.example.com/mcp --scope reports:write", "",
        "For a program without a person, give --client-id and --secret-file to each command instead; login then tries "
                + "whether the server takes them."})
final class LoginCommand implements Callable<Integer> {

    @Mixin
    private Server server;

    @Option(names = "--scope", paramLabel = "SCOPE", description = "Asks for this permission too; may be repeated.")
    private List<String> scopes = List.of();

    @Option(names = "--no-browser", description = "Opens nothing: you open the address that is printed.")
    private boolean noBrowser;

    @Option(names = "--json", description = "Prints what is kept as one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        server.alone();
        var err = spec.commandLine().getErr();
        try {
            var session = server.signIn(true, noBrowser ? Browser.NONE : Browser.system(), scopes).signIn();
            err.println("Signed in to " + Visible.line(server.name()) + (server.credentials().forItself()
                    ? ", as the client itself. Nothing of that is kept." : "."));
            Kept.print(session, Instant.now(), json, spec.commandLine().getOut());
            return 0;
        } catch (ClientFailure e) {
            throw Credentials.said(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Signing in was interrupted.", ClientCommands.AUTHENTICATION);
        }
    }
}
