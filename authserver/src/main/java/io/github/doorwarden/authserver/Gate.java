package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;

/// The strict gate in front of every OAuth endpoint: what passes is bounded, UTF-8 and without duplicates.
public final class Gate {

    private Gate() {}

    /// @throws OAuthRefused with a `Json` refusal `invalid_request`
    public static Params query(HttpIn in) {
        throw new UnsupportedOperationException();
    }

    /// @throws OAuthRefused with a `Json` refusal `invalid_request`
    public static Params form(HttpIn in) {
        throw new UnsupportedOperationException();
    }
}
