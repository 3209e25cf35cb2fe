package io.github.doorwarden.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A prompt in Java: a record of arguments, and the messages that follow from them (MCP, Prompts).
///
/// ```java
/// record Review(@Description("The code") String code, Optional<Tone> tone) {}
///
/// Prompt review = RecordPrompt.named("review", "Reviews a piece of code.")
///         .text(Review.class, (review, call) -> "Review this:\n" + review.code());
/// ```
///
/// Arguments travel as text, so components are `String`, enums, `LocalDate` or `Instant`, or an `Optional` of these,
/// which makes the argument optional. The constants of an enum are suggested while a person types (MCP, Completion);
/// for others see [Draft#completing]. Immutable; the handler must be safe for use by many threads.
public final class RecordPrompt implements Prompt {

    /// What the prompt says. May block; is interrupted at the deadline.
    @FunctionalInterface
    public interface Handler<A extends Record, R> {
        R answer(A arguments, Call call) throws Exception;
    }

    private final Spec spec;
    private final RecordShape.Fields arguments;
    private final Map<String, Function<String, List<String>>> completions;
    private final Handler<Record, Answer> handler;

    private RecordPrompt(Spec spec, RecordShape.Fields arguments,
            Map<String, Function<String, List<String>>> completions, Handler<Record, Answer> handler) {
        this.spec = spec;
        this.arguments = arguments;
        this.completions = Map.copyOf(completions);
        this.handler = handler;
    }

    /// Begins a prompt. Unless told otherwise any signed-in caller may get it, and it has 30 s.
    ///
    /// @param name        1 to 128 characters
    /// @param description what it is for, for people
    public static Draft named(String name, String description) {
        return new Draft(new Spec(name, description, List.of()), Map.of());
    }

    @Override
    public Spec spec() {
        return spec;
    }

    @Override
    public Answer get(Call call) throws Exception {
        return handler.answer(read(call.arguments()), call);
    }

    private Record read(ObjectNode given) {
        for (var field : arguments.fields()) {
            if (field.shape() instanceof RecordShape.Choice choice && given.has(field.name())
                    && !choice.constants().containsKey(given.path(field.name()).asString(""))) {
                throw new IllegalArgumentException("The argument " + field.name() + " of the prompt " + spec.name()
                        + " must be one of " + String.join(", ", choice.constants().keySet()) + ".");
            }
        }
        try {
            return (Record) arguments.read(given, "");
        } catch (RecordShape.Misfit misfit) {
            throw new IllegalArgumentException("An argument of the prompt " + spec.name() + " does not fit: "
                    + misfit.getMessage() + ".", misfit);
        }
    }

    @Override
    public List<String> complete(String argument, String value, Map<String, String> known) {
        return completions.getOrDefault(argument, typed -> List.of()).apply(value);
    }

    /// A prompt without its record yet. Immutable: each method answers a new draft.
    public static final class Draft {

        private final Spec spec;
        private final Map<String, Function<String, List<String>>> completions;

        private Draft(Spec spec, Map<String, Function<String, List<String>>> completions) {
            this.spec = spec;
            this.completions = completions;
        }

        /// For people, in lists.
        public Draft title(String value) {
            return with(new Spec(spec.name(), value, spec.description(), List.of(), spec.scopes(), spec.deadline(),
                    spec.icons()));
        }

        /// What a caller needs, all of them.
        public Draft scopes(String... values) {
            return with(new Spec(spec.name(), spec.title(), spec.description(), List.of(), Set.of(values),
                    spec.deadline(), spec.icons()));
        }

        public Draft deadline(Duration value) {
            return with(new Spec(spec.name(), spec.title(), spec.description(), List.of(), spec.scopes(), value,
                    spec.icons()));
        }

        /// Made by [Content#icon].
        public Draft icons(ObjectNode... values) {
            return with(new Spec(spec.name(), spec.title(), spec.description(), List.of(), spec.scopes(),
                    spec.deadline(), List.of(values)));
        }

        /// Suggests values of an argument while a person types.
        ///
        /// @param suggestions from what was typed so far to values, best first; more than 100 are cut
        public Draft completing(String argument, Function<String, List<String>> suggestions) {
            var more = new HashMap<>(completions);
            more.put(argument, suggestions);
            return new Draft(spec, more);
        }

        private Draft with(Spec other) {
            return new Draft(other, completions);
        }

        /// One message of the user's, of text.
        public <A extends Record> RecordPrompt text(Class<A> arguments, Handler<A, String> handler) {
            return of(arguments, (asked, call) ->
                    new Answer("", List.of(Prompt.message("user", handler.answer(asked, call)))));
        }

        /// Messages made by hand: [Prompt#message].
        ///
        /// @throws IllegalArgumentException with a sentence that names the component that is no argument of a prompt
        public <A extends Record> RecordPrompt of(Class<A> arguments, Handler<A, Answer> handler) {
            var shape = RecordShape.of(arguments);
            var all = new HashMap<String, Function<String, List<String>>>();
            var listed = new ArrayList<Argument>();
            for (var field : shape.fields()) {
                switch (field.shape()) {
                    case RecordShape.Choice choice -> all.put(field.name(), typed -> choice.constants().keySet()
                            .stream().filter(name -> name.toLowerCase(Locale.ROOT)
                                    .startsWith(typed.toLowerCase(Locale.ROOT))).toList());
                    case RecordShape.Words words -> { }
                    default -> throw new IllegalArgumentException("The component " + arguments.getSimpleName() + "."
                            + field.name() + " cannot be an argument of a prompt, which is text: take String, an enum, "
                            + "LocalDate or Instant.");
                }
                listed.add(new Argument(field.name(), field.schema().path("title").asString(""),
                        field.schema().path("description").asString(""), !field.optional()));
            }
            for (var name : completions.keySet()) {
                if (listed.stream().noneMatch(argument -> argument.name().equals(name))) {
                    throw new IllegalArgumentException("The prompt " + spec.name() + " completes " + name
                            + ", which is no component of " + arguments.getSimpleName() + ".");
                }
            }
            all.putAll(completions);
            return new RecordPrompt(new Spec(spec.name(), spec.title(), spec.description(), listed, spec.scopes(),
                    spec.deadline(), spec.icons()), shape, all, (asked, call) ->
                    handler.answer(arguments.cast(asked), call));
        }
    }
}
