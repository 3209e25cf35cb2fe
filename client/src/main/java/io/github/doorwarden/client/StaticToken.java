package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.Authorization;
import java.net.URI;
import java.util.Map;

/// A bearer token that somebody was given (RFC 6750 §2.1). Immutable.
final class StaticToken implements Authorization {

    private final String token;

    StaticToken(String token) {
        if (!token.matches("[!-~]+")) {
            throw new IllegalArgumentException("A token is one word of visible characters.");
        }
        this.token = token;
    }

    @Override
    public Map<String, String> fields(String method, URI target) {
        return Map.of("Authorization", "Bearer " + token);
    }

    @Override
    public boolean renewed(Refusal refusal) {
        return false;
    }

    @Override
    public String toString() {
        return "StaticToken[…]";
    }
}
