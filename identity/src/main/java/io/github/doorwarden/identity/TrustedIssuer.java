package io.github.doorwarden.identity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One issuer elsewhere whose access tokens are taken, and by which rules.
///
/// @param name          by which the configuration knows it
/// @param issuer        byte for byte as in its tokens
/// @param audiences     values of the audience that mean this deployment, every endpoint of it; empty: a token names
/// the
///                      endpoint itself (RFC 8707)
/// @param audienceClaim `aud`; `client_id` for providers whose access tokens have no audience
/// @param algorithms    names of asymmetric signature algorithms
/// @param plainJwt      tokens of the type `JWT`, or of none, are taken too: many providers write nothing else. ID
///                      tokens are then told by their claims
/// @param scopeClaims   where scopes stand; those of all of them together
/// @param emailClaim    where the e-mail address stands
/// @param vouchesForEmails addresses count although its tokens do not call them verified
/// @param tenantClaim   where the organisation stands that a caller belongs to; empty: nowhere
/// @param introspection how opaque tokens are judged; empty: not at all
public record TrustedIssuer(String name, String issuer, Set<String> audiences, String audienceClaim,
        Set<String> algorithms, boolean plainJwt, List<String> scopeClaims, String emailClaim,
        boolean vouchesForEmails, Optional<String> tenantClaim, Optional<Introspection> introspection) {

    /// Whose tokens say of an address whether it was verified.
    public TrustedIssuer(String name, String issuer, Set<String> audiences, String audienceClaim,
            Set<String> algorithms, boolean plainJwt, List<String> scopeClaims, String emailClaim,
            Optional<Introspection> introspection) {
        this(name, issuer, audiences, audienceClaim, algorithms, plainJwt, scopeClaims, emailClaim, false,
                Optional.empty(), introspection);
    }

    /// RS256 must be there (RFC 9068 §2.1); nothing symmetric ever is: the provider's public key would be the secret.
    public static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    /// @param endpoint  empty: the one of the provider's metadata
    /// @param inBody    `client_secret_post` in the place of `client_secret_basic`
    /// @param cachedFor how long a token is believed before its issuer is asked again
    public record Introspection(Optional<java.net.URI> endpoint, String clientId, String clientSecret, boolean inBody,
            Duration cachedFor) {

        @Override
        public String toString() {
            return "Introspection[" + clientId + "]";
        }
    }

    /// The same, known under another identifier.
    public TrustedIssuer at(String identifier) {
        return new TrustedIssuer(name, identifier, audiences, audienceClaim, algorithms, plainJwt, scopeClaims,
                emailClaim, vouchesForEmails, tenantClaim, introspection);
    }

    public TrustedIssuer {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        scopeClaims = List.copyOf(scopeClaims);
        if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
            throw new IllegalArgumentException("Not among the signature algorithms " + ALGORITHMS + ": " + algorithms);
        }
    }
}
