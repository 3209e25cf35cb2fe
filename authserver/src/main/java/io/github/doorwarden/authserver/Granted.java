package io.github.doorwarden.authserver;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What an assertion or an exchange gives: a grant, and what the token under it is for.
///
/// @param acting when a client acts for the person of somebody else's grant
record Granted(Grant grant, Set<String> scopes, Optional<Acting> acting) {

    /// What is otherwise than in the grant (RFC 8693 §4.1).
    ///
    /// @param clientId who acts, and gets the token
    /// @param resource that the token is for
    /// @param act      the claim of that name: who acts, and for whom they did before
    /// @param end      of the token that was exchanged: the new one does not outlive it
    record Acting(String clientId, String resource, ObjectNode act, Instant end) {}

    Granted {
        scopes = Set.copyOf(scopes);
    }

    Granted(Grant grant, Set<String> scopes) {
        this(grant, scopes, Optional.empty());
    }
}
