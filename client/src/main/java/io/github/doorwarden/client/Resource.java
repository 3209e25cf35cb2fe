package io.github.doorwarden.client;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A resource as a server lists it (MCP, Resources).
///
/// @param size in bytes, where the server says it
/// @param raw  the whole entry as it came
public record Resource(String uri, String name, Optional<String> title, String description, String mimeType,
        Optional<Long> size, ObjectNode raw) {

    static Resource of(ObjectNode raw) {
        var size = raw.path("size");
        return new Resource(raw.path("uri").asString(""), raw.path("name").asString(""), Json.text(raw.path("title")),
                raw.path("description").asString(""), raw.path("mimeType").asString(""),
                size.isIntegralNumber() && size.canConvertToLong() ? Optional.of(size.asLong()) : Optional.empty(),
                raw);
    }
}
