package io.github.doorwarden.bridge;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.protocol.RequestHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The headers of a modern request, which hosts do not send over pipes (MCP 2026-07-28, Streamable HTTP, Request
/// metadata and Custom headers from tool parameters). What tools want mirrored is learned from the lists that pass by.
/// Safe for use by many threads.
final class ToolHeaders {

    private final Map<String, ParamHeaders> mirrored = new ConcurrentHashMap<>();

    /// Reads one page of `tools/list`.
    void learn(JsonNode result) {
        for (var tool : result.path("tools")) {
            var name = tool.path("name").asString("");
            if (tool.path("inputSchema") instanceof ObjectNode schema) {
                learn(name, schema);
            }
        }
    }

    private void learn(String name, ObjectNode schema) {
        try {
            var headers = ParamHeaders.of(schema);
            if (headers.isEmpty()) {
                mirrored.remove(name);
            } else if (mirrored.size() < Limits.MIRRORING_TOOLS) {
                mirrored.put(name, headers);
            }
        } catch (IllegalArgumentException broken) {
            mirrored.remove(name);                 // the server says what is wrong when the tool is called
        }
    }

    Map<String, String> of(Message.Request request, String version) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(RequestHeaders.VERSION, version);
        headers.put(RequestHeaders.METHOD, request.method());
        var params = request.params();
        Methods.named(request.method()).flatMap(Methods::nameParam).map(params::path).filter(JsonNode::isString)
                .ifPresent(name -> headers.put(RequestHeaders.NAME, RequestHeaders.encode(name.asString())));
        if (request.method().equals(Methods.TOOLS_CALL.wireName())) {
            var tool = mirrored.get(params.path("name").asString(""));
            if (tool != null) {
                headers.putAll(tool.mirror(params.path("arguments")));
            }
        }
        return headers;
    }
}
