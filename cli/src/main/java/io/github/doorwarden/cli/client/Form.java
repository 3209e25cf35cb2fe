package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import io.github.doorwarden.cli.client.Coercion.Unfit;
import io.github.doorwarden.client.Elicitation;
import io.github.doorwarden.client.Elicitation.Answer;
import io.github.doorwarden.client.Elicitor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Asks a person at the terminal what a server wants to know, field by field, and shows what will be sent before it is.
///
/// @param server who asks, as the person called it
/// @param before what is on the screen and has to go first
/// @param open   opens a page in the browser, and says whether that worked
record Form(Terminal terminal, String server, Runnable before, Predicate<URI> open) implements Elicitor {

    /// Wrong answers to one field before the whole is given up: somebody who cannot get out would be held here.
    private static final int ATTEMPTS = 5;
    private static final String DECLINE = "/no";
    private static final String CANCEL = "/cancel";

    /// The person does not go on.
    private static final class Left extends Exception {

        private static final long serialVersionUID = 1;
        private final transient Answer answer;

        Left(Answer answer) {
            super("", null, false, false);
            this.answer = answer;
        }
    }

    /// One terminal: one question after the other.
    @Override
    public Answer ask(Elicitation question) {
        synchronized (terminal) {
            before.run();
            try {
                return switch (question) {
                    case Elicitation.Form form -> fill(form);
                    case Elicitation.Visit visit -> visit(visit);
                };
            } catch (Left left) {
                return left.answer;
            }
        }
    }

    private Answer fill(Elicitation.Form form) throws Left {
        var schema = Schema.of(form.schema());
        say("");
        say(server + " asks:");
        form.message().lines().forEach(line -> say("  " + Visible.line(line)));
        if (schema.properties().isEmpty()) {
            return confirmed("Say yes? [y/n] ", JsonNodeFactory.instance.objectNode());
        }
        say("(Enter takes what is in brackets; " + DECLINE + " refuses, " + CANCEL + " stops without an answer.)");
        var content = JsonNodeFactory.instance.objectNode();
        for (var each : schema.properties().entrySet()) {
            field(each, schema.requires(each.getKey())).ifPresent(value -> content.set(each.getKey(), value));
        }
        say("This goes to " + server + ":");
        Screen.of(content, terminal.width()).forEach(line -> say("  " + line));
        return confirmed("Send it? [Y/n] ", content);
    }

    /// Nothing leaves without a person who saw it; an empty line agrees to what they filled in, not to a bare question.
    private Answer confirmed(String prompt, ObjectNode content) throws Left {
        for (var i = 0; i < ATTEMPTS; i++) {
            switch (typed(prompt).toLowerCase(java.util.Locale.ROOT)) {
                case "y", "yes" -> {
                    return new Answer.Accepted(content);
                }
                case "n", "no" -> {
                    return new Answer.Declined();
                }
                case "" -> {
                    if (prompt.contains("[Y")) {
                        return new Answer.Accepted(content);
                    }
                }
                default -> say("  y or n, please.");
            }
        }
        throw new Left(new Answer.Cancelled());
    }

    private Optional<JsonNode> field(Map.Entry<String, Schema> field, boolean required) throws Left {
        var schema = field.getValue();
        var many = schema.type().equals("array");
        var listed = many ? schema.items() : schema;
        var title = schema.title().isEmpty() ? Visible.line(field.getKey()) : schema.title();
        say("");
        say(title + (schema.description().isEmpty() ? "" : ": " + schema.description()));
        var choices = listed.choices();
        for (var i = 0; i < choices.size(); i++) {
            say("  " + (i + 1) + "  " + Visible.line(listed.titleOf(i)));
        }
        var usual = schema.usual();
        var prompt = "  " + hint(schema, listed, many) + usual.map(value -> " [" + Visible.line(word(value)) + "]")
                .orElse(required ? "" : " [nothing]") + ": ";
        for (var i = 0; i < ATTEMPTS; i++) {
            var word = typed(prompt);
            if (word.isEmpty() && (usual.isPresent() || !required)) {
                return usual;
            }
            try {
                var value = many ? several(word, listed) : Coercion.value(chosen(word, choices), schema);
                fits(value, schema);
                return Optional.of(value);
            } catch (Unfit e) {
                say("  It " + e.getMessage() + ".");
            }
        }
        throw new Left(new Answer.Cancelled());
    }

