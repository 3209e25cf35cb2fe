package io.github.doorwarden.transport;

import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.server.Endpoint;
import java.util.ArrayList;
import java.util.List;

/// The rows of one MCP endpoint in the table of routes. The path with a slash at its end is the same endpoint and no
/// redirect: real clients lose their token or their body on the way.
public final class McpRoutes {

    private static final String ALLOW = "POST, DELETE, OPTIONS";

    private McpRoutes() {}

    /// POST carries messages. GET is answered 405 at once, since there is no stream to open: a client that waits for
    /// one hangs. DELETE ends a session of older revisions; there is none, so there is nothing to do and nobody to
    /// refuse.
    public static List<Route> of(Endpoint endpoint, McpEndpoint mcp) {
        var rows = new ArrayList<Route>();
        for (var path : List.of(endpoint.path(), endpoint.path() + "/")) {
            rows.add(Route.post(path, Limits.BODY_BYTES, Route.Cors.MCP, mcp::handle));
            rows.add(Route.get(path, Route.Cors.MCP, in -> Wire.methodNotAllowed(ALLOW)));
            rows.add(new Route("DELETE", path, 0, Route.Cors.MCP, true, in -> Reply.empty(204)));
        }
        return List.copyOf(rows);
    }
}
