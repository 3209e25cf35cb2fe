package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;

/// The one function that says what a caller may see and do.
public final class Policy {

    /// May the caller send this method to this endpoint at all?
    public Decision decide(Caller caller, Endpoint endpoint, String method) {
        throw new UnsupportedOperationException();
    }

    /// May the caller see and call this tool?
    public Decision decide(Caller caller, Endpoint endpoint, Tool tool) {
        throw new UnsupportedOperationException();
    }
}
