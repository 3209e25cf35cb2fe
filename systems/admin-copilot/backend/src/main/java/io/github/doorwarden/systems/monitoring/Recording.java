package io.github.doorwarden.systems.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What real servers answered once, with the time at which they did. Played back, every time in an answer is as long
/// ago as it was then. Immutable.
record Recording(JsonNode whole, Instant at) {

    static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern INSTANT = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}Z");

    /// The one that lies beside this class.
    static Recording load() {
        try (var in = Recording.class.getResourceAsStream("recorded.json")) {
            var whole = JSON.readTree(in.readAllBytes());
            return new Recording(whole, Instant.parse(whole.path("recorded_at").asString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A word for people and models: that it is none of today.
    String notice() {
        return "Recorded on " + at.toString().substring(0, 10) + " and played back with times moved: no such server is "
                + "configured here. Do not take it for the state of today.";
    }

    /// @param server `prometheus`, `alertmanager` or `grafana`
    /// @param key    what was asked, as it stands in the recording
    Optional<JsonNode> answer(String server, String key, Instant now) {
        var found = whole.path(server).path(key);
        var shift = Duration.ofSeconds(Duration.between(at, now).toSeconds());
        return found.isMissingNode() ? Optional.empty() : Optional.of(shifted(found, shift));
    }

    private static JsonNode shifted(JsonNode node, Duration by) {
        return switch (node) {
            case ObjectNode object -> {
                var out = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(each -> out.set(each.getKey(), switch (each.getKey()) {
                    case "value" -> sample(each.getValue(), by);
                    case "values" -> {
                        var samples = JsonNodeFactory.instance.arrayNode();
                        each.getValue().forEach(one -> samples.add(sample(one, by)));
                        yield samples;
                    }
                    default -> shifted(each.getValue(), by);
                }));
                yield out;
            }
            case ArrayNode list -> {
                var out = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> out.add(shifted(each, by)));
                yield out;
            }
            case JsonNode text when text.isString() && INSTANT.matcher(text.asString()).matches() ->
                    JsonNodeFactory.instance.stringNode(Instant.parse(text.asString()).plus(by).toString());
            default -> node;
        };
    }

    /// A sample of Prometheus, `[seconds, "value"]`; anything else is another thing of the same name.
    private static JsonNode sample(JsonNode node, Duration by) {
        if (!node.isArray() || node.size() != 2 || !node.path(0).isNumber()) {
            return shifted(node, by);
        }
        return JsonNodeFactory.instance.arrayNode().add(node.path(0).asDouble() + by.toSeconds()).add(node.path(1));
    }
}
