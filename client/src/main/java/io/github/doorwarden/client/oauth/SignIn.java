package io.github.doorwarden.client.oauth;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A sign-in on its way: all that whoever receives the answer has to know, also another process than the one that
/// began it. What the answer is checked against was recorded before the browser was opened (MCP 2026-07-28,
/// Authorization Response Validation).
///
/// @param redirect where the answer comes to
/// @param address  that the browser opens
/// @param opening  when the browser was about to be opened
/// @param opened   when it was
/// @param code     the answer, once it is there and in order; written down before it is redeemed
record SignIn(String state, String verifier, ServerMetadata server, String resource, List<String> scopes,
        Registered registered, Optional<String> key, URI redirect, URI address, Instant started,
        Optional<Instant> opening, Optional<Instant> opened, Optional<String> code) {

    SignIn {
        scopes = List.copyOf(scopes);
    }

    SignIn opening(Instant at) {
        return new SignIn(state, verifier, server, resource, scopes, registered, key, redirect, address, started,
                Optional.of(at), opened, code);
    }

    SignIn opened(Instant at) {
        return new SignIn(state, verifier, server, resource, scopes, registered, key, redirect, address, started,
                opening, Optional.of(at), code);
    }

    SignIn received(String value) {
        return new SignIn(state, verifier, server, resource, scopes, registered, key, redirect, address, started,
                opening, opened, Optional.of(value));
    }

    /// Without anything secret.
    @Override
    public String toString() {
        return "SignIn[" + server.issuer() + " since " + started + "]";
    }
}
