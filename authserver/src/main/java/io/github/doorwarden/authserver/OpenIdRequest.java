package io.github.doorwarden.authserver;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// That an authorization request wants to know who somebody is (OpenID Connect Core §3.1.2.1): its `scope` has
/// `openid`, the operator made this server an OpenID provider and registered the client.
///
/// @param nonce that goes into the ID token as it came; at most 255 characters
record OpenIdRequest(Optional<String> nonce) {

    /// Scopes of OpenID Connect: they are of people, not of a resource.
    static final Set<String> SCOPES = Set.of("openid", "profile", "email");
    static final int NONCE_CHARS = 255;

    OpenIdRequest {
        if (nonce.filter(text -> text.isEmpty() || text.length() > NONCE_CHARS).isPresent()) {
            throw new IllegalArgumentException("A nonce has 1 to " + NONCE_CHARS + " characters.");
        }
    }

    /// Whether these requests are for this client: who registered itself is told nothing of people.
    static boolean mayBy(Client client, AuthServerSettings settings) {
        return settings.tokens().openId() && client.kind() == Client.Kind.PRE_REGISTERED;
    }

    /// @throws OAuthRefused as a redirect: the nonce is too long
    static Optional<OpenIdRequest> of(Params params, Client client, AuthServerSettings settings,
            RegisteredRedirect to) {
        if (!mayBy(client, settings) || !List.of(params.one("scope").orElse("").split(" ")).contains("openid")) {
            return Optional.empty();
        }
        var nonce = params.one("nonce").filter(text -> !text.isEmpty());
        if (nonce.filter(text -> text.length() > NONCE_CHARS).isPresent()) {
            throw AuthorizeSteps.redirect(to, "invalid_request", "nonce is longer than " + NONCE_CHARS
                    + " characters.");
        }
        return Optional.of(new OpenIdRequest(nonce));
    }

    /// As it stands in the database.
    String kept() {
        return nonce.orElse("");
    }

    static Optional<OpenIdRequest> kept(String column) {
        return Optional.ofNullable(column).map(text -> new OpenIdRequest(Optional.of(text).filter(any ->
                !any.isEmpty())));
    }
}
