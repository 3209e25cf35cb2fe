package io.github.doorwarden.systems.backend;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A query string, checked: every parameter known to the route, none twice, each of its kind. What does not fit is
/// refused with a sentence that names the parameter.
public record Params(Map<String, String> values) {

    public Params {
        values = Map.copyOf(values);
    }

    /// @param raw      the query as it came, still percent-encoded; may be null
    /// @param maxChars of `raw`
    public static Params parse(String raw, List<String> known, int maxChars) {
        var values = new LinkedHashMap<String, String>();
        if (raw == null || raw.isEmpty()) {
            return new Params(values);
        }
        if (raw.length() > maxChars) {
            throw Problem.invalid("The query string is longer than " + maxChars + " characters.");
        }
        for (var pair : raw.split("&")) {
            var at = pair.indexOf('=');
            var name = decode(at < 0 ? pair : pair.substring(0, at));
            var value = at < 0 ? "" : decode(pair.substring(at + 1));
            if (!known.contains(name)) {
                throw Problem.invalid("There is no parameter " + Problem.quote(name) + " here. "
                        + (known.isEmpty() ? "This route takes none." : "This route takes: " + String.join(", ", known)
                        + "."));
            }
            if (values.putIfAbsent(name, value.strip()) != null) {
                throw Problem.invalid("The parameter '" + name + "' is there twice. Give it once.");
            }
        }
        values.values().removeIf(String::isEmpty);          // ?status= means the same as no status at all
        return new Params(values);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("The query string has a broken percent-encoding.");
        }
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public int number(String name, int min, int max, int otherwise) {
        var text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            var number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the same refusal
        }
        throw Problem.invalid("'" + name + "' must be a whole number from " + min + " to " + max + ", not "
                + Problem.quote(text) + ".");
    }

    public Optional<Boolean> flag(String name) {
        return text(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Problem.invalid("'" + name + "' must be true or false, not " + Problem.quote(text) + ".");
        });
    }

    public Optional<String> oneOf(String name, List<String> allowed) {
        var text = text(name);
        if (text.isPresent() && !allowed.contains(text.get())) {
            throw Problem.invalid("'" + name + "' must be one of " + String.join(", ", allowed) + ", not "
                    + Problem.quote(text.get()) + ".");
        }
        return text;
    }

    public Optional<LocalDate> date(String name) {
        return text(name).map(text -> {
            try {
                var date = LocalDate.parse(text);
                if (date.getYear() >= 2000 && date.getYear() <= 2100) {
                    return date;
                }
            } catch (DateTimeParseException notADate) {
                // falls through to the same refusal
            }
            throw Problem.invalid("'" + name + "' must be a date of the years 2000 to 2100 such as 2026-03-31, not "
                    + Problem.quote(text) + ".");
        });
    }
}
