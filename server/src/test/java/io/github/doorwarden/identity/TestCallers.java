package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Proven callers without a token. Only this package can make them, so this class has to live in it.
public final class TestCallers {

    private TestCallers() {}

    public static Caller user(String subject, String... scopes) {
        return new Caller(Caller.Kind.USER, subject, "client-1", Optional.of(subject + "@example.com"), Set.of(scopes),
                Optional.of("grant-1"), "jti-1", Instant.MAX);
    }

    public static Caller signedIn(SignIn signIn, String subject, String... scopes) {
        return new Caller(Caller.Kind.USER, subject, "client-1", Optional.of(subject + "@example.com"), Set.of(scopes),
                Optional.of("grant-1"), "jti-1", Instant.MAX, signIn, Optional.empty());
    }

    /// A person of this organisation.
    public static Caller member(String tenant, String subject, String... scopes) {
        return new Caller(Caller.Kind.USER, subject, "client-1", Optional.of(subject + "@example.com"), Set.of(scopes),
                Optional.of("grant-1"), "jti-1", Instant.MAX, SignIn.UNKNOWN, Optional.of(tenant));
    }

    public static Caller service(String clientId, String... scopes) {
        return new Caller(Caller.Kind.SERVICE, "", clientId, Optional.empty(), Set.of(scopes), Optional.empty(),
                "jti-2",
                Instant.MAX);
    }
}
