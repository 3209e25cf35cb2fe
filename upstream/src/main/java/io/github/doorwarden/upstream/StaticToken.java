package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;

/// One bearer token that never changes.
final class StaticToken implements Credentials {

    private final String authorization;

    StaticToken(String token) {
        if (!token.matches("[!-~]+")) {
            throw new IllegalArgumentException("A bearer token is visible ASCII without spaces, and not empty.");
        }
        authorization = "Bearer " + token;
    }

    @Override
    public Optional<String> authorization(Duration within) {
        return Optional.of(authorization);
    }

    @Override
    public boolean refused(String value) {
        return false;
    }
}
