package io.github.doorwarden.app;

import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.sources.openapi.Access;
import io.github.doorwarden.upstream.TokenExchange;
import java.util.Optional;
import java.util.function.Function;

/// The tokens that callers came with, for the upstreams that exchange them for others (RFC 8693). Kept for as long as a
/// caller is in use, and only when there is such an upstream. Sources get their part of it before there is anybody who
/// verifies tokens, and use it when they are called. Safe for use by many threads.
final class Presented {

    private BearerTokens verifier;
    private boolean needed;
    private volatile Function<Caller, Optional<String>> tokens = caller -> Optional.empty();

    /// Now there is somebody who verifies tokens.
    synchronized void by(BearerTokens tokens) {
        verifier = tokens;
        open();
    }

    /// What calls show an upstream: what an exchange gives for the caller's own token.
    synchronized Access exchanged(TokenExchange exchange) {
        needed = true;
        open();
        return (call, spec) -> Optional.of(exchange.of(tokens.apply(call.caller()).orElseThrow(() ->
                new Access.NoAccess("This works with what your client signed in with, and this call has nothing of the "
                        + "kind: nobody has signed in, or it goes on after a restart. Sign in and call it again."))));
    }

    private void open() {
        if (needed && verifier != null) {
            tokens = verifier.presented();
            verifier = null;                                     // once
        }
    }
}
