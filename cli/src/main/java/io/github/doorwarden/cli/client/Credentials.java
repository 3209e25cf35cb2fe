package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import io.github.doorwarden.client.oauth.Browser;
import io.github.doorwarden.client.oauth.ClientAuthentication;
import io.github.doorwarden.client.oauth.ClientIdentity;
import io.github.doorwarden.client.oauth.Grant;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// As whom a command comes to a server.
final class Credentials {

    @Option(names = "--token-env", paramLabel = "VARIABLE", description = "Goes with the token in this environment "
            + "variable, instead of signing in.")
    private String tokenVariable;

    @Option(names = "--client-id", paramLabel = "ID", description = "Comes as this client, which was registered "
            + "beforehand, instead of registering by itself.")
    private String clientId;

    @Option(names = "--secret-file", paramLabel = "FILE", description = "The secret of that client: it comes for "
            + "itself, without a person (client credentials).")
    private Path secret;

    @Option(names = "--key-file", paramLabel = "FILE", description = "Its private key, PEM or JWK, instead of a "
            + "secret.")
    private Path key;

    @Option(names = "--sign-ins", paramLabel = "FOLDER", description = "Where sign-ins are kept, instead of the usual "
            + "place or that in " + SignIns.VARIABLE + ".")
    private Path folder;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// A fixed one, if that was asked for.
    Optional<String> token() {
        if (tokenVariable == null) {
            return Optional.empty();
        }
        var token = Optional.ofNullable(System.getenv(tokenVariable)).map(String::strip).orElse("");
        if (!token.matches("[!-~]+")) {
            throw new ParameterException(spec.commandLine(), "The environment variable " + tokenVariable + " holds no "
                    + "token. Set it, or sign in with:  doorwarden login URL");
        }
        return Optional.of(token);
    }

    Optional<String> tokenVariable() {
        return Optional.ofNullable(tokenVariable);
    }

    /// Whether nobody signs in: the client comes for itself.
    boolean forItself() {
        return secret != null || key != null;
    }

    /// Sign-ins of this machine; empty for an address to which no credentials go.
    ///
    /// @param person  whether one can be asked
    /// @param notices hears what they have to know meanwhile
    Optional<OAuthAuthorization> signIn(URI server, boolean person, Browser browser, List<String> scopes,
            Consumer<String> notices) {
        if (forItself() && clientId == null) {
            throw new ParameterException(spec.commandLine(), "--secret-file and --key-file need --client-id.");
        }
        try {
            var settings = SignIns.at(server, Optional.ofNullable(folder)).withNotices(notices)
                    .withScopes(scopes).with(browser).with(grant());
            return Optional.of(OAuthAuthorization.open(person ? settings : settings.withoutPerson()));
        } catch (IllegalArgumentException plain) {
            return Optional.empty();
        } catch (UncheckedIOException e) {
            throw new CommandFailure(e.getMessage() + " Name another one with --sign-ins.");
        }
    }

    private Grant grant() {
        if (forItself()) {
            return new Grant.ClientCredentials(clientId, secret == null
                    ? ClientAuthentication.Key.read(text(key), Optional.empty(), Optional.empty())
                    : new ClientAuthentication.Secret(text(secret)), Optional.empty());
        }
        var identity = ClientIdentity.named(SignIns.CLIENT);
        return Grant.SignedIn.as(clientId == null ? identity
                : identity.withPrepared(clientId, ClientAuthentication.NONE, Optional.empty()));
    }

    private static String text(Path file) {
        try {
            var text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new CommandFailure(file + " is empty.", ClientCommands.USAGE);
            }
            return text;
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + Trouble.with(e) + ".",
                    ClientCommands.USAGE);
        }
    }

    /// What failed while signing in or out, with its exit code.
    static CommandFailure said(ClientFailure e) {
        return new CommandFailure(e.getMessage(), switch (e.kind()) {
            case CREDENTIALS -> ClientCommands.AUTHENTICATION;
            case UNREACHABLE, FAULT, TIMEOUT, BUSY, EXPIRED -> ClientCommands.OUTAGE;
            case TOO_LARGE, MALFORMED, ERROR -> ClientCommands.PROTOCOL;
        });
    }
}
