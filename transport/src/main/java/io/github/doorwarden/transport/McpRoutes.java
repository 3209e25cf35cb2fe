package io.github.doorwarden.transport;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.transport.legacy.Sessions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The rows of MCP endpoints in the table of routes. A path with a slash at its end is the same endpoint and no
/// redirect: real clients lose their token or their body on the way.
public final class McpRoutes {

    static final String ALLOW = "DELETE, OPTIONS, POST";

    private McpRoutes() {}

    /// POST carries messages. GET opens a stream of a legacy session and DELETE ends one; where there are no sessions,
    /// GET is answered 405 at once, since a client that waits for a stream hangs, and DELETE has nothing to do and
    /// nobody to refuse. Where there are, the two paths of revision 2024-11-05 stand beside the endpoint's.
    ///
    /// @param dispatch knows these endpoints
    /// @param sessions says which endpoints have any
    /// @throws IllegalArgumentException when a tool cannot be served over HTTP, with a sentence that names it
    public static List<Route> of(List<Endpoint> endpoints, About about, Callers callers, Policy policy,
            Dispatch dispatch, Sessions sessions, AuditLog audit, InstantSource clock) {
        var rows = new ArrayList<Route>();
        for (var endpoint : endpoints) {
            var mcp = new McpEndpoint(endpoint, about, callers, policy, dispatch, sessions, audit, clock);
            for (var slash : List.of("", "/")) {
                var path = endpoint.path() + slash;
                rows.add(Route.streamingPost(path, Limits.BODY_BYTES, Route.Cors.MCP, mcp::handle));
                if (!sessions.at(endpoint)) {
                    rows.add(Route.get(path, Route.Cors.MCP, in -> Wire.methodNotAllowed(ALLOW)));
                    rows.add(new Route("DELETE", path, 0, Route.Cors.MCP, true, in -> Reply.empty(204)));
                    continue;
                }
                rows.add(Route.streamingGet(path, Route.Cors.MCP, mcp::listen));
                rows.add(new Route("DELETE", path, 0, Route.Cors.MCP, true, true, mcp::end));
                rows.add(Route.streamingGet(endpoint.path() + "/sse" + slash, Route.Cors.MCP, mcp::oldStream));
                rows.add(Route.streamingPost(endpoint.path() + "/messages" + slash, Limits.BODY_BYTES, Route.Cors.MCP,
                        mcp::oldMessage));
            }
        }
        return List.copyOf(rows);
    }
}
