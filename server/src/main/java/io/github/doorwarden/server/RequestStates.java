package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The sealed `requestState` between two rounds of one request (MCP 2026-07-28, Multi round-trip requests). It carries
/// the answers of earlier rounds and what was asked in the last one, is good for one [Occasion] and a few minutes, and
/// is taken once: whoever sends it again is refused. Safe for use by many threads.
final class RequestStates {

    /// Answers that are carried keep their digits, as they did when they were read.
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private static final String KIND = "requestState";

    /// Keys of questions that the door itself asks.
    static final String RESERVED = "doorwarden_";

    private final Seal seal;
    private final Spent spent;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// What a request brings along, judged.
    ///
    /// @param answers at hand for this round
    /// @param spend   takes the state, which is good once; to be called just before the handler runs
    record Opened(Map<String, JsonNode> answers, Runnable spend) {}

    RequestStates(Seal seal, Spent spent, InstantSource clock) {
        this.seal = seal;
        this.spent = spent;
        this.clock = clock;
    }

    /// What the next round needs to know.
    ///
    /// @throws Refused `BadParams` when the answers have become too long to be carried along
    String seal(Occasion occasion, Set<String> asked, Map<String, JsonNode> answers) {
        var state = JsonNodeFactory.instance.objectNode();
        state.put("c", occasion.caller()).put("e", occasion.endpoint()).put("d", occasion.digest());
        state.put("x", clock.instant().plus(Limits.STATE_LIFETIME).toEpochMilli());
        var id = new byte[16];
        random.nextBytes(id);
        state.put("i", Base64.getUrlEncoder().withoutPadding().encodeToString(id));
        var keys = state.putArray("q");
        asked.forEach(keys::add);
        var kept = state.putObject("a");
        answers.forEach(kept::set);
        var text = state.toString();
        if (text.length() > Limits.STATE_CHARS) {
            throw new Refused(new Refusal.BadParams("The answers so far are longer than this server carries from one "
                    + "round to the next (" + Limits.STATE_CHARS + " characters). Answer more briefly."));
        }
        return seal.sealText(text);
    }

    /// The answers at hand for this round. Unknown keys are ignored, missing ones are asked for again. A client may
    /// answer before it was asked, but not what only we ask ([#RESERVED]): there the state proves that it was asked.
    ///
    /// @throws Refused `BadParams` for a state that is not ours, was changed, has expired, is somebody else's or for
    ///                 another request; and for answers that are no objects
    Opened open(Occasion occasion, ObjectNode params) {
        var responses = params.path("inputResponses");
        if (!responses.isMissingNode() && !responses.isObject()) {
            throw bad("params.inputResponses must be an object: the keys of inputRequests with an answer each");
        }
        var sent = params.path("requestState");
        if (sent.isMissingNode()) {
            return new Opened(volunteered(responses), () -> {});
        }
        var state = opened(sent);
        if (!occasion.caller().equals(state.path("c").asString()) || !occasion.endpoint().equals(state.path("e")
                .asString())) {
            throw bad("params.requestState was given to somebody else");
        }
        if (!occasion.digest().equals(state.path("d").asString())) {
            throw bad("params.requestState belongs to another request: repeat the first one with the same parameters");
        }
        var expires = Instant.ofEpochMilli(state.path("x").asLong());
        if (!clock.instant().isBefore(expires)) {
            throw bad("params.requestState has expired: begin again without it");
        }
        var answers = new LinkedHashMap<String, JsonNode>();
        state.path("a").properties().forEach(each -> answers.put(each.getKey(), each.getValue()));
        for (var key : state.path("q")) {
            var answer = responses.path(key.asString());
            if (!answer.isMissingNode()) {
                answers.put(key.asString(), object(key.asString(), answer));
            }
        }
        var id = state.path("i").asString();
        return new Opened(answers, () -> spend(id, expires));
    }

    private void spend(String id, Instant expires) {
        if (!spent.take(KIND, id, expires, clock.instant())) {
            throw bad("params.requestState was used before, and each one is good once: begin again without it");
        }
    }

    private static Map<String, JsonNode> volunteered(JsonNode responses) {
        var answers = new LinkedHashMap<String, JsonNode>();
        for (var each : responses.properties()) {
            if (!each.getKey().startsWith(RESERVED)) {
                answers.put(each.getKey(), object(each.getKey(), each.getValue()));
            }
        }
        return answers;
    }

    private static JsonNode object(String key, JsonNode answer) {
        if (!answer.isObject()) {
            throw bad("params.inputResponses." + Text.bounded(key, Limits.ECHOED_NAME_CHARS)
                    + " must be an object, the client's result");
        }
        return answer;
    }

    private JsonNode opened(JsonNode sent) {
        var text = sent.isString() && sent.asString().length() <= Limits.SEALED_STATE_CHARS
                ? seal.openText(sent.asString()) : Optional.<String>empty();
        try {
            return JSON.readTree(text.orElseThrow(() -> bad("params.requestState is not one that this server gave")));
        } catch (JacksonException e) {
            throw new IllegalStateException("A state of our own is not JSON.", e);
        }
    }

    private static Refused bad(String what) {
        return new Refused(new Refusal.BadParams(what + "."));
    }
}
