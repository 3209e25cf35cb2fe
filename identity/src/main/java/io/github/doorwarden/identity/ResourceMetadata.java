package io.github.doorwarden.identity;

import java.net.URI;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The protected resource metadata document of one resource (RFC 9728 §2).
///
/// @param resource             exactly the identifier that clients use
/// @param authorizationServers issuers, byte for byte
/// @param scopes               the baseline alone: clients ask for all that is named here
/// @param name                 for people
public record ResourceMetadata(URI resource, List<URI> authorizationServers, List<String> scopes, String name) {

    static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    /// The path that belongs to a resource: the well-known part goes between host and path (RFC 9728 §3.1).
    public static String path(URI resource) {
        var path = resource.getRawPath();
        return WELL_KNOWN + ("/".equals(path) ? "" : path);
    }

    public static URI url(URI resource) {
        return resource.resolve(path(resource));
    }

    public ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("resource", resource.toString());
        var servers = json.putArray("authorization_servers");
        authorizationServers.forEach(server -> servers.add(server.toString()));
        var names = json.putArray("scopes_supported");
        scopes.forEach(names::add);
        json.putArray("bearer_methods_supported").add("header");
        json.put("resource_name", name);
        return json;
    }
}
