package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A REST API as tools: those operations of its OpenAPI document that are configured, and no others (OpenAPI 3.0 and
/// 3.1). The document is read once. The upstream is shared and stays open when this is closed. Immutable.
public final class OpenApiSource implements Source {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String name;
    private final Upstream upstream;
    private final Access access;
    private final Parties parties;
    private final Optional<String> callerHeader;
    private final List<Tool> tools = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /// Throws IllegalArgumentException, with a sentence for whoever configured it, when the document cannot be read, or
    /// a tool wants what the document does not have. An operation that cannot become a tool is a warning, and the rest
    /// loads.
    public OpenApiSource(String name, OpenApiSettings settings, Upstream upstream) {
        this(name, settings, upstream, Access.SHARED, Parties.NONE);
    }

    /// @param access  what each call shows the upstream
    /// @param parties for whom it is told each call is
    public OpenApiSource(String name, OpenApiSettings settings, Upstream upstream, Access access, Parties parties) {
        this.name = name;
        this.access = access;
        this.parties = parties;
        this.upstream = upstream;
        this.callerHeader = settings.callerHeader();
        var document = Document.read(settings.document());
        settings.tools().forEach((tool, wanted) -> {
            var operation = document.operation(wanted.operation(), tool);
            try {
                tools.add(tool(document, tool, wanted, operation));
            } catch (Unconvertible e) {
                warnings.add("The operation " + operation.address() + " cannot become the tool " + tool + ": "
                        + e.getMessage() + ".");
            }
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return Things.of(tools);
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private Tool tool(Document document, String tool, ToolSettings settings, Operation operation) throws Unconvertible {
        if (tool.length() > Limits.COMFORTABLE_NAME_CHARACTERS) {
            warnings.add("The name of the tool " + tool + " is longer than " + Limits.COMFORTABLE_NAME_CHARACTERS
                    + " characters. Clients that put their own prefix before it may refuse it.");
        }
        var arguments = Arguments.of(document, operation, text -> warnings.add("The tool " + tool + ": " + text + "."))
                .changed(tool, settings.parameters());
        var shape = new AnswerShape(tool, settings.answer());
        var budget = new AnswerBudget(settings.answer().maxTokens().orElse(AnswerBudget.USUAL.maxTokens()),
                settings.answer().items());
        var requests = new Requests(operation, arguments, settings.slow(), callerHeader);
        var readOnly = settings.readOnly().orElse(operation.isSafe());
        var title = settings.title().orElse(operation.node().path("summary").asString("").strip());
        var spec = new ToolSpec(tool, title, description(tool, settings, operation), arguments.schema(),
                outputSchema(document, operation, shape, tool), annotations(operation, readOnly), settings.scopes(),
                readOnly,
                upstream.deadline(settings.slow()).plus(Limits.TOOL_MARGIN), arguments.secrets())
                .withConfirm(settings.confirm());
        return new OperationTool(spec, requests, shape, budget, upstream, access, parties);
    }

    private String description(String tool, ToolSettings settings, Operation operation) {
        if (settings.description().isPresent()) {
            return settings.description().get();
        }
        var summary = operation.node().path("summary").asString("").strip();
        var more = operation.node().path("description").asString("").strip();
        var text = summary.isEmpty() || more.startsWith(summary) ? more : (summary + "\n\n" + more).strip();
        if (text.isEmpty()) {
            warnings.add("The tool " + tool
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

    /// What the described success looks like after shaping; empty when it is not described as an object or a list. A
    /// schema that cannot be converted costs the schema, not the tool.
    private Optional<ObjectNode> outputSchema(Document document, Operation operation, AnswerShape shape, String tool) {
        if (shape.hasExpression()) {
            return Optional.empty();
        }
        try {
            var written = success(document, operation);
            if (written.isMissingNode()) {
                return Optional.empty();
            }
            var answer = shape.applyToSchema(new Schemas(document, Schemas.Direction.ANSWER).convert(written));
            var types = Merge.types(answer);
            if (types.contains("array")) {
                var items = JSON.objectNode().put("type", "object");
                Merge.setTypes(answer, Set.of("array"));
                items.putObject("properties").set("items", answer);
                return Optional.of(items);
            }
            if (!answer.has("properties") || answer.path("properties").isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(answer.put("type", "object"));
        } catch (Unconvertible e) {
            warnings.add("The tool " + tool + " has no output schema: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    /// The schema of the JSON answer with the lowest 2xx status.
    private static JsonNode success(Document document, Operation operation) throws Unconvertible {
        var responses = operation.node().path("responses");
        var status = responses.propertyNames().stream().filter(each -> each.matches("2([0-9]{2}|XX)")).sorted()
                .findFirst();
        var content = status.isEmpty() ? JSON.missingNode()
                : document.refs().resolve(responses.path(status.get())).path("content");
        for (var type : content.properties()) {
            if (type.getKey().contains("json")) {
                return type.getValue().path("schema");
            }
        }
        return JSON.missingNode();
    }
}
