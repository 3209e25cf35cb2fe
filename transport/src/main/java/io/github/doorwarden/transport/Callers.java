package io.github.doorwarden.transport;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.DpopMode;
import java.net.URI;

/// Finds out who makes a request. Live implementations: the one over `BearerTokens`, and [#NOBODY] for authorization
/// mode `off`. Safe for use by many threads.
public interface Callers {

    /// Takes everybody for anonymous and looks at no token.
    Callers NOBODY = (in, resource) -> Caller.anonymous();

    /// The caller of a request at the resource; anonymous when it carries no credentials.
    ///
    /// @throws io.github.doorwarden.identity.TokenRefused when it carries credentials that do not open this door
    Caller of(HttpIn in, URI resource);

    /// Whether a caller who came in once may stay: asked now and then about the caller of a stream that stays open,
    /// from memory. Not when the grant was revoked meanwhile, nor, for a caller without a grant, when the token has
    /// expired.
    default boolean mayStay(Caller caller) {
        return true;
    }

    /// Whether tokens may or must be bound to a key, as challenges say.
    default DpopMode dpop() {
        return DpopMode.OFF;
    }
}
