package io.github.doorwarden.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Callers whom a test may make up.
public final class Reader {

    private Reader() {}

    public static Caller with(String... scopes) {
        return new Caller(Caller.Kind.USER, "p_ada", "client", Optional.of("ada@example.org"), Set.of(scopes),
                Optional.empty(), "t", Instant.MAX, SignIn.UNKNOWN, Optional.empty());
    }

}
