package io.github.doorwarden.authserver;

import java.util.Optional;

/// Which redirect URIs may be registered, and which presented one matches a registered one.
public final class RedirectUris {

    private RedirectUris() {}

    /// Exact match of strings, the port of loopback URIs apart (OAuth 2.1 §2.3.1, §8.4.2).
    public static Optional<RegisteredRedirect> match(Client client, String presented) {
        throw new UnsupportedOperationException();
    }
}
