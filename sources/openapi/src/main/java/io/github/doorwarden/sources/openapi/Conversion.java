package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.store.Seal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes of one operation and its settings what a tool needs; calls nobody.
final class Conversion {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// One operation as a tool, without the backend.
    record Converted(ToolSpec spec, Requests requests, AnswerShape shape, AnswerBudget budget,
            Optional<Pages> pages) {}

    private final String source;
    private final Document document;
    private final Optional<String> callerHeader;
    private final Function<Boolean, Duration> deadline;
    private final Supplier<Seal> cursors;
    private final Consumer<String> warn;

    /// @param source   name of it
    /// @param deadline of a call, by whether its operation is slow
    /// @param cursors  seals where lists go on
    /// @param warn     is told what could not be kept; one sentence each
    Conversion(String source, Document document, Optional<String> callerHeader, Function<Boolean, Duration> deadline,
            Supplier<Seal> cursors, Consumer<String> warn) {
        this.source = source;
        this.cursors = cursors;
        this.document = document;
        this.callerHeader = callerHeader;
        this.deadline = deadline;
        this.warn = warn;
    }

    /// @throws IllegalArgumentException for settings that do not fit the operation
    Converted convert(String tool, ToolSettings settings, Operation operation) throws Unconvertible {
        if (tool.length() > Limits.COMFORTABLE_NAME_CHARACTERS) {
            warn.accept("The name of the tool " + tool + " is longer than " + Limits.COMFORTABLE_NAME_CHARACTERS
                    + " characters. Clients that put their own prefix before it may refuse it.");
        }
        var own = Arguments.of(document, operation, text -> warn.accept("The tool " + tool + ": " + text + "."))
                .changed(tool, settings.parameters());
        var pages = settings.pagination().map(paged -> new Pages(source + " " + tool, paged, own, cursors));
        var arguments = pages.map(each -> each.without(own)).orElse(own);
        var input = arguments.schema();
        pages.ifPresent(each -> each.describe(input));
        var shape = new AnswerShape(tool, settings.answer());
        var budget = new AnswerBudget(settings.answer().maxTokens().orElse(AnswerBudget.USUAL.maxTokens()),
                settings.answer().items());
        var requests = new Requests(operation, arguments, settings.slow(), callerHeader);
        var readOnly = settings.readOnly().orElse(operation.isSafe());
        var title = settings.title().orElse(operation.node().path("summary").asString("").strip());
        var spec = new ToolSpec(tool, Schemas.capped(title, Limits.TITLE_CHARACTERS),
                description(tool, settings, operation), input,
                outputSchema(operation, shape, tool, settings.pagination()),
                annotations(operation, readOnly), settings.scopes(), readOnly,
                deadline.apply(settings.slow()).plus(Limits.TOOL_MARGIN), arguments.secrets())
                .withConfirm(settings.confirm());
        return new Converted(spec, requests, shape, budget, pages);
    }

    private String description(String tool, ToolSettings settings, Operation operation) {
        if (settings.description().isPresent()) {
            return settings.description().get();
        }
        var summary = operation.node().path("summary").asString("").strip();
        var more = operation.node().path("description").asString("").strip();
        var text = summary.isEmpty() || more.startsWith(summary) ? more : (summary + "\n\n" + more).strip();
        if (text.isEmpty()) {
            warn.accept("The tool " + tool
                    + " has no description, neither in the document nor in the configuration. Models will "
                    + "hardly know when to call it.");
            return operation.address();
        }
        return Schemas.capped(text, Limits.TOOL_DESCRIPTION_CHARACTERS);
    }

    private static ObjectNode annotations(Operation operation, boolean readOnly) {
        var annotations = JSON.objectNode().put("readOnlyHint", readOnly);
        if (!readOnly) {
            annotations.put("destructiveHint", !operation.method().equals("POST"));
            annotations.put("idempotentHint", operation.method().equals("PUT") || operation.method().equals("DELETE"));
        }
        return annotations.put("openWorldHint", false); // a backend of the house
    }

    /// What the described success looks like after shaping; empty when it is not described as an object or a list, or
    /// would cost too much. A schema that cannot be converted costs the schema, not the tool.
    private Optional<ObjectNode> outputSchema(Operation operation, AnswerShape shape, String tool,
            Optional<Pagination> pagination) {
        if (shape.hasExpression()) {
            return Optional.empty();
        }
        try {
            var written = success(operation);
            if (written.isMissingNode()) {
                return Optional.empty();
            }
            for (var depth : Limits.SCHEMA_DEPTHS) {
                try {
                    var whole = new Schemas(document, Schemas.Direction.ANSWER, depth).convert(written);
                    var schema = object(shape.applyToSchema(pagination.map(paged -> PagedAnswer.schema(paged, whole))
                            .orElse(whole)));
                    if (pagination.isPresent()) {
                        schema.ifPresent(PagedAnswer::describe);
                    }
                    if (schema.isEmpty() || AnswerBudget.tokens(schema.get().toString())
                            <= Limits.OUTPUT_SCHEMA_TOKENS) {
                        return schema;
                    }
                } catch (Schemas.TooLarge tooLarge) {
                    continue;                                    // described less deeply
                }
            }
            warn.accept("The tool " + tool + " has no output schema: it would cost more than "
                    + Limits.OUTPUT_SCHEMA_TOKENS + " tokens. With answer.pick it becomes smaller.");
        } catch (Unconvertible e) {
            warn.accept("The tool " + tool + " has no output schema: " + e.getMessage() + ".");
        }
        return Optional.empty();
    }

    private static Optional<ObjectNode> object(ObjectNode answer) {
        PropertyNames.leaveOut(answer);
        if (Merge.types(answer).contains("array")) {
            var items = JSON.objectNode().put("type", "object");
            Merge.setTypes(answer, Set.of("array"));
            items.putObject("properties").set("items", answer);
            return Optional.of(items);
        }
        if (!answer.has("properties") || answer.path("properties").isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(answer.put("type", "object"));
    }

    /// The schema of the JSON answer with the lowest 2xx status.
    private JsonNode success(Operation operation) throws Unconvertible {
        var responses = operation.node().path("responses");
        var status = responses.propertyNames().stream().filter(each -> each.matches("2([0-9]{2}|XX)")).sorted()
                .findFirst();
        var content = status.isEmpty() ? JSON.missingNode()
                : document.refs().resolve(responses.path(status.get())).path("content");
        for (var type : content.properties()) {
            if (type.getKey().contains("json") || type.getKey().equals("*/*")) {
                return type.getValue().path("schema");
            }
        }
        return JSON.missingNode();
    }
}
