package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The JSON object of a request, read field by field; what does not fit is refused with a sentence that names it.
record Body(JsonNode node) {

    /// Nothing else is in it.
    void only(Set<String> known) {
        for (var name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw Problem.invalid("There is no field " + Problem.quote(name) + " here. There are: "
                        + String.join(", ", new TreeSet<>(known)) + ".");
            }
        }
    }

    Optional<Long> version() {
        return number("version", 1, Integer.MAX_VALUE);
    }

    Optional<Long> number(String name, long min, long max) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        var value = node.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < min || value.asLong() > max) {
            throw Problem.invalid("'" + name + "' must be a whole number from " + min + " to " + max + ".");
        }
        return Optional.of(value.asLong());
    }

    Optional<String> text(String name, int max) {
        if (!node.has(name) || node.path(name).isNull()) {
            return Optional.empty();
        }
        return Optional.of(text(name, node.path(name), 1, max));
    }

    String needed(String name, int max) {
        return text(name, max).orElseThrow(() -> Problem.invalid("'" + name + "' is missing."));
    }

    Optional<String> oneOf(String name, List<String> choices) {
        return text(name, 64).map(text -> {
            if (!choices.contains(text)) {
                throw Problem.invalid("'" + name + "' must be one of " + String.join(", ", choices) + ", not "
                        + Problem.quote(text) + ".");
            }
            return text;
        });
    }

    Optional<Boolean> flag(String name) {
        if (!node.has(name)) {
            return Optional.empty();
        }
        if (!node.path(name).isBoolean()) {
            throw Problem.invalid("'" + name + "' must be true or false.");
        }
        return Optional.of(node.path(name).asBoolean());
    }

    List<JsonNode> list(String name, int min, int max) {
        var list = node.path(name);
        if (!list.isArray() || list.size() < min || list.size() > max) {
            throw Problem.invalid("'" + name + "' must be a list of " + min + " to " + max + " items.");
        }
        return list.valueStream().toList();
    }

    /// Small words, sorted, each once.
    List<String> tags(int min) {
        if (min == 0 && !node.has("tags")) {
            return List.of();
        }
        var tags = new TreeSet<String>();
        for (var tag : list("tags", min, Limits.TAGS)) {
            tags.add(tag(tag.isString() ? tag.asString() : ""));
        }
        return List.copyOf(tags);
    }

    static String tag(String text) {
        if (!text.matches("[a-z0-9][a-z0-9_-]{0," + (Limits.TAG_CHARS - 1) + "}")) {
            throw Problem.invalid("A tag has 1 to " + Limits.TAG_CHARS + " characters of a-z 0-9 _ - and begins with "
                    + "a letter or digit; " + Problem.quote(text) + " does not.");
        }
        return text;
    }

    /// All fields of a new record, or of one that is replaced: what is left out has its default.
    Map<String, Object> whole(Kind kind, boolean fresh) {
        var values = new LinkedHashMap<String, Object>();
        for (var field : kind.fields()) {
            if (!field.writable() || field.fixed() && !fresh) {
                continue;
            }
            if (node.has(field.name())) {
                values.put(field.name(), value(field, node.path(field.name())));
            } else if (field.required()) {
                throw Problem.invalid("'" + field.name() + "' is missing.");
            } else {
                values.put(field.name(), field.unset());
            }
        }
        return values;
    }

    /// The fields that are named; null is a value (RFC 7396).
    Map<String, Object> parts(Kind kind) {
        var values = new LinkedHashMap<String, Object>();
        for (var field : kind.fields()) {
            if (field.writable() && !field.fixed() && node.has(field.name())) {
                var given = node.path(field.name());
                values.put(field.name(), given.isNull() && field.unset() != null ? field.unset()
                        : value(field, given));
            }
        }
        return values;
    }

    static Object value(Field field, JsonNode given) {
        if (given.isNull() && !field.required() && field.unset() == null) {
            return null;
        }
        return switch (field.type()) {
            case TEXT -> text(field.name(), given, field.required() || field.unset() == null ? 1 : 0, field.max());
            case CHOICE -> {
                if (!given.isString() || !field.choices().contains(given.asString())) {
                    throw Problem.invalid("'" + field.name() + "' must be one of "
                            + String.join(", ", field.choices()) + ".");
                }
                yield given.asString();
            }
            case FLAG -> {
                if (!given.isBoolean()) {
                    throw Problem.invalid("'" + field.name() + "' must be true or false.");
                }
                yield given.asBoolean();
            }
            case NUMBER -> {
                if (!given.isNumber() || given.asDouble() < 0 || given.asDouble() > field.max()) {
                    throw Problem.invalid("'" + field.name() + "' must be a number from 0 to " + field.max() + ".");
                }
                yield given.asDouble();
            }
            case DAY -> day(field.name(), text(field.name(), given, 1, 10));
            case TIME -> time(field.name(), text(field.name(), given, 1, 40));
            case REFERENCE -> Ids.checked(field.name(), text(field.name(), given, 1, 64));
        };
    }

    static String day(String name, String text) {
        try {
            return LocalDate.parse(text).toString();
        } catch (DateTimeParseException e) {
            throw Problem.invalid("'" + name + "' must be a day such as 2026-03-31, not " + Problem.quote(text) + ".");
        }
    }

    static long time(String name, String text) {
        try {
            return java.time.OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeParseException e) {
            throw Problem.invalid("'" + name + "' must be a time such as 2026-03-31T09:30:00Z, not "
                    + Problem.quote(text) + ".");
        }
    }

    private static String text(String name, JsonNode given, int min, int max) {
        if (!given.isString()) {
            throw Problem.invalid("'" + name + "' must be a text.");
        }
        var text = given.asString();
        if (text.length() < min || text.length() > max || min > 0 && text.isBlank()) {
            throw Problem.invalid("'" + name + "' must have " + min + " to " + max + " characters; it has "
                    + text.length() + ".");
        }
        // PostgreSQL has no such character in its texts, and nobody means it.
        if (text.indexOf('\0') >= 0) {
            throw Problem.invalid("'" + name + "' has a character U+0000. Leave it out.");
        }
        return text;
    }
}
