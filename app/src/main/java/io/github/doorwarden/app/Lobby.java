package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.transport.RestRoutes;
import java.net.URI;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /`: what this is and where its doors are, for whoever opens the bare address. Says what a stranger may know
/// anyway: no tools, no people.
final class Lobby {

    private final Reply reply;

    Lobby(Config config, URI origin, String version) {
        var json = JsonNodeFactory.instance.objectNode().put("service", config.name()).put("version", version)
                .put("message", "This is an MCP server. Give the URL of one of its endpoints to an MCP client; it "
                + "finds "
                        + "out by itself how you sign in.")
                .put("health", origin.resolve("/health").toString());
        var endpoints = json.putArray("endpoints");
        config.endpoints().forEach(endpoint -> endpoints.add(endpoint(endpoint, origin.resolve(endpoint.path()),
                config)));
        reply = Reply.json(200, json.toPrettyString() + "\n").with("Cache-Control", "public, max-age=60");
    }

    private static ObjectNode endpoint(Config.EndpointConfig endpoint, URI url, Config config) {
        var json = JsonNodeFactory.instance.objectNode().put("url", url.toString());
        var transports = json.putArray("transports");
        transports.addObject().put("transport", "streamable-http").put("url", url.toString());
        if (endpoint.sessions()) {
            transports.addObject().put("transport", "http+sse").put("url", url + "/sse")
                    .put("note", "For clients that know no other; deprecated since 2025-03-26.");
        }
        if (endpoint.rest()) {
            transports.addObject().put("transport", "rest").put("list", "GET " + RestRoutes.list(url))
                    .put("call", "POST " + RestRoutes.call(url));
        }
        transports.addObject().put("transport", "stdio").put("command",
                "doorwarden stdio DIR --endpoint " + endpoint.path());
        var revisions = json.putArray("revisions");
        Revision.dates().forEach(revisions::add);
        return json.put("authorization", config.authorization().enabled() ? "OAuth 2.1" : "none");
    }

    Reply handle(HttpIn in) {
        return reply;
    }
}
