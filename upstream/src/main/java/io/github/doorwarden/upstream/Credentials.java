package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;

/// How the gateway proves itself to an upstream: always with credentials of its own. Safe for use by many threads.
public sealed interface Credentials extends AutoCloseable permits NoCredentials, StaticToken, ClientCredentials {

    /// Value of the `Authorization` field, empty when none is sent. May block, at most for `within`.
    Optional<String> authorization(Duration within) throws UpstreamFailure, InterruptedException;

    /// Tells that the upstream answered 401 to this value.
    ///
    /// @return whether a second try could go better
    boolean refused(String authorization);

    @Override
    default void close() {}

    static Credentials none() {
        return NoCredentials.NONE;
    }

    static Credentials bearer(String token) {
        return new StaticToken(token);
    }
}
