package io.github.doorwarden.protocol;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One JSON-RPC 2.0 message. Parsed once, at the edge, by [JsonRpc].
public sealed interface Message {

    /// A call that wants an answer. `params` is an empty object when the member was absent.
    record Request(Id id, String method, ObjectNode params) implements Message {}

    /// A message that is never answered.
    record Notification(String method, ObjectNode params) implements Message {}

    /// The peer's answer to a request of ours: exactly one of `result` and `error` is not null.
    record Response(Id id, JsonNode result, ObjectNode error) implements Message {}
}
