package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.authserver.ProtectedResource;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.identity.ResourceMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The protected resource metadata of this deployment (RFC 9728), whoever issues the tokens for it. Pure.
final class ResourceDocuments {

    private ResourceDocuments() {}

    /// The MCP endpoints, each with the identifier that its path has under the public origin.
    static List<ProtectedResource> endpoints(Config config, URI origin) {
        return config.endpoints().stream().map(endpoint -> new ProtectedResource(origin.resolve(endpoint.path()),
                config.name(), config.authorization().scopes(), true)).toList();
    }

    /// The metadata of every endpoint at its own path, and at the root a document of its own for clients that look
    /// nowhere else (§3.1, §3.3: a document's `resource` is where it was asked for).
    ///
    /// @param servers issuers, byte for byte
    static List<Route> routes(Config config, URI origin, List<URI> servers) {
        var routes = new ArrayList<Route>();
        var endpoints = endpoints(config, origin);
        for (var endpoint : endpoints) {
            routes.add(route(config, endpoint.identifier(), endpoint, servers));
        }
        if (!endpoints.isEmpty()) {
            routes.add(route(config, origin, endpoints.getFirst(), servers));
        }
        return routes;
    }

    private static Route route(Config config, URI identifier, ProtectedResource endpoint, List<URI> servers) {
        var json = new ResourceMetadata(identifier, servers, endpoint.scopes().baseline(), endpoint.name()).json();
        config.authorization().tokens().dpop().announce(json, true);
        var reply = Reply.json(200, json.toString()).with("Cache-Control", "public, max-age=300");
        return Route.get(ResourceMetadata.path(identifier), Cors.OPEN, in -> reply);
    }
}
