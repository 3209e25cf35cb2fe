package io.github.doorwarden.client.oauth;

import java.time.Instant;
import java.util.Optional;

/// What one authorization server knows us by.
///
/// @param kind        how it came to that
/// @param method      how we authenticate there, of the names that RFC 8414 uses
/// @param redirect    that was registered; empty when any port of this machine does
/// @param secretUntil when the secret ends
record Registered(Kind kind, String clientId, Optional<String> secret, String method, Optional<String> redirect,
        Optional<Instant> secretUntil) {

    enum Kind { PREPARED, DOCUMENT, DYNAMIC }

    ClientAuthentication authentication() {
        return secret.<ClientAuthentication>map(ClientAuthentication.Secret::new).orElse(ClientAuthentication.NONE);
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "Registered[" + kind + " " + clientId + " " + method + "]";
    }
}
