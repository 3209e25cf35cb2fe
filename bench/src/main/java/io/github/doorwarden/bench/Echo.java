package io.github.doorwarden.bench;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The source with the one tool that is measured: it answers the text that it is given, so that what is left is the
/// door.
public final class Echo implements Source {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String SCHEMA = """
            {"type": "object", "properties": {"message": {"type": "string", "maxLength": 4096}}, "required": ["message"],
             "additionalProperties": false}""";

    private record EchoTool(ToolSpec spec) implements Tool {
        @Override
        public ToolResult call(Call call) {
            return ToolResult.text(call.arguments().get("message").asString());
        }
    }

    private final List<Tool> tools = List.of(new EchoTool(new ToolSpec("echo", "Echo",
            "Answers the message that it is given.",
            (ObjectNode) JSON.readTree(SCHEMA), Optional.empty(), JSON.createObjectNode().put("readOnlyHint", true),
                    Set.of("bench"), true,
            Duration.ofSeconds(30), Set.of())));

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Things things() {
        return Things.of(tools);
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }
}
