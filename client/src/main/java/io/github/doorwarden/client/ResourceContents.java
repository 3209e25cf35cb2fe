package io.github.doorwarden.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a resource holds: text, or bytes (MCP, Resources, Resource contents).
///
/// @param text empty when it is bytes
/// @param raw  as it came
public record ResourceContents(String uri, String mimeType, Optional<String> text, ObjectNode raw) {

    static ResourceContents of(ObjectNode raw) {
        return new ResourceContents(raw.path("uri").asString(""), raw.path("mimeType").asString(""),
                Json.text(raw.path("text")), raw);
    }

    /// The bytes, those of a text in UTF-8; none when they were no Base64.
    public byte[] bytes() {
        return text.map(each -> each.getBytes(StandardCharsets.UTF_8))
                .or(() -> Content.bytes(raw.path("blob").asString(""))).orElse(new byte[0]);
    }
}
