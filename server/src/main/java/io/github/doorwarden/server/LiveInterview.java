package io.github.doorwarden.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Questions as requests to the client while its own request runs (2024-11-05 to 2025-11-25; Sampling, Roots,
/// Elicitation). The handler waits.
final class LiveInterview implements Interview {

    private final Map<String, JsonNode> answers = new ConcurrentHashMap<>();

    @Override
    public void ask(Call call, Map<String, ? extends Question<?>> questions) throws InterruptedException {
        for (var each : questions.entrySet()) {
            if (!answers.containsKey(each.getKey())) {
                answers.put(each.getKey(), ask(call, each.getValue()));
            }
        }
    }

    private JsonNode ask(Call call, Question<?> question) throws InterruptedException {
        var exchange = call.exchange();
        if (!canAsk(exchange, question)) {
            throw new Unanswered("This needs a client that can be asked (" + names(question.capability())
                    + "), and this one did not say that it can. Use a client that has it.");
        }
        call.deadlineClock().pause(Limits.PATIENCE);
        try {
            return exchange.outlet().ask(question.method(), question.params(exchange.revision()), Limits.PATIENCE);
        } catch (Outlet.Unreachable unreachable) {
            throw new Unanswered(unreachable.getMessage());
        } finally {
            call.deadlineClock().resume();
        }
    }

    private static String names(ObjectNode capability) {
        return String.join(", ", capability.propertyNames());
    }

    @Override
    public JsonNode answer(String key) {
        return answers.get(key);
    }

    @Override
    public boolean canAsk(Exchange exchange, Question<?> question) {
        return question.answerableBy(exchange.capabilities()) && question.in(exchange.revision());
    }

    @Override
    public RuntimeException unusable(String key, String why) {
        return new Unanswered(why);
    }

    /// Told to the model as the tool's answer.
    static final class Unanswered extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unanswered(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
