package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.ClientFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Makes us known to an authorization server, in the order of MCP 2026-07-28, Client Registration.
final class Registrar {

    private final ClientIdentity identity;
    private final Reach reach;
    private final InstantSource time;

    Registrar(ClientIdentity identity, Reach reach, InstantSource time) {
        this.identity = identity;
        this.reach = reach;
        this.time = time;
    }

    /// Which of several authorization servers goes first.
    boolean isPrepared(String issuer) {
        return identity.prepared().flatMap(ClientIdentity.Prepared::issuer).filter(issuer::equals).isPresent();
    }

    /// Whether another port does as well: of a client that was registered beforehand, somebody wrote the port down.
    boolean mayMove() {
        return identity.prepared().isEmpty();
    }

    /// A registration of ours that is still good.
    Optional<Registered> kept(Optional<Registered> before) {
        return before.filter(one -> identity.prepared().isEmpty() && one.kind() == Registered.Kind.DYNAMIC
                && one.secretUntil().map(end -> end.isAfter(time.instant())).orElse(true));
    }

    /// @param kept     at this issuer, for this redirect; empty when there is none
    /// @param redirect where answers come to
    Registered registered(ServerMetadata server, Optional<Registered> kept, URI redirect)
            throws ClientFailure, InterruptedException {
        if (identity.prepared().isPresent()) {
            return prepared(server, identity.prepared().get());
        }
        if (server.documents() && identity.document().isPresent()) {
            return new Registered(Registered.Kind.DOCUMENT, identity.document().get().toString(), Optional.empty(),
                    "none", Optional.empty(), Optional.empty());
        }
        if (kept.isPresent()) {
            return kept.get();
        }
        if (!identity.dynamic() || server.registration().isEmpty()) {
            throw Failures.credentials("The authorization server " + Origin.shown(server.issuer())
                    + " does not know this client, and it takes no registration from it. Have a client registered "
                    + "there, with " + redirect + " as its redirect URI, and give its client id here.");
        }
        return dynamic(server, server.registration().get(), redirect);
    }

    private static Registered prepared(ServerMetadata server, ClientIdentity.Prepared prepared) throws ClientFailure {
        requireIssuer(server, prepared.clientId(), prepared.issuer());
        var secret = prepared.authentication() instanceof ClientAuthentication.Secret known
                ? Optional.of(known.value()) : Optional.<String>empty();
        return new Registered(Registered.Kind.PREPARED, prepared.clientId(), secret,
                method(server, prepared.authentication()), Optional.empty(), Optional.empty());
    }

    /// Credentials of one authorization server are never shown to another.
    static void requireIssuer(ServerMetadata server, String clientId, Optional<String> issuer) throws ClientFailure {
        if (issuer.isPresent() && !issuer.get().equals(server.issuer())) {
            throw Failures.credentials("The client " + Origin.shown(clientId) + " was registered at "
                    + Origin.shown(issuer.get()) + ", and the server now sends us to "
                    + Origin.shown(server.issuer())
                    + ". Have a client registered there, or ask the server's operator.");
        }
    }

    /// In the way that the server likes (RFC 8414 §2).
    static String method(ServerMetadata server, ClientAuthentication authentication) {
        return switch (authentication) {
            case ClientAuthentication.None _ -> "none";
            case ClientAuthentication.Key _ -> "private_key_jwt";
            case ClientAuthentication.Secret _ -> server.takes("client_secret_basic")
                    || !server.takes("client_secret_post") ? "client_secret_basic" : "client_secret_post";
        };
    }

    /// RFC 7591 §3.1. `native` also says that the redirect is on this machine (MCP, Application Type).
    private Registered dynamic(ServerMetadata server, URI at, URI redirect)
            throws ClientFailure, InterruptedException {
        var asked = server.takes("none") ? "none" : server.takes("client_secret_basic") ? "client_secret_basic"
                : "client_secret_post";
        var body = Documents.JSON.writeValueAsString(Map.of("client_name", identity.name(), "redirect_uris",
                List.of(redirect.toString()), "grant_types", List.of("authorization_code", "refresh_token"),
                "response_types", List.of("code"), "token_endpoint_auth_method", asked, "application_type", "native"));
        try {
            var answer = reach.send(new Reach.Request("POST", at, Map.of("Content-Type", "application/json", "Accept",
                    "application/json"), Optional.of(body)));
            var document = Documents.object(answer);
            if ((answer.status() == 201 || answer.status() == 200) && document.isPresent()) {
                return read(server, document.get(), asked, redirect);
            }
            var error = document.flatMap(one -> Documents.text(one, "error")).filter(word ->
                    word.matches("[a-z_]{1,64}")).orElse("status " + answer.status());
            throw Failures.credentials("The authorization server " + Origin.shown(server.issuer())
                    + " did not register this client (" + error + "). Have one registered there, with " + redirect
                    + " as its redirect URI, and give its client id here.");
        } catch (IOException none) {
            throw Failures.unreachable("The authorization server " + Origin.shown(server.issuer())
                    + " could not be asked to register this client: " + none.getMessage() + ". Try again.", none);
        }
    }

    private static Registered read(ServerMetadata server, ObjectNode document, String asked, URI redirect)
            throws ClientFailure {
        var id = Documents.text(document, "client_id").filter(text -> text.length() <= 2_000).orElseThrow(() ->
                Failures.credentials("The authorization server " + Origin.shown(server.issuer())
                        + " registered this client and named no client id. Its operator has to look into that."));
        var secret = Documents.text(document, "client_secret");
        var method = Documents.text(document, "token_endpoint_auth_method").orElse(asked);
        if (secret.isEmpty()) {
            method = "none";
        } else if (!method.startsWith("client_secret_")) {
            secret = method.equals("none") ? Optional.empty() : secret;
        }
        return new Registered(Registered.Kind.DYNAMIC, id, secret, method, Optional.of(redirect.toString()),
                Documents.number(document, "client_secret_expires_at").filter(at -> at > 0)
                        .map(Instant::ofEpochSecond));
    }
}
