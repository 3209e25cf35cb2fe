package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;

/// Which client makes this request, proven as far as the client can prove it (OAuth 2.1 §2.4). Safe for use by many
/// threads.
///
/// A client authenticates by a method that it registered: one that registered none in particular may send its secret
/// either way, one that registered keys as well as `none` may use either. A secret of a client without one, and silence
/// of a client with one, are both refused.
final class ClientAuthentication {

    /// @param secret a secret, or with `private_key_jwt` the assertion
    /// @param method `none` when there is neither
    private record Presented(String id, String secret, String method) {}

    private final Clients clients;
    private final ClientAssertions assertions;
    private final Budget perClient;
    private final Budget perPeer;

    ClientAuthentication(Clients clients, ClientAssertions assertions, InstantSource clock) {
        this.clients = clients;
        this.assertions = assertions;
        this.perClient = new Budget(clock, Limits.WRONG_SECRETS_PER_MINUTE, Duration.ofMinutes(1));
        this.perPeer = new Budget(clock, Limits.WRONG_SECRETS_PER_PEER_PER_MINUTE, Duration.ofMinutes(1));
    }

    /// @param expected whether the request carries something that was issued to the client of this id: only then is the
    ///                 document of a client fetched here, because nobody has signed in on this leg
    /// @throws OAuthRefused `invalid_request`, `invalid_client`
    Client client(HttpIn in, Params params, Trail trail, Predicate<String> expected) {
        var presented = presented(in, params);
        trail.client(presented.id);
        var client = find(presented.id, expected);
        if (presented.method.equals(AuthMethod.NONE)) {
            requireMethod(client, AuthMethod.NONE);
            return client;
        }
        var peer = Budget.peer(in.peer());
        if (perClient.spent(client.id() + " " + peer) || perPeer.spent(peer)) {
            throw refused(429, "invalid_client", "Too many wrong secrets. Try again in a minute.",
                    "throttled after wrong secrets");
        }
        requireMethod(client, presented.method);
        if (presented.method.equals(AuthMethod.PRIVATE_KEY_JWT)) {
            checkAssertion(client, presented.secret, peer);
            return client;
        }
        if (client.secretHash().filter(hash -> Hashes.same(hash, Hashes.sha256(presented.secret))).isEmpty()) {
            perClient.take(client.id() + " " + peer);
            perPeer.take(peer);
            throw invalidClient("The client could not be authenticated. Check its secret.", "wrong client secret");
        }
        return client;
    }

    /// Whether a client that was let in has proven who it is: not when it may say so without a proof, and did.
    static boolean proves(HttpIn in, Params params) {
        return !presented(in, params).method.equals(AuthMethod.NONE);
    }

    private void checkAssertion(Client client, String assertion, String peer) {
        try {
            assertions.check(client, assertion);
        } catch (AssertionRefused refused) {
            perClient.take(client.id() + " " + peer);
            perPeer.take(peer);
            throw refused.asClient();
        }
    }

    private Client find(String id, Predicate<String> expected) {
        try {
            return (MetadataDocuments.isUrl(id) && expected.test(id) ? clients.fetched(id) : clients.known(id))
                    .orElseThrow(() -> invalidClient(
                    "This client is not known here, or its registration has ended. Register again.",
                            "unknown client"));
        } catch (DocumentRefused refused) {
            throw invalidClient(refused.getMessage(), "metadata document: " + refused.getMessage());
        }
    }

    private void requireMethod(Client client, String method) {
        if (!clients.quirks().takes(client, method)) {
            throw invalidClient("This client is registered for the authentication method "
                    + String.join(" or ", new java.util.TreeSet<>(client.authMethods())) + ". Use that one.",
                    "client authenticates by " + method + ", is registered for " + client.authMethods());
        }
    }

    private static Presented presented(HttpIn in, Params params) {
        if (params.one("client_assertion").isPresent() || params.one("client_assertion_type").isPresent()) {
            return asserted(in, params);
        }
        var headers = in.headers().all("Authorization");
        var inBody = params.one("client_secret");
        if (headers.size() > 1) {
            throw invalidRequest("There is more than one Authorization header.", "two Authorization headers");
        }
        if (!headers.isEmpty() && headers.getFirst().regionMatches(true, 0, "Basic ", 0, 6)) {
            var basic = basic(headers.getFirst().substring(6).strip());
            if (inBody.isPresent()) {
                throw invalidRequest("The client authenticates twice. Send the secret in the header or in the body, "
                        + "not both.", "two methods");
            }
            if (params.one("client_id").filter(id -> !id.equals(basic.id)).isPresent()) {
                throw invalidRequest("The client_id in the body is not the one in the header.",
                        "client_id differs from Basic");
            }
            return basic;
        }
        var id = params.one("client_id").orElseThrow(() -> invalidClient("The client_id is missing.", "no client_id"));
        return inBody.map(secret -> new Presented(id, secret, AuthMethod.POST))
                .orElseGet(() -> new Presented(id, "", AuthMethod.NONE));
    }

    /// RFC 7521 §4.2: `client_id` may be left out, and names the same client when it is there.
    private static Presented asserted(HttpIn in, Params params) {
        if (!in.headers().all("Authorization").isEmpty() || params.one("client_secret").isPresent()) {
            throw invalidRequest("The client authenticates twice. Send the assertion or the secret, not both.",
                    "two methods");
        }
        if (!params.one("client_assertion_type").equals(Optional.of(ClientAssertions.TYPE))) {
            throw invalidClient("client_assertion_type has to be " + ClientAssertions.TYPE + ".", "assertion type");
        }
        try {
            var assertion = params.one("client_assertion")
                    .orElseThrow(() -> new AssertionRefused("The client_assertion is missing."));
            var id = ClientAssertions.clientOf(assertion);
            if (params.one("client_id").filter(named -> !named.equals(id)).isPresent()) {
                throw new AssertionRefused("The client_id is not the sub of the client assertion.");
            }
            return new Presented(id, assertion, AuthMethod.PRIVATE_KEY_JWT);
        } catch (AssertionRefused refused) {
            throw refused.asClient();
        }
    }

    /// Both parts are form-encoded before they are joined (OAuth 2.1 §2.4.1).
    private static Presented basic(String encoded) {
        try {
            var both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.ISO_8859_1);
            var colon = both.indexOf(':');
            if (colon > 0) {
                return new Presented(Gate.decode(both.substring(0, colon), Limits.CLIENT_ID_CHARS),
                        Gate.decode(both.substring(colon + 1), Limits.PARAMETER_VALUE_CHARS), AuthMethod.BASIC);
            }
        } catch (IllegalArgumentException | OAuthRefused malformed) {
            // The same answer as for a header without a colon.
        }
        throw invalidClient("The Authorization header is not valid Basic authentication.", "malformed Basic");
    }

    private static OAuthRefused invalidClient(String description, String detail) {
        return refused(401, "invalid_client", description, detail);
    }

    private static OAuthRefused invalidRequest(String description, String detail) {
        return refused(400, "invalid_request", description, detail);
    }

    private static OAuthRefused refused(int status, String error, String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(status, error, description, detail));
    }
}
