package io.github.doorwarden.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A tool in Java: a record of arguments, a record of the answer, and what lies between. The schemas that clients see
/// follow from the records, which the handler can trust: arguments are checked before it runs.
///
/// ```java
/// record Ask(@Description("A city, for example Berlin") String city, @Range(min = 1, max = 7) Optional<Integer> days)
/// {} record Forecast(String city, List<Integer> degrees) {}
///
/// Tool forecast = RecordTool.named("forecast", "How warm it will be in a city on the coming days.")
///         .readOnly().scopes("weather:read")
///         .of(Ask.class, Forecast.class, (ask, call) ->
///                 new Forecast(ask.city(), weather.degrees(ask.city(), ask.days().orElse(3))));
/// ```
///
/// Components may be `String`, `int`, `long`, `double`, `boolean`, an enum, `LocalDate`, `Instant`, a record of these,
/// a `List` of these, or an `Optional` around any of them, which makes the member optional. [Description] and [Range]
/// say more. An `IllegalArgumentException` of the record's own constructor is told to the model as what is wrong.
///
/// Tools are immutable; the handler must be safe for use by many threads. What it throws is a bug ([Dispatch] answers
/// with an incident id), but for [ToolOutage], and [#failure(String)], which the model reads.
public final class RecordTool implements Tool {

    /// What the tool does. May block; is interrupted at the deadline.
    @FunctionalInterface
    public interface Handler<A extends Record, R> {
        R answer(A arguments, Call call) throws Exception;
    }

    private interface Bound {
        ToolResult answer(Object arguments, Call call) throws Exception;
    }

    private final ToolSpec spec;
    private final RecordShape.Fields arguments;
    private final Bound handler;

    private RecordTool(ToolSpec spec, RecordShape.Fields arguments, Bound handler) {
        this.spec = spec;
        this.arguments = arguments;
        this.handler = handler;
    }

    /// Begins a tool. Unless told otherwise it may change something, any signed-in caller may call it, and it has 30 s.
    ///
    /// @param name        1 to 64 characters of `A-Z a-z 0-9 _ -`
    /// @param description what it answers, for the model; a sentence or two
    public static Draft named(String name, String description) {
        var none = JsonNodeFactory.instance.objectNode().put("type", "object");
        return new Draft(new ToolSpec(name, "", description, none, Optional.empty(),
                JsonNodeFactory.instance.objectNode(), Set.of(), false, Duration.ofSeconds(30), Set.of())
                .withReadOnly(false));
    }

    /// To be thrown by a handler that cannot do what was asked: an answer with `isError`.
    ///
    /// @param sentence what happened, why, what to do
    public static RuntimeException failure(String sentence) {
        return new Failure(sentence);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolResult call(Call call) throws Exception {
        try {
            return handler.answer(arguments.read(call.arguments(), ""), call);
        } catch (RecordShape.Misfit misfit) {
            return ToolResult.error("An argument does not fit: " + misfit.getMessage()
                    + ". Correct it and call again.");
        } catch (Failure failure) {
            return ToolResult.error(failure.getMessage());
        }
    }

    private static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1;

        Failure(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /// A tool without its records yet. Immutable: each method answers a new draft.
    public static final class Draft {

        private final ToolSpec spec;

        private Draft(ToolSpec spec) {
            this.spec = spec;
        }

        /// For people, in lists.
        public Draft title(String value) {
            return new Draft(spec.withTitle(value));
        }

        /// What a caller needs, all of them.
        public Draft scopes(String... values) {
            return new Draft(spec.withScopes(Set.of(values)));
        }

        /// What it asks of a caller beside scopes, for example a second factor.
        public Draft conditions(Conditions value) {
            return new Draft(spec.withConditions(value));
        }

        /// It changes nothing.
        public Draft readOnly() {
            return new Draft(spec.withReadOnly(true));
        }

        /// Whether it may destroy something or only adds to it; without this, clients take the worse for granted (MCP,
        /// schema, ToolAnnotations).
        public Draft destructive(boolean value) {
            return new Draft(spec.withHint("destructiveHint", value));
        }

        /// To call it twice with the same arguments does no more than to call it once.
        public Draft idempotent() {
            return new Draft(spec.withHint("idempotentHint", true));
        }

        /// Whether it reaches things and people that nobody here knows, such as the web; without this, clients take it
        /// for granted.
        public Draft openWorld(boolean value) {
            return new Draft(spec.withHint("openWorldHint", value));
        }

        /// A person must confirm each call, after a preview of its arguments and before it runs.
        public Draft confirm() {
            return new Draft(spec.withConfirm(true));
        }

        /// More than nothing, at most an hour. Waiting for the client's answer to a question does not count.
        public Draft deadline(Duration value) {
            return new Draft(spec.withDeadline(value));
        }

        /// Arguments that no log, no audit line and no preview may carry.
        public Draft secret(String... names) {
            return new Draft(spec.withSecretArguments(Set.of(names)));
        }

        /// Made by [Content#icon]; known since 2025-11-25.
        public Draft icons(ObjectNode... values) {
            return new Draft(spec.withIcons(List.of(values)));
        }

        /// Whether a call may go on as a task, or must.
        public Draft tasks(ToolSpec.TaskSupport value) {
            return new Draft(spec.withTasks(value));
        }

        /// A tool whose answer is a record: structured content with a schema, and the same as text.
        ///
        /// @throws IllegalArgumentException with a sentence that names what a record may not contain
        public <A extends Record, R extends Record> RecordTool of(Class<A> arguments, Class<R> answer,
                Handler<A, R> handler) {
            var out = RecordShape.of(answer);
            return tool(RecordShape.of(arguments), Optional.of(out), (asked, call) ->
                    ToolResult.structured(out.write(handler.answer(arguments.cast(asked), call))));
        }

        /// A tool whose answer is made by hand: text, images, errors.
        public <A extends Record> RecordTool of(Class<A> arguments, Handler<A, ToolResult> handler) {
            return tool(RecordShape.of(arguments), Optional.empty(), (asked, call) ->
                    handler.answer(arguments.cast(asked), call));
        }

        private RecordTool tool(RecordShape.Fields in, Optional<RecordShape.Fields> out, Bound handler) {
            return new RecordTool(spec.withSchemas(in.schema(), out.map(RecordShape.Fields::schema)), in, handler);
        }
    }
}
