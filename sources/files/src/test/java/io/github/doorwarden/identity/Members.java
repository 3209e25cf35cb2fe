package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Proven callers without a token. Only this package can make them, so this class has to live in it.
public final class Members {

    private Members() {}

    /// A person of this organisation.
    public static Caller of(String tenant, String subject) {
        return new Caller(Caller.Kind.USER, subject, "client-1", Optional.of(subject + "@example.com"), Set.of(),
                Optional.of("grant-1"), "jti-1", Instant.MAX, SignIn.UNKNOWN, Optional.of(tenant));
    }
}
