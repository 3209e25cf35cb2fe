package io.github.doorwarden.client.oauth;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// All that is kept for one server, from one process to the next.
///
/// @param registrations by issuer: what one knows is never shown to another (MCP 2026-07-28, Authorization Server
///                      Binding)
/// @param failure       of the last sign-in, for those who waited for it
record Saved(Optional<Tokens> tokens, Map<String, Registered> registrations, Optional<SignIn> signIn,
        Optional<Failure> failure) {

    /// @param sentence for people
    record Failure(Instant at, String sentence) {}

    static final Saved NOTHING = new Saved(Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

    Saved {
        registrations = registrations == null ? Map.of() : Map.copyOf(registrations);
    }

    Saved with(Tokens fresh) {
        return new Saved(Optional.of(fresh), registrations, Optional.empty(), Optional.empty());
    }

    Saved withoutTokens() {
        return new Saved(Optional.empty(), registrations, signIn, failure);
    }

    Saved with(SignIn begun) {
        return new Saved(tokens, registrations, Optional.of(begun), failure);
    }

    Saved withoutSignIn() {
        return new Saved(tokens, registrations, Optional.empty(), failure);
    }

    Saved with(Failure failed) {
        return new Saved(tokens, registrations, Optional.empty(), Optional.of(failed));
    }

    Saved with(String issuer, Optional<Registered> registered) {
        var all = new HashMap<>(registrations);
        registered.ifPresentOrElse(one -> all.put(issuer, one), () -> all.remove(issuer));
        return new Saved(tokens, all, signIn, failure);
    }
}
