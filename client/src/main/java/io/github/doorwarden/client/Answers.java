package io.github.doorwarden.client;

import io.github.doorwarden.client.wire.Talk.Unanswered;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What this client answers to the questions of a server, whichever way they come. Safe for use by many threads.
final class Answers {

    static final String TASKS = "io.modelcontextprotocol/tasks";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ClientOptions options;

    Answers(ClientOptions options) {
        this.options = options;
    }

    /// `ClientCapabilities`.
    ///
    /// @param modern whether a server of 2026-07-28 gets them, with each request
    ObjectNode capabilities(boolean modern) {
        var all = JSON.objectNode();
        if (options.elicitor().isPresent()) {
            var elicitation = all.putObject("elicitation");
            elicitation.putObject("form");
            elicitation.putObject("url");
        }
        if (options.sampler().isPresent()) {
            all.putObject("sampling");
        }
        if (options.roots().isPresent()) {
            all.putObject("roots");
        }
        if (modern && options.tasks()) {
            all.putObject("extensions").putObject(TASKS);
        }
        return all;
    }

    /// Whether there is anybody or anything to be asked.
    boolean any() {
        return options.elicitor().isPresent() || options.sampler().isPresent() || options.roots().isPresent();
    }

    JsonNode answer(String method, ObjectNode params) throws Unanswered, InterruptedException {
        return switch (method) {
            case "elicitation/create" -> elicitation(params);
            case "sampling/createMessage" -> sampling(params);
            case "roots/list" -> roots();
            default -> throw new Unanswered("This client has no such method.");
        };
    }

    private JsonNode elicitation(ObjectNode params) throws Unanswered, InterruptedException {
        var elicitor = present(options.elicitor(), "This client asks nobody.");
        var question = Elicitation.of(params);
        return question.isPresent() ? question.get().result(elicitor.ask(question.get()))
                : JSON.objectNode().put("action", "decline");
    }

    private JsonNode sampling(ObjectNode params) throws Unanswered, InterruptedException {
        var said = present(options.sampler(), "This client asks no model.").sample(params);
        return present(Optional.ofNullable(said), "The person who uses this client does not want this.");
    }

    private JsonNode roots() throws Unanswered {
        var offered = present(options.roots(), "This client offers no folders.").get();
        var result = JSON.objectNode();
        var all = result.putArray("roots");
        offered.forEach(root -> all.add(root.json()));
        return result;
    }

    private static <T> T present(Optional<T> one, String otherwise) throws Unanswered {
        return one.orElseThrow(() -> new Unanswered(otherwise));
    }
}
