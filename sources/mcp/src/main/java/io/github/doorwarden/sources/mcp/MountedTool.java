package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.client.wire.ClientFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool of a server: arguments and results pass as they are, but for the URIs of its resources.
///
/// @param name as the server has it
/// @param held why it is not called; empty when it is
record MountedTool(ToolSpec spec, String name, ParamHeaders headers, Optional<String> held, Ground ground)
        implements Tool {

    /// Members of a result that say something about the hop behind us.
    private static final Set<String> OWN = Set.of("content", "structuredContent", "isError", "resultType", "ttlMs",
            "cacheScope", "inputRequests", "requestState");

    @Override
    public ToolResult call(Call call) throws ToolOutage, InterruptedException {
        if (held.isPresent()) {
            return ToolResult.error(held.get());
        }
        var params = JsonNodeFactory.instance.objectNode().put("name", name);
        params.set("arguments", call.arguments());
        try {
            return result(ground.run(call, "tools/call", params, headers.mirror(call.arguments())));
        } catch (ClientFailure said) {
            return ToolResult.error(said.getMessage());
        }
    }

    private ToolResult result(ObjectNode result) {
        var bytes = result.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > ground.settings().maxBytes()) {
            return ToolResult.error(ground.name() + " answered with " + bytes + " bytes, and " + ground.settings()
                    .maxBytes() + " are taken. Nothing of it is shown, because a part would be taken for the whole. "
                    + "Ask for less: a filter, a smaller page, a shorter period.");
        }
        var content = new ArrayList<ObjectNode>();
        for (var block : result.path("content")) {
            if (block instanceof ObjectNode object) {
                content.add(ground.uris().block(object));
            }
        }
        var structured = Optional.of(result.path("structuredContent")).filter(each -> !each.isMissingNode()
                && !each.isNull());
        return new ToolResult(content, structured, result.path("isError").asBoolean(false), further(result));
    }

    private static ObjectNode further(ObjectNode result) {
        var further = result.deepCopy().without(OWN);
        if (further.path("_meta") instanceof ObjectNode meta) {
            List.copyOf(meta.propertyNames()).stream().filter(key -> key.startsWith("io.modelcontextprotocol/"))
                    .forEach(meta::remove);
            if (meta.isEmpty()) {
                further.remove("_meta");
            }
        }
        return further;
    }

    /// Whether the server would refuse every call of a client that has no tasks of 2025-11-25.
    static boolean needsTask(JsonNode definition) {
        return definition.path("execution").path("taskSupport").asString("").equals("required");
    }
}
