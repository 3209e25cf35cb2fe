package io.github.doorwarden.sources.openapi;

import tools.jackson.databind.JsonNode;

/// One operation of a document, as written.
///
/// @param method   upper case
/// @param path     the template, for example `/things/{id}`
/// @param id       operationId; empty when it has none
/// @param pathItem carries the parameters that all methods of the path share
record Operation(String method, String path, String id, JsonNode pathItem, JsonNode node) {

    /// `GET /things/{id}`.
    String address() {
        return method + " " + path;
    }

    /// GET, HEAD and OPTIONS change nothing (RFC 9110 §9.2.1).
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }
}
