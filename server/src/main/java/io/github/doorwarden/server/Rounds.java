package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Questions as rounds of requests (MCP 2026-07-28, Multi round-trip requests): what is not answered yet ends the
/// handler's run, and the next request brings it. For the threads of one call.
final class Rounds implements Interview {

    private final Map<String, JsonNode> answers;
    private final Runnable spend;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Map<String, JsonNode> used = new ConcurrentHashMap<>();
    private final Map<String, Question<?>> open = new LinkedHashMap<>();

    /// @param answers of all rounds until now
    Rounds(Map<String, JsonNode> answers) {
        this(answers, () -> {});
    }

    /// @param spend uses up the state that the answers came with
    Rounds(Map<String, JsonNode> answers, Runnable spend) {
        this.answers = Map.copyOf(answers);
        this.spend = spend;
    }

    /// Again when a call that was to go on as a task is answered at once instead; the state is used up once.
    @Override
    public void begin() {
        if (begun.compareAndSet(false, true)) {
            spend.run();
        }
    }

    @Override
    public RuntimeException unusable(String key, String why) {
        return new Refused(new Refusal.BadParams("params.inputResponses." + key + ": " + why));
    }

    @Override
    public void ask(Call call, Map<String, ? extends Question<?>> questions) {
        for (var each : questions.entrySet()) {
            if (!answers.containsKey(each.getKey())) {
                Interview.askable(this, call.exchange(), each.getValue());
                synchronized (open) {
                    open.put(each.getKey(), each.getValue());
                }
            } else {
                used.put(each.getKey(), answers.get(each.getKey()));
            }
        }
        synchronized (open) {
            if (!open.isEmpty()) {
                throw new Asked();
            }
        }
    }

    @Override
    public JsonNode answer(String key) {
        return answers.get(key);
    }

    @Override
    public boolean canAsk(Exchange exchange, Question<?> question) {
        return question.answerableBy(exchange.capabilities()) && question.in(exchange.revision());
    }

    /// What the client is to be asked now; empty when nothing is.
    Map<String, Question<?>> open() {
        synchronized (open) {
            return new LinkedHashMap<>(open);
        }
    }

    /// The answers that the handler has asked for: what else came along is not carried further.
    Map<String, JsonNode> used() {
        return used;
    }

    /// `InputRequests` of the specification.
    static ObjectNode requests(Map<String, Question<?>> open, Revision revision) {
        var requests = JsonNodeFactory.instance.objectNode();
        open.forEach((key, question) -> requests.putObject(key).put("method", question.method())
                .set("params", question.params(revision)));
        return requests;
    }
}
