package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A question to the client's model (MCP, Sampling). The person may see and change it on the way.
///
/// @param request `CreateMessageRequestParams` as on the wire: `messages`, `maxTokens` and what else the author wants
public record Sampling(ObjectNode request) implements Question<Sampling.Answer> {

    /// @param text  of the answer, all of its text blocks; empty when it has none
    /// @param model as the client names it
    /// @param raw   `CreateMessageResult` as it came
    public record Answer(String text, String model, ObjectNode raw) {}

    public Sampling {
        if (!request.path("messages").isArray() || !request.path("maxTokens").isIntegralNumber()) {
            throw new IllegalArgumentException("A sampling request has messages and maxTokens.");
        }
    }

    /// One message of the user's.
    public static Sampling of(String prompt, int maxTokens) {
        var request = JsonNodeFactory.instance.objectNode();
        request.putArray("messages").addObject().put("role", "user").putObject("content").put("type", "text")
                .put("text", prompt);
        return new Sampling(request.put("maxTokens", maxTokens));
    }

    @Override
    public String method() {
        return "sampling/createMessage";
    }

    @Override
    public ObjectNode params(Revision revision) {
        return request;
    }

    @Override
    public ObjectNode capability() {
        var capability = JsonNodeFactory.instance.objectNode();
        var sampling = capability.putObject("sampling");
        if (needsTools()) {
            sampling.putObject("tools");
        }
        return capability;
    }

    @Override
    public boolean answerableBy(ObjectNode capabilities) {
        return capabilities.path("sampling") instanceof ObjectNode declared
                && (!needsTools() || declared.path("tools").isObject());
    }

    private boolean needsTools() {
        return request.has("tools") || request.has("toolChoice");
    }

    @Override
    public Answer read(JsonNode result) {
        var content = result.path("content");
        if (!(result instanceof ObjectNode answer) || !result.path("role").isString()
                || !content.isObject() && !content.isArray()) {
            throw new Refused(new Refusal.BadParams("The answer to sampling/createMessage cannot be used: it needs a "
                    + "role and content."));
        }
        var text = new StringBuilder();
        if (content.isArray()) {
            content.forEach(block -> text.append(block.path("text").asString("")));
        } else {
            text.append(content.path("text").asString(""));
        }
        return new Answer(text.toString(), result.path("model").asString(""), answer);
    }
}
