package io.github.doorwarden.sources.openapi;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// One operation of a document, as OpenAPI 3 writes it.
///
/// @param method   upper case
/// @param path     the template, for example `/things/{id}`
/// @param id       operationId; empty when it has none
/// @param pathItem carries the parameters that all methods of the path share
record Operation(String method, String path, String id, JsonNode pathItem, JsonNode node) {

    /// One operation is itself alone; comparing what is written in it would be slow.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /// `GET /things/{id}`.
    String address() {
        return method + " " + path;
    }

    /// GET, HEAD and OPTIONS change nothing (RFC 9110 §9.2.1).
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    List<String> tags() {
        return node.path("tags").valueStream().map(tag -> tag.asString("")).toList();
    }
}
