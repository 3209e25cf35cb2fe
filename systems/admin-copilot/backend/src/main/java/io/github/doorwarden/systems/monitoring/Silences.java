package io.github.doorwarden.systems.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Silences of the player, as Alertmanager has them (API v2), kept as long as the process lives. Safe for use by many
/// threads.
final class Silences {

    /// More than anybody makes by hand.
    private static final int MOST = 500;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, ObjectNode> known = new LinkedHashMap<>();

    /// What is wrong with it, or its id under `silenceID`.
    synchronized Optional<String> mistake(JsonNode wanted, ObjectNode answer, Instant now) {
        if (!wanted.path("matchers").isArray() || wanted.path("matchers").isEmpty()) {
            return Optional.of("silence invalid: at least one matcher required");
        }
        for (var field : new String[] {"createdBy", "comment"}) {
            if (wanted.path(field).asString("").isBlank()) {
                return Optional.of("silence invalid: " + field + " is missing");
            }
        }
        try {
            var ends = Instant.parse(wanted.path("endsAt").asString(""));
            if (!ends.isAfter(Instant.parse(wanted.path("startsAt").asString("")))) {
                return Optional.of("silence invalid: start time must be before end time");
            }
            if (!ends.isAfter(now) || known.size() >= MOST) {
                return Optional.of("silence invalid: it ends in the past, or there are too many");
            }
        } catch (DateTimeParseException e) {
            return Optional.of("silence invalid: times must be ISO 8601");
        }
        var id = UUID.randomUUID().toString();
        var kept = (ObjectNode) wanted.deepCopy();
        known.put(id, kept.put("id", id).put("updatedAt", now.toString()));
        answer.put("silenceID", id);
        return Optional.empty();
    }

    /// All of them with their state at this moment; forgets those that ended a day ago.
    synchronized ArrayNode list(Instant now) {
        known.values().removeIf(each -> ends(each).isBefore(now.minus(Duration.ofDays(1))));
        var list = JSON.arrayNode();
        known.values().forEach(each -> {
            var shown = each.deepCopy();
            shown.putObject("status").put("state", ends(each).isAfter(now) ? "active" : "expired");
            list.add(shown);
        });
        return list;
    }

    private static Instant ends(ObjectNode silence) {
        return Instant.parse(silence.path("endsAt").asString());
    }

    /// Marks each alert that a silence fits, as Alertmanager does.
    synchronized void apply(JsonNode alerts, Instant now) {
        for (var alert : alerts) {
            var status = (ObjectNode) alert.path("status");
            var by = status.putArray("silencedBy");
            known.values().stream().filter(each -> ends(each).isAfter(now) && fits(each, alert.path("labels")))
                    .forEach(each -> by.add(each.path("id")));
            status.put("state", by.isEmpty() ? "active" : "suppressed");
        }
    }

    /// Equality alone: expressions are no part of what is played.
    private static boolean fits(ObjectNode silence, JsonNode labels) {
        for (var matcher : silence.path("matchers")) {
            var same = labels.path(matcher.path("name").asString("")).asString("").equals(matcher.path("value")
                    .asString(""));
            if (matcher.path("isRegex").asBoolean(false) || same != matcher.path("isEqual").asBoolean(true)) {
                return false;
            }
        }
        return true;
    }
}
