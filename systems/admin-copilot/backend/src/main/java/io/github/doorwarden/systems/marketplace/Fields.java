package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Problem;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The fields of a request body, each checked for its kind; what does not fit is refused with a sentence that names it.
record Fields(JsonNode body) {

    static Fields of(JsonNode body, String... known) {
        Batch.refuseUnknown(body, Set.of(known));
        return new Fields(body);
    }

    /// A text that people read: without control characters but line ends.
    String text(String name, int most) {
        var value = body.get(name);
        if (value == null || !value.isString() || value.asString().isBlank() || value.asString().length() > most
                || value.asString().chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw Problem.invalid("'" + name + "' must be a text of 1 to " + most + " characters without control "
                    + "characters.");
        }
        return value.asString().strip();
    }

    Optional<Long> cents(String name) {
        var value = body.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw Problem.invalid("'" + name + "' must be a whole number of cents, at least 1: 1250 means 12.50.");
        }
        return Optional.of(value.asLong());
    }

    boolean flag(String name) {
        var value = body.get(name);
        if (value != null && !value.isNull() && !value.isBoolean()) {
            throw Problem.invalid("'" + name + "' must be true or false.");
        }
        return value != null && value.asBoolean(false);
    }
}
