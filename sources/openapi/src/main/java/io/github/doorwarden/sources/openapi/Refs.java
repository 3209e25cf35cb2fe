package io.github.doorwarden.sources.openapi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Follows `$ref` within one document (RFC 6901 pointers after `#`), which [Bundle] has made of all its parts.
final class Refs {

    private final JsonNode root;

    Refs(JsonNode root) {
        this.root = root;
    }

    /// The node itself when it is no reference, otherwise what it points to in the end.
    JsonNode resolve(JsonNode node) throws Unconvertible {
        var at = node;
        for (var hops = 0; at.isObject() && at.path("$ref").isString(); hops++) {
            if (hops == Limits.REF_HOPS) {
                throw new Unconvertible("a reference leads round in a circle");
            }
            at = target(at.path("$ref").asString());
        }
        return at;
    }

    private JsonNode target(String ref) throws Unconvertible {
        if (!ref.startsWith("#")) {
            throw new Unconvertible("it refers to another document from a place where references are not followed");
        }
        var at = root;
        var pointer = ref.substring(1);
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new Unconvertible("a reference by anchor cannot be followed");
        }
        for (var part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            var name = decoded(part).replace("~1", "/").replace("~0", "~");
            at = at.isArray() && name.matches("0|[1-9][0-9]{0,8}") ? at.path(Integer.parseInt(name)) : at.path(name);
        }
        if (pointer.startsWith("/" + Bundle.REFUSED + "/") && at.isString()) {
            throw new Unconvertible(at.asString());
        }
        if (at.isMissingNode()) {
            throw new Unconvertible("it refers to something that is not in the document");
        }
        return at;
    }

    private static String decoded(String part) throws Unconvertible {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Unconvertible("a reference is not readable");
        }
    }
}
