package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.ToolOutage;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a tool reads, as resources: the variables of the URI are its arguments, and whoever may not call it may not
/// read them.
final class ToolResource implements ResourceTemplate {

    private static final String TYPE = "application/json";
    private static final Set<Integer> GONE = Set.of(404, 410);

    private final Spec spec;
    private final OperationTool tool;

    /// @throws IllegalArgumentException for a tool that does more than read
    ToolResource(String name, ResourceSettings.Template settings, OperationTool tool) {
        var of = tool.spec();
        if (!of.readOnly() || of.confirm()) {
            throw new IllegalArgumentException("The resource " + name + " is read by the tool " + of.name()
                    + ", which may change something or is confirmed. Take one that only reads.");
        }
        this.tool = tool;
        this.spec = new Spec(settings.uri(), name, settings.title().orElse(of.title()),
                settings.description().orElse(of.description()), TYPE, JsonNodeFactory.instance.objectNode(),
                of.scopes(), of.deadline(), List.of());
    }

    @Override
    public Spec spec() {
        return spec;
    }

    @Override
    public List<ObjectNode> read(String uri, Call call) throws Exception {
        var answered = tool.answered(call);
        if (GONE.contains(answered.status())) {
            return List.of();
        }
        var block = answered.result().content().getFirst();
        if (answered.result().isError()) {
            throw new ToolOutage(block.path("text").asString(""), null);
        }
        return List.of(Content.textOf(uri, answered.result().structured().isPresent() ? TYPE : "text/plain",
                block.path("text").asString("")));
    }
}
