package io.github.doorwarden.transport;

import io.github.doorwarden.http.Route;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The rows of the REST facade in the table of routes: two for each endpoint that has one, under the rules for pages of
/// other origins that MCP has.
public final class RestRoutes {

    private static final String LIST = "/tools";
    private static final String CALL = "/tool/{name}";

    private RestRoutes() {}

    /// @param dispatch knows these endpoints
    public static List<Route> of(List<Endpoint> endpoints, Callers callers, Policy policy, Dispatch dispatch,
            AuditLog audit, InstantSource clock) {
        var rows = new ArrayList<Route>();
        for (var endpoint : endpoints) {
            var rest = new RestEndpoint(endpoint, callers, policy, dispatch, audit, clock);
            rows.add(Route.get(endpoint.path() + LIST, Route.Cors.MCP, rest::list));
            rows.add(Route.streamingPost(endpoint.path() + CALL, Limits.BODY_BYTES, Route.Cors.MCP, rest::call));
        }
        return List.copyOf(rows);
    }

    /// Where the tools of an endpoint are listed.
    public static String list(URI endpoint) {
        return endpoint + LIST;
    }

    /// Where one of them is called, with `{name}` in it.
    public static String call(URI endpoint) {
        return endpoint + CALL;
    }
}
