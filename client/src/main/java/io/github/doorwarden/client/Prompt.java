package io.github.doorwarden.client;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A prompt as a server lists it (MCP, Prompts).
///
/// @param raw the whole entry as it came
public record Prompt(String name, Optional<String> title, String description, List<Argument> arguments,
        ObjectNode raw) {

    public Prompt {
        arguments = List.copyOf(arguments);
    }

    /// What it wants to be given; always text.
    public record Argument(String name, String description, boolean required) {}

    /// What came of it.
    ///
    /// @param raw the whole result as it came
    public record Result(String description, List<Message> messages, ObjectNode raw) {

        public Result {
            messages = List.copyOf(messages);
        }

        static Result of(ObjectNode raw) {
            return new Result(raw.path("description").asString(""), Json.all(raw.path("messages"), each ->
                    new Message(each.path("role").asString(""), Content.of(Json.object(each.path("content"))))), raw);
        }
    }

    /// @param role `user` or `assistant`
    public record Message(String role, Content content) {}

    static Prompt of(ObjectNode raw) {
        return new Prompt(raw.path("name").asString(""), Json.text(raw.path("title")),
                raw.path("description").asString(""), Json.all(raw.path("arguments"), each ->
                        new Argument(each.path("name").asString(""), each.path("description").asString(""),
                                each.path("required").asBoolean(false))), raw);
    }
}