    private static String hint(Schema schema, Schema listed, boolean many) {
        if (!listed.choices().isEmpty()) {
            return many ? "Numbers, with commas" : "Number";
        }
        var bounds = schema.bounds();
        return switch (schema.type()) {
            case "boolean" -> "yes or no";
            case "integer" -> "A whole number" + brackets(bounds);
            case "number" -> "A number" + brackets(bounds);
            default -> schema.word().toLowerCase(java.util.Locale.ROOT).equals("text") ? "Text" + brackets(bounds)
                    : schema.word() + brackets(bounds);
        };
    }

    private static String brackets(String bounds) {
        return bounds.isEmpty() ? "" : " (" + bounds + ")";
    }

    private JsonNode several(String words, Schema items) throws Unfit {
        var list = JsonNodeFactory.instance.arrayNode();
        for (var each : words.split(",")) {
            if (!each.isBlank()) {
                list.add(Coercion.value(chosen(each.strip(), items.choices()), items));
            }
        }
        return list;
    }

    /// A choice by its number, or as it is.
    private static String chosen(String word, List<JsonNode> choices) {
        if (word.matches("[0-9]{1,4}") && Integer.parseInt(word) >= 1 && Integer.parseInt(word) <= choices.size()
                && choices.stream().noneMatch(each -> word(each).equals(word))) {
            return word(choices.get(Integer.parseInt(word) - 1));
        }
        return word;
    }

    private static void fits(JsonNode value, Schema schema) throws Unfit {
        var node = schema.node();
        var size = value.isString() ? value.asString().codePointCount(0, value.asString().length()) : value.size();
        var least = node.path(value.isString() ? "minLength" : "minItems").asInt(0);
        var most = node.path(value.isString() ? "maxLength" : "maxItems").asInt(Integer.MAX_VALUE);
        if ((value.isString() || value.isArray()) && (size < least || size > most)) {
            throw new Unfit("must have " + schema.bounds());
        }
        if (value.isString() && !matches(node.path("pattern").asString(""), value.asString())) {
            throw new Unfit("must look like " + Visible.line(node.path("pattern").asString("")));
        }
        var format = switch (node.path("format").asString("")) {
            case "email" -> "[^@\\s]+@[^@\\s]+";
            case "date" -> "\\d{4}-\\d{2}-\\d{2}";
            case "date-time" -> "\\d{4}-\\d{2}-\\d{2}[Tt]\\S+";
            case "uri" -> "[A-Za-z][A-Za-z0-9+.-]*:\\S+";
            default -> "";
        };
        if (value.isString() && !format.isEmpty() && !value.asString().matches(format)) {
            throw new Unfit("must be " + schema.word() + ", such as " + switch (node.path("format").asString("")) {
                case "email" -> "ada@example.org";
                case "date" -> "2026-07-28";
                case "date-time" -> "2026-07-28T09:00:00Z";
                default -> "https://example.org/";
            });
        }
    }

    /// A pattern that Java cannot read is the server's to check.
    private static boolean matches(String pattern, String text) {
        try {
            return pattern.isEmpty() || text.length() > 1_000 || Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    private static String word(JsonNode value) {
        return value.isArray() ? String.join(", ", value.valueStream().map(Form::word).toList())
                : value.isBoolean() ? value.asBoolean() ? "yes" : "no" : value.asString(value.toString());
    }

    private Answer visit(Elicitation.Visit visit) throws Left {
        say("");
        say(server + " wants you to visit a page:");
        var lines = new ArrayList<>(visit.message().lines().toList());
        lines.forEach(line -> say("  " + Visible.line(line)));
        say("  " + Visible.line(visit.url().toString()));
        say("  It is at " + Visible.line(visit.url().getHost())
                + ". What you enter there goes to it, not through here.");
        for (var i = 0; i < ATTEMPTS; i++) {
            switch (typed("Open it in the browser? [y/n, c: I open it myself] ").toLowerCase(java.util.Locale.ROOT)) {
                case "y", "yes" -> {
                    if (!open.test(visit.url())) {
                        say("  There is no browser here. Open the address above where there is one.");
                    }
                    return Answer.accept();
                }
                case "c" -> {
                    return Answer.accept();
                }
                case "n", "no" -> {
                    return new Answer.Declined();
                }
                default -> say("  y, n or c, please.");
            }
        }
        throw new Left(new Answer.Cancelled());
    }

    private String typed(String prompt) throws Left {
        var line = terminal.line(prompt).map(String::strip).orElseThrow(() -> new Left(new Answer.Cancelled()));
        if (line.equals(DECLINE)) {
            throw new Left(new Answer.Declined());
        }
        if (line.equals(CANCEL)) {
            throw new Left(new Answer.Cancelled());
        }
        return line;
    }

    private void say(String line) {
        terminal.err().println(line);
    }
}
