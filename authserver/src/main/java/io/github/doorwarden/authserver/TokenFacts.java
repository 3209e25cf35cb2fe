package io.github.doorwarden.authserver;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What an access token of ours says, whichever form it has; everything else is its grant's.
///
/// @param id      `jti`
/// @param boundTo thumbprint of the key that it is bound to
record TokenFacts(String id, String grantId, Set<String> scopes, Instant issuedAt, Instant expiresAt,
        Optional<String> boundTo) {

    TokenFacts {
        scopes = Set.copyOf(scopes);
    }
}
