package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Fuzzer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `requestState` and answers as no honest client sends them: what is carried comes back as it was to who carried it,
/// and everything else is refused in words.
class RequestStatesFuzzTest {

    private static final Occasion MINE = new Occasion("user\nc\nalice", "/mcp", "digest");
    private static final List<Occasion> OTHERS = List.of(new Occasion("user\nc\nbob", "/mcp", "digest"),
            new Occasion("user\nc\nalice", "/other", "digest"), new Occasion("user\nc\nalice", "/mcp", "another"));
    private static final List<String> ANSWERS = List.of("{\"action\":\"accept\",\"content\":{\"n\":1.50}}", "{}",
            "{\"a\":[1e-7,12345678901234567890,null,\"\\ud83d\\ude00\"]}", "{\"action\":\"decline\"}");
    private static final List<String> KEYS =
            List.of("ok", "more", RequestStates.RESERVED + "confirm", "", "a.b", "\u202e");

    @Test
    @Covers({"AK-6", "AK-7", "AK-9"})
    void aStateIsOursOrRefused(@TempDir Path folder) {
        var fuzz = new Fuzzer(6_000);
        var taken = 0;
        try (var database = Database.open(folder.resolve("store.db"))) {
            var states = new RequestStates(Seal.forThisProcess("requestState"), new Spent(database), () ->
                    Instant.EPOCH);
            while (fuzz.goesOn()) {
                var carried = new HashMap<String, JsonNode>();
                fuzz.some(KEYS, 3).forEach(key -> carried.put(key, RequestStates.JSON.readTree(fuzz.one(ANSWERS))));
                var asked = Set.copyOf(fuzz.some(KEYS, 2));
                var honest = states.seal(MINE, asked, carried);
                var sent = fuzz.maybe(honest);
                var occasion = fuzz.once(4) ? fuzz.one(OTHERS) : MINE;
                var params = JsonNodeFactory.instance.objectNode().put("requestState", sent);
                responses(fuzz, params.putObject("inputResponses"));
                if (fuzz.once(8)) {
                    params.set(fuzz.once(2) ? "requestState" : "inputResponses", value(fuzz));
                }
                try {
                    var answers = states.open(occasion, params).answers();
                    taken++;
                    assertTrue(occasion == MINE && params.path("requestState").asString("").equals(honest),
                            () -> fuzz.said(params));
                    assertEquals(expected(carried, asked, params.path("inputResponses")), answers, () ->
                            fuzz.said(params));
                } catch (Refused refused) {
                    assertTrue(refused.why().code() == -32602 && refused.why().message().length() < 400,
                            () -> fuzz.said(params));
                }
            }
        }
        assertTrue(taken > fuzz.rounds() / 10, "hardly any state is taken any more: " + taken);
    }

    private static void responses(Fuzzer fuzz, ObjectNode into) {
        fuzz.some(KEYS, 3).forEach(key -> into.set(key, fuzz.once(6) ? value(fuzz)
                : RequestStates.JSON.readTree(fuzz.one(ANSWERS))));
    }

    private static JsonNode value(Fuzzer fuzz) {
        try {
            var value = RequestStates.JSON.readTree(fuzz.mutated(fuzz.one(ANSWERS)));
            return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
        } catch (JacksonException | NumberFormatException notJson) {
            return JsonNodeFactory.instance.numberNode(fuzz.below(9));
        }
    }

    private static Map<String, JsonNode> expected(Map<String, JsonNode> carried, Set<String> asked,
            JsonNode responses) {
        var all = new HashMap<>(carried);
        asked.stream().filter(responses::has).forEach(key -> all.put(key, responses.path(key)));
        return all;
    }
}
