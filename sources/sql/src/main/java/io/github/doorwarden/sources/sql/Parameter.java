package io.github.doorwarden.sources.sql;

import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.sql.SqlSettings.ParameterSettings;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One parameter of a statement: what clients are told about it, and how what they give becomes a value of Java.
///
/// @param name as it stands in the statement after the colon
record Parameter(String name, ParameterSettings settings) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// A text that is not of the form of its type; what it should look like is said where that is known.
    private static final class MalformedText extends Exception {

        private static final long serialVersionUID = 1;
    }

    /// @throws IllegalArgumentException with the name of a key, a blank and a clause that goes on after it
    Parameter {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("type is of a parameter that no statement can name. Take 1 to 63 of "
                    + "A-Z a-z 0-9 _, no digit first.");
        }
        var given = settings.bind().isEmpty();
        if (!given && (settings.optional() || settings.defaultValue().isPresent()
                || settings.type() == ParameterType.ARRAY)) {
            throw new IllegalArgumentException("bind stands beside optional, default or an array. The caller always "
                    + "gives one value; leave the others out.");
        }
        if (!given) {
            bounded(settings).ifPresent(key -> {
                throw new IllegalArgumentException(key + " stands beside bind, and is for what clients give: who the "
                        + "caller is, is not checked by it. Leave it out, and put the condition into the statement.");
            });
        }
        if (settings.when().isPresent() && (!given || !settings.optional())) {
            throw new IllegalArgumentException("when is of a parameter that is always given. Set optional: true, or "
                    + "write the fragment into the statement.");
        }
        pattern(settings);
        fits("min", settings.min().isPresent(), settings, ParameterType.INTEGER, ParameterType.NUMBER);
        fits("max", settings.max().isPresent(), settings, ParameterType.INTEGER, ParameterType.NUMBER);
        fits("max_length", settings.maxLength().isPresent(), settings, ParameterType.STRING);
        fits("pattern", settings.pattern().isPresent(), settings, ParameterType.STRING);
        try {
            for (var allowed : settings.allowed()) {
                one(settings.type() == ParameterType.ARRAY ? settings.items() : settings.type(), allowed);
            }
        } catch (RefusedArgument e) {
            throw new IllegalArgumentException("enum has a value that is not of its type: it " + e.getMessage());
        }
        try {
            if (settings.defaultValue().isPresent()) {
                value(settings, settings.defaultValue().get());
                if (!settings.allowed().isEmpty() && settings.type() != ParameterType.ARRAY
                        && !settings.allowed().contains(settings.defaultValue().get())) {
                    throw new IllegalArgumentException("default is none of the values of enum. Take one of them.");
                }
            }
        } catch (RefusedArgument e) {
            throw new IllegalArgumentException("default is not of its type: it " + e.getMessage());
        }
    }

    /// The first key that says which values may be given.
    private static Optional<String> bounded(ParameterSettings settings) {
        return !settings.allowed().isEmpty() ? Optional.of("enum") : settings.pattern().isPresent()
                ? Optional.of("pattern") : settings.min().isPresent() ? Optional.of("min") : settings.max().isPresent()
                ? Optional.of("max") : settings.maxLength().map(length -> "max_length");
    }

    private static void pattern(ParameterSettings settings) {
        try {
            settings.pattern().ifPresent(Pattern::compile);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern is no regular expression: " + e.getDescription() + ".");
        }
    }

    private static void fits(String key, boolean given, ParameterSettings settings, ParameterType... types) {
        var array = settings.type() == ParameterType.ARRAY;
        var type = array ? settings.items() : settings.type();
        var count = array && (key.equals("min") || key.equals("max"));
        if (given && !count && !List.of(types).contains(type)) {
            throw new IllegalArgumentException(key + " says nothing about the type " + type.key() + ". Leave it out.");
        }
        var least = settings.min().orElse(array ? BigDecimal.ONE : null);
        var most = settings.max().orElse(array ? BigDecimal.valueOf(Limits.LIST_ITEMS) : null);
        if (given && least != null && most != null && least.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " makes the least, " + least + ", greater than the most, " + most
                    + ". Change one of them.");
        }
        if (given && count && (least.signum() <= 0 || most.compareTo(BigDecimal.valueOf(Limits.LIST_ITEMS_MOST)) > 0)) {
            throw new IllegalArgumentException(key + " must be from 1 to " + Limits.LIST_ITEMS_MOST + " items.");
        }
    }

    /// Whether clients see and give it.
    boolean listed() {
        return settings.bind().isEmpty();
    }

    boolean required() {
        return listed() && !settings.optional() && settings.defaultValue().isEmpty();
    }

    Optional<CallerValue> bind() {
        return settings.bind();
    }

    /// Plain JSON Schema, without combinators and references.
    ObjectNode schema() {
        var schema = JSON.objectNode();
        if (settings.type() == ParameterType.ARRAY) {
            schema.put("type", "array");
            schema.set("items", one(settings.items()));
            schema.put("minItems", settings.min().map(BigDecimal::intValue).orElse(1));
            schema.put("maxItems", settings.max().map(BigDecimal::intValue).orElse(Limits.LIST_ITEMS));
        } else {
            schema = one(settings.type());
        }
        if (settings.description().isPresent()) {
            schema.put("description", settings.description().get());
        }
        if (settings.defaultValue().isPresent()) {
            schema.set("default", settings.defaultValue().get());
        }
        return schema;
    }

    private ObjectNode one(ParameterType type) {
        var schema = JSON.objectNode();
        switch (type) {
            case STRING -> text(schema.put("type", "string"));
            case INTEGER, NUMBER -> {
                schema.put("type", type.key());
                if (settings.type() != ParameterType.ARRAY) {
                    settings.min().ifPresent(min -> schema.put("minimum", min));
                    settings.max().ifPresent(max -> schema.put("maximum", max));
                }
            }
            case BOOLEAN -> schema.put("type", "boolean");
            case DATE -> formatted(schema, "date");
            case TIMESTAMP -> formatted(schema, "date-time");
            case UUID -> formatted(schema, "uuid");
            case ARRAY -> throw new IllegalStateException("an array of arrays");
        }
        if (!settings.allowed().isEmpty()) {
            settings.allowed().forEach(schema.putArray("enum")::add);
        }
        return schema;
    }

    private static void formatted(ObjectNode schema, String format) {
        schema.put("type", "string").put("format", format).put("maxLength", Limits.FORMATTED_CHARACTERS);
    }

    private void text(ObjectNode schema) {
        if (settings.allowed().isEmpty()) {
            schema.put("maxLength", settings.maxLength().orElse(Limits.TEXT_CHARACTERS));
        }
        settings.pattern().ifPresent(pattern -> schema.put("pattern", pattern));
        if (settings.secret()) {
            schema.put("format", "password");
        }
    }

    /// @param json fits the schema
    /// @return a value of Java for the driver; for an array a list of them
    /// @throws RefusedArgument with a clause that goes on after the name of the argument
    Object value(JsonNode json) throws RefusedArgument {
        return value(settings, json);
    }

    private static Object value(ParameterSettings settings, JsonNode json) throws RefusedArgument {
        if (settings.type() != ParameterType.ARRAY) {
            return one(settings.type(), json);
        }
        if (!json.isArray()) {
            throw new RefusedArgument("must be a list.");
        }
        var items = new ArrayList<Object>();
        for (var item : json) {
            items.add(one(settings.items(), item));
        }
        return items;
    }

    /// The same from the text that a proven caller has.
    Object bound(String text) throws RefusedArgument {
        return one(settings.type(), switch (settings.type()) {
            case INTEGER, NUMBER -> text.matches("-?[0-9]{1,18}") ? JSON.numberNode(Long.parseLong(text))
                    : JSON.stringNode(text);
            default -> JSON.stringNode(text);
        });
    }

    private static Object one(ParameterType type, JsonNode json) throws RefusedArgument {
        try {
            return switch (type) {
                case STRING -> text(json);
                case INTEGER -> number(json, "a whole number").longValueExact();
                case NUMBER -> number(json, "a number");
                case BOOLEAN -> {
                    if (!json.isBoolean()) {
                        throw new RefusedArgument("must be true or false.");
                    }
                    yield json.asBoolean();
                }
                case DATE -> LocalDate.parse(formatted(json));
                case TIMESTAMP -> timestamp(formatted(json));
                case UUID -> uuid(formatted(json));
                case ARRAY -> throw new IllegalStateException("an array of arrays");
            };
        } catch (DateTimeException | MalformedText e) {
            throw new RefusedArgument(switch (type) {
                case DATE -> "must be a date such as 2026-03-31.";
                case UUID -> "must be a UUID such as 6f1a2c3e-5b7d-4e8f-9a0b-1c2d3e4f5a6b.";
                default -> "must be a time such as 2026-03-31T14:05:00Z.";
            });
        } catch (ArithmeticException e) {
            throw new RefusedArgument("must be a whole number of at most 18 digits.");
        }
    }

    private static String text(JsonNode json) throws RefusedArgument {
        if (!json.isString()) {
            throw new RefusedArgument("must be a text.");
        }
        if (json.asString().indexOf('\0') >= 0) {
            throw new RefusedArgument("must have no NUL character: databases end a text there, or refuse it.");
        }
        return json.asString();
    }

    /// Before anybody reads it: what is longer is none, however it goes on.
    private static String formatted(JsonNode json) throws RefusedArgument, MalformedText {
        var text = text(json);
        if (text.length() > Limits.FORMATTED_CHARACTERS) {
            throw new MalformedText();
        }
        return text;
    }

    private static BigDecimal number(JsonNode json, String what) throws RefusedArgument {
        if (!json.isNumber()) {
            throw new RefusedArgument("must be " + what + ".");
        }
        if (json.isDouble() && !Double.isFinite(json.doubleValue())) {
            throw new RefusedArgument("must be " + what + " that fits into 64 bits.");
        }
        var number = json.isDouble() ? BigDecimal.valueOf(json.doubleValue()) : json.decimalValue();
        if (number.precision() > Limits.NUMBER_DIGITS || Math.abs(number.scale()) > Limits.NUMBER_DIGITS) {
            throw new RefusedArgument("must be a number of at most " + Limits.NUMBER_DIGITS + " digits.");
        }
        return number;
    }

    private static Object timestamp(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeParseException withoutOffset) {
            return LocalDateTime.parse(text);
        }
    }

    private static UUID uuid(String text) throws MalformedText {
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw new MalformedText();
        }
        return UUID.fromString(text);
    }
}
