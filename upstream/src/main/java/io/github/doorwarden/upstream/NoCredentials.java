package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;

/// An upstream that asks for none, or gets its key in a configured header.
final class NoCredentials implements Credentials {

    static final NoCredentials NONE = new NoCredentials();

    private NoCredentials() {}

    @Override
    public Optional<String> authorization(Duration within) {
        return Optional.empty();
    }

    @Override
    public boolean refused(String authorization) {
        return false;
    }
}
