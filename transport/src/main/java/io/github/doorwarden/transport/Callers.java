package io.github.doorwarden.transport;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.Caller;
import java.net.URI;

/// Finds out who makes a request. Live implementations: `BearerTokens::verify`, and [#NOBODY] for authorization mode
/// `off`. Safe for use by many threads.
@FunctionalInterface
public interface Callers {

    /// Takes everybody for anonymous and looks at no token.
    Callers NOBODY = (in, resource) -> Caller.anonymous();

    /// The caller of a request at the resource; anonymous when it carries no credentials.
    ///
    /// @throws io.github.doorwarden.identity.TokenRefused when it carries credentials that do not open this door
    Caller of(HttpIn in, URI resource);
}
