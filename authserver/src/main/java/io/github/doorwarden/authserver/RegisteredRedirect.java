package io.github.doorwarden.authserver;

import java.net.URI;

/// A redirect URI that was presented and matched against a client's registered ones: made only by [RedirectUris].
/// Nothing else is ever redirected to.
public final class RegisteredRedirect {

    private final URI uri;
    private final boolean loopback;

    RegisteredRedirect(URI uri, boolean loopback) {
        this.uri = uri;
        this.loopback = loopback;
    }

    /// Exactly as presented.
    public URI uri() {
        return uri;
    }

    /// For the consent page.
    public String host() {
        return uri.getHost() == null ? uri.getScheme() + ":" : uri.getHost();
    }

    /// Any program on the person's own machine may be listening there.
    public boolean loopback() {
        return loopback;
    }
}
