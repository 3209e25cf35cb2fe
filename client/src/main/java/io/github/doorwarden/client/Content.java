package io.github.doorwarden.client;

import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One piece of what a tool or a prompt says (every revision, Content). What is of a kind that is not known here stays
/// reachable as [Other].
public sealed interface Content {

    /// As it came.
    ObjectNode raw();

    record Text(String text, ObjectNode raw) implements Content {}

    /// @param data empty when it was no Base64
    record Image(byte[] data, String mimeType, ObjectNode raw) implements Content {}

    /// @param data empty when it was no Base64
    record Audio(byte[] data, String mimeType, ObjectNode raw) implements Content {}

    record Embedded(ResourceContents resource, ObjectNode raw) implements Content {}

    record Link(Resource resource, ObjectNode raw) implements Content {}

    record Other(String type, ObjectNode raw) implements Content {}

    static Content of(ObjectNode raw) {
        var type = raw.path("type").asString("");
        return switch (type) {
            case "text" -> new Text(raw.path("text").asString(""), raw);
            case "image" -> new Image(bytes(raw.path("data").asString("")).orElse(new byte[0]),
                    raw.path("mimeType").asString(""), raw);
            case "audio" -> new Audio(bytes(raw.path("data").asString("")).orElse(new byte[0]),
                    raw.path("mimeType").asString(""), raw);
            case "resource" -> new Embedded(ResourceContents.of(Json.object(raw.path("resource"))), raw);
            case "resource_link" -> new Link(Resource.of(raw), raw);
            default -> new Other(type, raw);
        };
    }

    /// Base64 as MCP has it; empty when it is none.
    static Optional<byte[]> bytes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }
}
