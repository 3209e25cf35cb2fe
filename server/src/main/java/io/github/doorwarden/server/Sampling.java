package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
        answered(request.path("messages"));
    }

    /// Each use of a tool is answered in the very next message, which holds nothing else (2025-11-25 and later,
    /// Sampling, Message content constraints).
    private static void answered(JsonNode messages) {
        var open = Set.<String>of();
        for (var message : messages) {
            var results = ids(message, "tool_result", "toolUseId");
            if (!results.equals(open) || !results.isEmpty() && blocks(message).stream()
                    .anyMatch(block -> !"tool_result".equals(block.path("type").asString("")))) {
                throw new IllegalArgumentException("In a sampling request each tool_use must be answered by a "
                        + "tool_result in the next message, which must hold nothing else.");
            }
            open = ids(message, "tool_use", "id");
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException("The last message of a sampling request leaves a tool_use unanswered.");
        }
    }

    private static Set<String> ids(JsonNode message, String type, String member) {
        return blocks(message).stream().filter(block -> type.equals(block.path("type").asString("")))
                .map(block -> block.path(member).asString("")).collect(Collectors.toSet());
    }

    private static List<JsonNode> blocks(JsonNode message) {
        var content = message.path("content");
        return content.isArray() ? content.valueStream().toList() : List.of(content);
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

    /// Without a wish for the context of other servers, which is deprecated and which a client must have declared
    /// (2025-11-25 and later, Sampling, Capabilities).
    @Override
    public ObjectNode params(Revision revision) {
        if (!request.has("includeContext") || request.path("includeContext").asString("").equals("none")) {
            return request;
        }
        return request.deepCopy().without("includeContext");
    }

    /// Tools since 2025-11-25.
    @Override
    public boolean in(Revision revision) {
        return !needsTools() || revision.compareTo(Revision.V2025_11_25) >= 0;
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
        if (!(result instanceof ObjectNode answer) || !Set.of("user", "assistant").contains(result.path("role")
                .asString("")) || !result.path("model").isString() || !content.isObject() && !content.isArray()) {
            throw new Refused(new Refusal.BadParams("The answer to sampling/createMessage cannot be used: it needs a "
                    + "role, a model and content."));
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
