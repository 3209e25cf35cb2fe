package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.client.wire.ClientFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A resource of a server.
record MountedResource(Resource.Spec spec, Ground ground) implements Resource {

    /// Codes by which servers say that there is no such resource: of 2026-07-28, and of before.
    private static final List<Integer> NONE = List.of(-32602, -32002);

    @Override
    public List<ObjectNode> read(Call call) throws ToolOutage, InterruptedException {
        return read(ground, spec.uri(), call);
    }

    private static List<ObjectNode> read(Ground ground, String uri, Call call)
            throws ToolOutage, InterruptedException {
        var params = JsonNodeFactory.instance.objectNode().put("uri", ground.uris().original(uri));
        try {
            var result = ground.run(call, "resources/read", params, Map.of());
            if (result.toString().length() > ground.settings().maxBytes()) {
                throw new ToolOutage("The resource " + uri + " is larger than the " + ground.settings().maxBytes()
                        + " bytes that are taken.", null);
            }
            var contents = new ArrayList<ObjectNode>();
            for (var each : result.path("contents")) {
                if (each instanceof ObjectNode object && object.path("uri").isString()
                        && object.path("text").isString() != object.path("blob").isString()) {
                    contents.add(object.deepCopy().put("uri", ground.uris().mounted(object.path("uri").asString())));
                }
            }
            return contents;
        } catch (ClientFailure said) {
            if (NONE.contains(said.code())) {
                return List.of();
            }
            throw new ToolOutage(said.getMessage(), said);
        }
    }

    /// Resources of a server that follow a pattern. What is withheld is not there, though the pattern has it.
    ///
    /// @param original the pattern as the server has it
    record Template(ResourceTemplate.Spec spec, String original, Ground ground) implements ResourceTemplate {

        @Override
        public List<ObjectNode> read(String uri, Call call) throws ToolOutage, InterruptedException {
            return ground.settings().withholdsResource(ground.uris().original(uri)) ? List.of()
                    : MountedResource.read(ground, uri, call);
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            var ref = JsonNodeFactory.instance.objectNode().put("type", "ref/resource").put("uri", original);
            return ground.complete(ref, variable, value, variables);
        }
    }
}
