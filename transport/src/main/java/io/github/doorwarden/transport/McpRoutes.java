package io.github.doorwarden.transport;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The rows of MCP endpoints in the table of routes. A path with a slash at its end is the same endpoint and no
/// redirect: real clients lose their token or their body on the way.
public final class McpRoutes {

    private static final String ALLOW = "DELETE, OPTIONS, POST";

    private McpRoutes() {}

    /// POST carries messages. GET is answered 405 at once, since there is no stream to open: a client that waits for
    /// one hangs. DELETE ends a session of older revisions; there is none, so there is nothing to do and nobody to
    /// refuse.
    ///
    /// @param dispatch knows these endpoints
    /// @throws IllegalArgumentException when a tool cannot be served over HTTP, with a sentence that names it
    public static List<Route> of(List<Endpoint> endpoints, About about, Callers callers, Policy policy,
            Dispatch dispatch, AuditLog audit, InstantSource clock) {
        var rows = new ArrayList<Route>();
        for (var endpoint : endpoints) {
            var mcp = new McpEndpoint(endpoint, about, callers, policy, dispatch, audit, clock);
            for (var path : List.of(endpoint.path(), endpoint.path() + "/")) {
                rows.add(Route.streamingPost(path, Limits.BODY_BYTES, Route.Cors.MCP, mcp::handle));
                rows.add(Route.get(path, Route.Cors.MCP, in -> Wire.methodNotAllowed(ALLOW)));
                rows.add(new Route("DELETE", path, 0, Route.Cors.MCP, true, in -> Reply.empty(204)));
            }
        }
        return List.copyOf(rows);
    }
}
