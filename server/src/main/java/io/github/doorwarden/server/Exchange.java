package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.protocol.Revision;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What surrounds one request: who, at which door, in which dialect, and the way back to the client.
///
/// @param capabilities  what the client declared; empty in legacy revisions without a session
/// @param requestId     for logs and audit
/// @param peer          address of the other end
/// @param progressToken what the client wants to hear of progress under: a string or a whole number
/// @param logLevel      least severe log message that the client wants with this request; empty: none
/// @param traceparent   W3C trace context of the caller (MCP, `_meta`, trace context); one that is begun here when the
///                      caller sends none, so it is always there
/// @param outlet        reaches the client while the request runs
public record Exchange(Caller caller, Endpoint endpoint, Revision revision, ObjectNode capabilities, String requestId,
        String peer, Optional<JsonNode> progressToken, Optional<LogLevel> logLevel, Optional<String> traceparent,
        Outlet outlet) {

    public Exchange {
        traceparent = traceparent.filter(TraceContext::holds).or(() -> Optional.of(TraceContext.begin()));
    }

    /// What leads from this request to all that it brings about: 32 hex digits.
    public String traceId() {
        return TraceContext.id(traceparent.orElseThrow());
    }

    /// A request that only its answer answers.
    public Exchange(Caller caller, Endpoint endpoint, Revision revision, ObjectNode capabilities, String requestId,
            String peer) {
        this(caller, endpoint, revision, capabilities, requestId, peer, Optional.empty(), Optional.empty(),
                Optional.empty(), Outlet.NONE);
    }

    /// Whether the client declared an extension for this request, for example `io.modelcontextprotocol/tasks`.
    public boolean declares(String extension) {
        return revision.modern() && capabilities.path("extensions").path(extension).isObject();
    }
}
