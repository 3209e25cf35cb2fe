package io.github.doorwarden.sources.files;

import io.github.doorwarden.server.AnswerBudget;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One question about one dataset as a tool.
final class FileTool implements Tool {

    private static final Logger LOG = LoggerFactory.getLogger(FileTool.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ToolSpec spec;
    private final Arguments arguments;
    private final Inquiry inquiry;
    private final Shelf shelf;
    private final Desk desk;
    private final Optional<Mirror> mirror;
    private final AnswerBudget budget;
    private final Duration deadline;

    FileTool(String name, FilesSettings settings, ToolSettings tool, Shelf shelf, Desk desk,
            Optional<Mirror> mirror) {
        this.shelf = shelf;
        this.deadline = settings.deadline();
        this.mirror = mirror;
        this.desk = desk;
        var view = View.of(settings, tool);
        arguments = new Arguments(view);
        inquiry = switch (tool.kind()) {
            case ROWS -> new RowsInquiry(view);
            case AGGREGATE -> new AggregateInquiry(view);
            case TREND -> new TrendInquiry(view);
            case DESCRIBE -> new DescribeInquiry(view);
        };
        budget = new AnswerBudget(tool.maxTokens().orElse(AnswerBudget.USUAL.maxTokens()), Optional.empty());
        spec = new ToolSpec(name, tool.title().orElse(""), tool.description(), input(),
                Optional.of(output(tool.kind())),
                JSON.objectNode().put("readOnlyHint", true).put("openWorldHint", false), tool.scopes(), true,
                settings.deadline(), Set.of());
    }

    private ObjectNode input() {
        var schema = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        var properties = schema.putObject("properties");
        var required = JSON.arrayNode();
        arguments.describe(properties, required);
        inquiry.describe(properties);
        return required.isEmpty() ? schema : schema.set("required", required);
    }

    /// What holds of every answer of the kind; what a row has depends on the arguments.
    private static ObjectNode output(Kind kind) {
        var schema = JSON.objectNode().put("type", "object");
        var properties = schema.putObject("properties");
        switch (kind) {
            case ROWS -> list(properties, "rows");
            case AGGREGATE -> list(properties, "groups");
            case DESCRIBE -> list(properties, "columns");
            case TREND -> {
                list(properties, "points");
                list(properties, "series");
                properties.putObject("summary").put("type", "object");
            }
        }
        var facts = properties.putObject("facts").put("type", "object");
        var told = facts.putObject("properties");
        told.putObject("rows_matched").put("type", "integer");
        for (var name : new String[] {"range", "units", "missing_values"}) {
            told.putObject(name).put("type", "object");
        }
        list(told, "sources");
        told.putObject("warnings").put("type", "array").putObject("items").put("type", "string");
        schema.putArray("required").add("facts");
        return schema;
    }

    private static void list(ObjectNode properties, String name) {
        properties.putObject(name).put("type", "array").putObject("items").put("type", "object");
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws InterruptedException {
        try {
            var asked = arguments.read(call.arguments(), call.caller());
            var version = shelf.take();
            return answer(desk.ask(version, session -> inquiry.answer(session, asked)), asked.arguments(), version);
        } catch (Unanswerable | CallerValue.Absent refused) {
            return ToolResult.error(refused.getMessage());
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("tool", spec.name()).addKeyValue("request", call.requestId()).setCause(e)
                    .log("A question to files failed.");
            return ToolResult.error(refusal(e) + " Request id " + call.requestId() + ".");
        }
    }

    private String refusal(SQLException e) {
        var message = String.valueOf(e.getMessage());
        if (message.contains("Out of Memory")) {
            return "The question needs more memory than the server gives it. " + inquiry.advice();
        }
        if (message.contains("Interrupted") || message.contains("INTERRUPT")) {
            return "The question took longer than " + deadline.toMillis() / 1000.0 + " s. " + inquiry.advice();
        }
        if (message.startsWith("Conversion Error") || message.startsWith("Out of Range")) {
            return "A value of the question, or a sum, is larger than can be reckoned with. " + inquiry.advice();
        }
        return "The question could not be answered. Tell the administrator.";
    }

    private ToolResult answer(ObjectNode answer, ObjectNode given, Version version) throws Unanswerable {
        mirror.flatMap(Mirror::stale).or(shelf::stale)
                .ifPresent(sentence -> answer.withObject("facts").withArray("warnings").insert(0, sentence));
        if (!budget.fit(answer, inquiry.advice())) {
            return ToolResult.error("The answer is larger than the " + budget.maxTokens()
                    + " tokens that are passed on. "
                    + inquiry.advice());
        }
        return ToolResult.structured(inquiry.pages().isEmpty() ? answer : Page.settled(answer, inquiry.pages(),
                Page.of(given, Integer.MAX_VALUE, version), version));
    }
}
