package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.Meta;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What every modern result carries beside its content (MCP 2026-07-28, Base protocol, Result responses; Caching;
/// `_meta`). Touches the top level of a result alone: what is below is shared between calls.
record Stamp(About about) {

    ObjectNode on(ObjectNode result, Methods method, Revision revision) {
        if (!revision.modern()) {
            return result;
        }
        if (!result.has("resultType")) {
            result.put("resultType", "complete");
        }
        if (method.cacheable() && result.path("resultType").asString().equals("complete")) {
            result.put("ttlMs", about.ttl().toMillis());
            // Lists are filtered by what the caller may see, so nobody else may be shown them.
            result.put("cacheScope", method == Methods.DISCOVER ? "public" : "private");
        }
        var meta = JsonNodeFactory.instance.objectNode();
        if (result.path("_meta") instanceof ObjectNode own) {
            meta.setAll(own);
        }
        meta.set(Meta.SERVER_INFO, about.implementation());
        result.set("_meta", meta);
        return result;
    }
}
