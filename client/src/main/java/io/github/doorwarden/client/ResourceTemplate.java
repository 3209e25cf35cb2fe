package io.github.doorwarden.client;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// URIs of resources with variables in them (MCP, Resources, Resource templates).
///
/// @param uriTemplate RFC 6570
/// @param raw         the whole entry as it came
public record ResourceTemplate(String uriTemplate, String name, Optional<String> title, String description,
        String mimeType, ObjectNode raw) {

    static ResourceTemplate of(ObjectNode raw) {
        return new ResourceTemplate(raw.path("uriTemplate").asString(""), raw.path("name").asString(""),
                Json.text(raw.path("title")), raw.path("description").asString(""),
                raw.path("mimeType").asString(""), raw);
    }
}
