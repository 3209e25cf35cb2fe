package io.github.doorwarden.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A prompt that people choose in their client (MCP, Prompts). Implementations are shared by all calls and must be safe
/// for use by many threads.
public interface Prompt {

    /// What clients see and what the door must know. Always the same object.
    Spec spec();

    /// Runs like a tool's handler ([Tool#call]). The arguments are strings, and the required ones are there.
    ///
    /// @throws IllegalArgumentException with a sentence for the client, when an argument cannot be used
    Answer get(Call call) throws Exception;

    /// Suggestions for the value of an argument (MCP, Completion), best first; more than 100 are cut.
    ///
    /// @param value     as far as it was typed
    /// @param arguments those that are known already
    default List<String> complete(String argument, String value, Map<String, String> arguments) {
        return List.of();
    }

    /// @param messages `PromptMessage` objects as on the wire; see [#message]
    record Answer(String description, List<ObjectNode> messages) {
        public Answer {
            messages = List.copyOf(messages);
        }
    }

    /// @param description may be empty, like `title`
    record Argument(String name, String title, String description, boolean required) {}

    /// @param name        1 to 128 characters
    /// @param title       for people; may be empty
    /// @param description never empty
    /// @param scopes      what a caller needs, all of them; empty: any signed-in caller
    /// @param icons       `Icon` objects (2025-11-25 and later)
    record Spec(String name, String title, String description, List<Argument> arguments, Set<String> scopes,
            Duration deadline, List<ObjectNode> icons) {
        public Spec {
            if (name.isBlank() || name.length() > Limits.NAME_CHARS) {
                throw new IllegalArgumentException("A prompt's name has 1 to " + Limits.NAME_CHARS + " characters: "
                        + name);
            }
            if (description.isBlank()) {
                throw new IllegalArgumentException("The prompt " + name + " has no description.");
            }
            Objects.requireNonNull(title);
            arguments = List.copyOf(arguments);
            var names = new HashSet<String>();
            for (var argument : arguments) {
                if (!names.add(argument.name())) {
                    throw new IllegalArgumentException("The prompt " + name + " has two arguments named "
                            + argument.name() + ".");
                }
            }
            scopes = Set.copyOf(scopes);
            icons = List.copyOf(icons);
        }

        public Spec(String name, String description, List<Argument> arguments) {
            this(name, "", description, arguments, Set.of(), Duration.ofSeconds(30), List.of());
        }
    }

    /// A message with one content block.
    ///
    /// @param role `user` or `assistant`
    static ObjectNode message(String role, ObjectNode content) {
        var message = JsonNodeFactory.instance.objectNode().put("role", role);
        message.set("content", content);
        return message;
    }

    /// A message of text.
    static ObjectNode message(String role, String text) {
        return message(role, Content.text(text));
    }
}
