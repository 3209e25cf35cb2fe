package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.Era;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Outlet;
import io.github.doorwarden.identity.Caller;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A modern request, whatever transport it came by: all that it needs is in the message. Immutable.
record Modern(Dispatch dispatch, About about) {

    /// What surrounds the request, once its headers, if it has any, agree with its body.
    ///
    /// @param header the field `traceparent`, for a client that does not say it in the message
    /// @throws io.github.doorwarden.protocol.Refused `UnsupportedVersion`, `BadParams`
    static Exchange exchange(Request call, Meta meta, Caller caller, Endpoint endpoint, String requestId, String peer,
            Optional<String> header, Outlet outlet) {
        return new Exchange(caller, endpoint, Era.revision(meta), meta.clientCapabilities(), requestId, peer,
                Meta.progressToken(call.params()), meta.logLevel(), Meta.traceparent(call.params()).or(() -> header),
                outlet);
    }

    /// The stamped result of a request other than `subscriptions/listen`.
    ObjectNode answer(Exchange exchange, Methods method, Request call) {
        var result = method == Methods.DISCOVER ? discover(exchange.endpoint())
                : dispatch.answer(exchange, method, call);
        var stamped = new Stamp(about).on(result, method, exchange.revision());
        // What depends on answers must not be kept: a cache knows the parameters alone (Caching, Cache key).
        var retried = call.params().has("inputResponses") || call.params().has("requestState");
        return retried && method.cacheable() && stamped.has("ttlMs") ? stamped.put("ttlMs", 0) : stamped;
    }

    /// MCP 2026-07-28, Discovery.
    private ObjectNode discover(Endpoint endpoint) {
        var result = JsonNodeFactory.instance.objectNode();
        var versions = result.putArray("supportedVersions");
        Revision.dates().forEach(versions::add);
        result.set("capabilities", dispatch.capabilities(endpoint, Revision.V2026_07_28, true));
        if (!endpoint.instructions().isEmpty()) {
            result.put("instructions", endpoint.instructions());
        }
        return result;
    }
}
