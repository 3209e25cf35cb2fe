package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Callers whom a test may make up.
public final class Reader {

    private Reader() {}

    public static Caller with(String... scopes) {
        return of("ada@example.org", Optional.empty(), scopes);
    }

    public static Caller of(String email, Optional<String> tenant, String... scopes) {
        return new Caller(Caller.Kind.USER, "p_" + email, "client", Optional.of(email), Set.of(scopes),
                Optional.empty(), "t", Instant.MAX, SignIn.UNKNOWN, tenant);
    }
}
