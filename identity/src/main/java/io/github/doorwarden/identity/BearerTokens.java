package io.github.doorwarden.identity;

import io.github.doorwarden.http.HttpIn;
import java.net.URI;

/// From the `Authorization` header to a [Caller].
public final class BearerTokens {

    /// The caller of a request at the resource; anonymous when it carries no credentials.
    ///
    /// @throws TokenRefused when it carries credentials that do not open this door
    public Caller verify(HttpIn in, URI resource) {
        throw new UnsupportedOperationException();
    }
}
