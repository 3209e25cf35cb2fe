package io.github.doorwarden.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Content blocks and resource contents as on the wire (MCP, schema, ContentBlock and ResourceContents). Each call
/// makes a new object.
public final class Content {

    private Content() {}

    public static ObjectNode text(String text) {
        return of("text").put("text", text);
    }

    public static ObjectNode image(byte[] data, String mimeType) {
        return of("image").put("data", base64(data)).put("mimeType", mimeType);
    }

    /// Known since 2025-03-26; older clients are told in words.
    public static ObjectNode audio(byte[] data, String mimeType) {
        return of("audio").put("data", base64(data)).put("mimeType", mimeType);
    }

    /// @param contents made by [#textOf] or [#blobOf]
    public static ObjectNode embedded(ObjectNode contents) {
        var block = of("resource");
        block.set("resource", contents);
        return block;
    }

    /// Known since 2025-06-18; older clients are told in words.
    public static ObjectNode link(String uri, String name, String mimeType) {
        return of("resource_link").put("uri", uri).put("name", name).put("mimeType", mimeType);
    }

    /// An icon of a tool, prompt or resource (2025-11-25 and later, Icons).
    ///
    /// @param src   an `https:` or `data:` URI; clients take no other
    /// @param sizes for example `48x48`, or `any` for SVG; may be none
    public static ObjectNode icon(String src, String mimeType, String... sizes) {
        var icon = JsonNodeFactory.instance.objectNode().put("src", src).put("mimeType", mimeType);
        for (var size : sizes) {
            icon.withArrayProperty("sizes").add(size);
        }
        return icon;
    }

    /// The text of a resource.
    public static ObjectNode textOf(String uri, String mimeType, String text) {
        return JsonNodeFactory.instance.objectNode().put("uri", uri).put("mimeType", mimeType).put("text", text);
    }

    /// The bytes of a resource.
    public static ObjectNode blobOf(String uri, String mimeType, byte[] data) {
        return JsonNodeFactory.instance.objectNode().put("uri", uri).put("mimeType", mimeType)
                .put("blob", base64(data));
    }

    /// Bytes as a resource's text where they are UTF-8, else as its blob: either way the very same bytes can be had
    /// back (a byte order mark and line ends included).
    public static ObjectNode of(String uri, String mimeType, byte[] data) {
        try {
            return textOf(uri, mimeType, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString());
        } catch (CharacterCodingException binary) {
            return blobOf(uri, mimeType, data);
        }
    }

    private static ObjectNode of(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static String base64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }
}
