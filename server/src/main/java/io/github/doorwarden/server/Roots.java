package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Which folders the client works in (MCP, Roots). What they say is the client's word: no right follows from it.
public record Roots() implements Question<List<Roots.Root>> {

    /// @param uri  a `file:` URI
    /// @param name for people; may be empty
    public record Root(String uri, String name) {}

    @Override
    public String method() {
        return "roots/list";
    }

    @Override
    public ObjectNode params(Revision revision) {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public ObjectNode capability() {
        var capability = JsonNodeFactory.instance.objectNode();
        capability.putObject("roots");
        return capability;
    }

    @Override
    public boolean answerableBy(ObjectNode capabilities) {
        return capabilities.path("roots").isObject();
    }

    @Override
    public boolean in(Revision revision) {
        return true;
    }

    @Override
    public List<Root> read(JsonNode result) {
        if (!result.path("roots").isArray()) {
            throw bad();
        }
        var roots = new ArrayList<Root>();
        for (var root : result.path("roots")) {
            if (!root.path("uri").asString("").startsWith("file://")) {
                throw bad();
            }
            roots.add(new Root(root.path("uri").asString(), root.path("name").asString("")));
        }
        return List.copyOf(roots);
    }

    private static Refused bad() {
        return new Refused(new Refusal.BadParams("The answer to roots/list cannot be used: it needs roots, a list of "
                + "objects with a uri that begins with file://."));
    }
}
