package io.github.doorwarden.authserver;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What an access token of ours says, whichever form it has; everything else is its grant's.
///
/// @param id      `jti`
/// @param boundTo thumbprint of the key that it is bound to
/// @param holder  when it was exchanged, and is another client's and for another resource than its grant
record TokenFacts(String id, String grantId, Set<String> scopes, Instant issuedAt, Instant expiresAt,
        Optional<String> boundTo, Optional<Holder> holder) {

    record Holder(String clientId, String resource) {}

    TokenFacts {
        scopes = Set.copyOf(scopes);
    }

    /// One as its grant is.
    TokenFacts(String id, String grantId, Set<String> scopes, Instant issuedAt, Instant expiresAt,
            Optional<String> boundTo) {
        this(id, grantId, scopes, issuedAt, expiresAt, boundTo, Optional.empty());
    }
}
