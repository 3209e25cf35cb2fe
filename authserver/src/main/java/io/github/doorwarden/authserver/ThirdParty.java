package io.github.doorwarden.authserver;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Somebody with an OAuth 2.0 server at whom people have accounts that they may connect, as we are registered there.
///
/// @param name         by which the configuration knows it; part of a path
/// @param label        for people
/// @param issuer       whose metadata says where its endpoints are; empty: the addresses below do
/// @param clientSecret empty: we are a public client there
/// @param inBody       `client_secret_post` in the place of `client_secret_basic`
/// @param parameters   sent along when somebody is sent there
/// @param proof        a key in the place of a secret
public record ThirdParty(String name, String label, String issuer, Optional<URI> authorizeUrl, Optional<URI> tokenUrl,
        Optional<URI> revokeUrl, String clientId, String clientSecret, boolean inBody, List<String> scopes,
        Map<String, String> parameters, Optional<ClientProof> proof) {

    /// Without a key.
    public ThirdParty(String name, String label, String issuer, Optional<URI> authorizeUrl, Optional<URI> tokenUrl,
            Optional<URI> revokeUrl, String clientId, String clientSecret, boolean inBody, List<String> scopes,
            Map<String, String> parameters) {
        this(name, label, issuer, authorizeUrl, tokenUrl, revokeUrl, clientId, clientSecret, inBody, scopes,
                parameters, Optional.empty());
    }

    /// What we say ourselves.
    public static final Set<String> OURS = Set.of("response_type", "client_id", "redirect_uri", "scope", "state",
            "code_challenge", "code_challenge_method", "client_secret", "client_assertion", "client_assertion_type");

    public ThirdParty {
        scopes = List.copyOf(scopes);
        parameters = Map.copyOf(parameters);
        if (!name.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("An account's name has 1 to 40 characters of a-z, 0-9 and -.");
        }
        if (issuer.isEmpty() && (authorizeUrl.isEmpty() || tokenUrl.isEmpty())) {
            throw new IllegalArgumentException("An account needs an issuer, or an authorization and a token endpoint.");
        }
        if (parameters.keySet().stream().anyMatch(OURS::contains)) {
            throw new IllegalArgumentException("A parameter of an account is one that is set anyway.");
        }
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "ThirdParty[" + name + "]";
    }
}
