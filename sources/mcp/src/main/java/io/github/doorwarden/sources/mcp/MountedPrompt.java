package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.ToolOutage;
import io.github.doorwarden.client.wire.ClientFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A prompt of a server.
///
/// @param name as the server has it
record MountedPrompt(Prompt.Spec spec, String name, Ground ground) implements Prompt {

    @Override
    public Answer get(Call call) throws ToolOutage, InterruptedException {
        var params = JsonNodeFactory.instance.objectNode().put("name", name);
        params.set("arguments", call.arguments());
        try {
            var result = ground.run(call, "prompts/get", params, Map.of());
            if (result.toString().length() > ground.settings().maxBytes()) {
                throw new ToolOutage("The prompt " + spec.name() + " is larger than the " + ground.settings().maxBytes()
                        + " bytes that are taken.", null);
            }
            var messages = new ArrayList<ObjectNode>();
            for (var each : result.path("messages")) {
                if (each instanceof ObjectNode message && message.path("content") instanceof ObjectNode block) {
                    var copy = message.deepCopy();
                    copy.set("content", ground.uris().block(block));
                    messages.add(copy);
                }
            }
            return new Answer(Plain.text(result.path("description")), messages);
        } catch (ClientFailure said) {
            throw new IllegalArgumentException(said.getMessage(), said);
        }
    }

    @Override
    public List<String> complete(String argument, String value, Map<String, String> arguments) {
        var ref = JsonNodeFactory.instance.objectNode().put("type", "ref/prompt").put("name", name);
        return ground.complete(ref, argument, value, arguments);
    }
}
