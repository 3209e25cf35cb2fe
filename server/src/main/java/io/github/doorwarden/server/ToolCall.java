package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// One call of a tool, at the handler's hand.
///
/// @param arguments validated against the input schema
/// @param caller    who calls, proven; its token is not here
/// @param requestId for correlation with the audit log and with backends
/// @param deadline  when the answer is no longer wanted
public record ToolCall(ObjectNode arguments, Caller caller, String requestId, Instant deadline) {}
