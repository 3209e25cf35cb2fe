package io.github.doorwarden.authserver;

import java.time.Instant;
import java.util.Set;

/// Authorization codes: 256 random bits, stored as hashes, redeemed once (OAuth 2.1 §4.1.2).
public final class Codes {

    /// What a code stands for.
    ///
    /// @param redirectUri exactly as presented at `/authorize`
    /// @param challenge   S256 code challenge
    public record Approved(String clientId, String personId, String redirectUri, String challenge, String resource, Set<String> scopes,
            Instant signedInAt) {}

    /// A new code; only its hash is kept.
    public String issue(Approved approved) {
        throw new UnsupportedOperationException();
    }
}
