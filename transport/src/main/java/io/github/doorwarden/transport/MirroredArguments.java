package io.github.doorwarden.transport;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.server.Decision;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Exchange;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Tool;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The `Mcp-Param-…` headers of the tools behind one endpoint, made ready once. Immutable.
final class MirroredArguments {

    private record Guarded(Tool tool, ParamHeaders headers) {}

    private final Map<String, Guarded> byTool = new HashMap<>();
    private final Policy policy;

    /// @throws IllegalArgumentException when a tool's schema has an `x-mcp-header` that clients would refuse
    MirroredArguments(Endpoint endpoint, Policy policy) {
        this.policy = policy;
        for (var tool : endpoint.tools()) {
            try {
                var headers = ParamHeaders.of(tool.spec().inputSchema());
                if (!headers.isEmpty()) {
                    byTool.put(tool.spec().name(), new Guarded(tool, headers));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("The tool " + tool.spec().name() + " cannot be served: "
                        + e.getMessage(), e);
            }
        }
    }

    /// Holds the headers of a modern `tools/call` against its arguments. A tool that this caller may not call is left
    /// to the policy, whose answer says no more than it must.
    ///
    /// @throws io.github.doorwarden.protocol.Refused `HeaderMismatch`
    void check(Headers headers, Exchange exchange, Methods method, ObjectNode params) {
        if (method != Methods.TOOLS_CALL || !exchange.revision().modern()) {
            return;
        }
        var named = byTool.get(params.path("name").asString(""));
        if (named != null
                && policy.decide(exchange.caller(), exchange.endpoint(), named.tool) instanceof Decision.Allowed) {
            named.headers.check(headers::all, params.path("arguments"));
        }
    }
}
