package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Proven callers without a token. Only this package can make them, so this class has to live in it.
public final class TestCallers {

    private TestCallers() {}

    /// A person of no organisation.
    public static Caller user(String subject) {
        return of(subject, Optional.empty());
    }

    /// A person of this organisation.
    public static Caller member(String tenant, String subject) {
        return of(subject, Optional.of(tenant));
    }

    private static Caller of(String subject, Optional<String> tenant) {
        return new Caller(Caller.Kind.USER, subject, "client-1", Optional.of(subject + "@example.com"), Set.of(),
                Optional.of("grant-1"), "jti-1", Instant.MAX, SignIn.UNKNOWN, tenant);
    }
}
