package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.upstream.UpstreamCall;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A form as `multipart/form-data` (RFC 7578), of fields alone: files are not sent.
final class Multipart {

    private Multipart() {}

    static UpstreamCall.Body of(ObjectNode fields) {
        var boundary = boundary(fields.toString());
        var out = new StringBuilder();
        fields.properties().forEach(field -> {
            if (field.getValue().isArray() && field.getValue().valueStream().noneMatch(JsonNode::isContainer)) {
                field.getValue().values().forEach(item -> part(boundary, field.getKey(), item, out));
            } else {
                part(boundary, field.getKey(), field.getValue(), out);
            }
        });
        out.append("--").append(boundary).append("--\r\n");
        return new UpstreamCall.Body(Body.MULTIPART + "; boundary=" + boundary,
                out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void part(String boundary, String name, JsonNode value, StringBuilder out) {
        out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"")
                .append(name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22")).append("\"\r\n")
                .append(value.isContainer() ? "Content-Type: application/json\r\n" : "").append("\r\n")
                .append(value.isContainer() ? value.toString() : Schemas.shown(value)).append("\r\n");
    }

    /// That no value has in it, whoever chose the value.
    private static String boundary(String content) {
        while (true) {
            var boundary = "doorwarden-" + UUID.randomUUID();
            if (!content.contains(boundary)) {
                return boundary;
            }
        }
    }
}
