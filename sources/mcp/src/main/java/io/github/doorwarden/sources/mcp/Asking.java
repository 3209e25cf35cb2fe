package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.Question;
import io.github.doorwarden.server.Sampling;
import io.github.doorwarden.client.wire.ClientFailure;
import io.github.doorwarden.client.wire.Talk;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One request to a server for one call of ours: what the server tells goes to the caller, and so does what it asks, if
/// the configuration allows that. A server of 2026-07-28 asks by ending the request, an earlier one while it runs.
final class Asking implements Talk {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Ground ground;
    private final Call call;
    private int asked;

    Asking(Ground ground, Call call) {
        this.ground = ground;
        this.call = call;
    }

    /// @return the complete result
    ObjectNode run(String method, ObjectNode params, Map<String, String> headers)
            throws ClientFailure, InterruptedException {
        call.traceparent().ifPresent(trace -> params.withObject("_meta").put("traceparent", trace));
        var sent = params;
        for (var round = 0; round < Limits.ROUNDS; round++) {
            var result = ground.link().request(method, sent, headers, this, ground.settings().timeout());
            if (!result.path("resultType").asString("").equals("input_required")) {
                return result;
            }
            sent = answered(params, result, round);
        }
        throw refused("asks without end");
    }

    /// MCP 2026-07-28, Multi round-trip requests.
    private ObjectNode answered(ObjectNode params, ObjectNode result, int round)
            throws ClientFailure, InterruptedException {
        var requests = result.path("inputRequests");
        var questions = new LinkedHashMap<String, Question<?>>();
        var keys = new LinkedHashMap<String, String>();
        for (var each : requests.properties()) {
            var method = each.getValue().path("method").asString("");
            var its = each.getValue().path("params") instanceof ObjectNode object ? object : JSON.objectNode();
            try {
                var question = question(method, its);
                var key = "r" + round + "_" + Pins.sha256(each.getKey() + method + its).substring(0, 24);
                questions.put(key, question);
                keys.put(each.getKey(), key);
            } catch (Unanswered | IllegalArgumentException e) {
                throw refused("asks for something that is not passed on: " + e.getMessage());
            }
        }
        if (!questions.isEmpty()) {
            call.askAll(questions);
        }
        var next = params.deepCopy();
        var responses = next.putObject("inputResponses");
        for (var each : keys.entrySet()) {
            responses.set(each.getKey(), answer(each.getValue(), questions.get(each.getValue())));
        }
        if (result.path("requestState").isString()) {
            next.set("requestState", result.path("requestState"));
        }
        return next;
    }

    private ClientFailure refused(String what) {
        return new ClientFailure(ClientFailure.Kind.ERROR, ground.name() + " " + what, null);
    }

    /// @throws IllegalArgumentException for one that no client is asked, with a sentence
    private Question<?> question(String method, ObjectNode params) throws Unanswered {
        if (!ground.settings().ask()) {
            throw new Unanswered("This server may not ask those who call it. An administrator allows it with ask: "
                    + "true.");
        }
        return switch (method) {
            case "elicitation/create" -> elicitation(params);
            case "sampling/createMessage" -> new Sampling(params.deepCopy().without("_meta"));
            default -> throw new Unanswered("Questions of the kind " + Plain.word(method) + " are not passed on.");
        };
    }

    /// Says who asks: the person knows the front door, and not what is behind it.
    private Elicitation elicitation(ObjectNode params) {
        var message = ground.name() + " asks: " + Plain.text(params.path("message"));
        if (params.path("mode").asString("form").equals("url")) {
            return Elicitation.visit(message, URI.create(params.path("url").asString("")),
                    params.path("elicitationId").asString(Pins.sha256(params.toString())));
        }
        if (!(params.path("requestedSchema") instanceof ObjectNode schema)) {
            throw new IllegalArgumentException("The question has no form.");
        }
        return Elicitation.form(message, (ObjectNode) Plain.schema(schema));
    }

    private JsonNode answer(String key, Question<?> question) throws InterruptedException {
        return switch (call.ask(key, question)) {
            case Elicitation.Answer.Accepted yes -> {
                var answer = JSON.objectNode().put("action", "accept");
                if (((Elicitation) question).schema().isPresent()) {
                    answer.set("content", yes.content());
                }
                yield answer;
            }
            case Elicitation.Answer.Declined no -> JSON.objectNode().put("action", "decline");
            case Elicitation.Answer.Cancelled no -> JSON.objectNode().put("action", "cancel");
            case Sampling.Answer said -> said.raw();
            case Object other -> throw new IllegalStateException("An answer of another kind: " + other.getClass());
        };
    }

    @Override
    public void progress(double done, double total, String message) {
        call.progress(done, total, Plain.text(message));
    }

    @Override
    public void log(LogLevel level, String logger, JsonNode data) {
        call.log(level, logger.isEmpty() ? ground.name() : ground.name() + "/" + Plain.word(logger), data);
    }

    @Override
    public ObjectNode capabilities() {
        var all = JSON.objectNode();
        var form = JSON.objectNode().put("type", "object");
        form.putObject("properties").putObject("x").put("type", "string");
        if (call.canAsk(Elicitation.form("?", form))) {
            all.putObject("elicitation");
        }
        if (call.canAsk(Sampling.of("?", 1))) {
            all.putObject("sampling");
        }
        return all;
    }

    @Override
    public JsonNode ask(String method, ObjectNode params) throws Unanswered, InterruptedException {
        Question<?> question;
        try {
            question = question(method, params);
        } catch (IllegalArgumentException e) {
            throw new Unanswered(e.getMessage());
        }
        if (asked >= Limits.ROUNDS) {
            throw new Unanswered("This server asks without end, so nobody is asked any more for this call.");
        }
        if (!call.canAsk(question)) {
            throw new Unanswered("Whoever calls uses a client that cannot be asked this.");
        }
        // an answer is for this very question: a server that asks something else the next time asks again
        return answer("q" + asked++ + "_" + Pins.sha256(method + params).substring(0, 24), question);
    }
}
