package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.node.ObjectNode;

/// What surrounds one request: who, at which door, in which dialect.
///
/// @param capabilities what the client declared; empty in legacy revisions without a session
/// @param requestId    for logs and audit
/// @param peer         address of the other end
public record Exchange(Caller caller, Endpoint endpoint, Revision revision, ObjectNode capabilities, String requestId,
        String peer) {}
