package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;

/// How the gateway proves itself to an upstream: with credentials of its own, or with what the person behind the call
/// once lent it for that upstream; never with the caller's own token. Safe for use by many threads.
public sealed interface Credentials extends AutoCloseable
        permits NoCredentials, StaticToken, ClientCredentials, LentToken, TokenExchange.Exchanged {

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
