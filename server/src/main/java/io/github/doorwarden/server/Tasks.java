package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.TaskRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `tasks/get`, `tasks/update` and `tasks/cancel` (extension `io.modelcontextprotocol/tasks`, SEP-2663). A task is its
/// caller's, at the endpoint where it began; whoever else names it is told what is told of a task that never was. Safe
/// for use by many threads.
final class Tasks {

    static final String EXTENSION = "io.modelcontextprotocol/tasks";

    private final Desk desk;
    private final TaskRuns runs;

    Tasks(Desk desk, TaskRuns runs) {
        this.desk = desk;
        this.runs = runs;
    }

    /// Whether a call of the tool becomes a task: always, when it may. How long it would take is not waited for: a task
    /// must be on disk before it is announced, and that is most of what a quick one costs.
    static boolean possible(Exchange exchange, ToolSpec spec) {
        return spec.tasks() != ToolSpec.TaskSupport.NEVER && exchange.declares(EXTENSION);
    }

    /// @throws Refused `MissingCapability` when the tool makes tasks alone and the client does not know them
    static void able(Exchange exchange, ToolSpec spec) {
        if (spec.tasks() == ToolSpec.TaskSupport.REQUIRED) {
            declared(exchange, "The tool " + spec.name());
        }
    }

    private static void declared(Exchange exchange, String what) {
        if (!exchange.declares(EXTENSION)) {
            var required = JsonNodeFactory.instance.objectNode();
            required.putObject("extensions").putObject(EXTENSION);
            throw new Refused(new Refusal.MissingCapability(what + " needs a client that knows tasks, and the request "
                    + "does not declare it: " + EXTENSION + ". Use a client that has it.", required));
        }
    }

    /// Task Polling.
    ObjectNode get(Projection projection, Exchange exchange, ObjectNode params) {
        var line = new CallRecord(exchange, "tasks/get", desk.clock.instant());
        var task = task(projection, exchange, params, "tasks/get", line);
        return TaskView.detailed(runs.takeUp(projection, exchange, task) ? find(exchange, task.id()) : task);
    }

    /// Task Update Requests. All answers that can be used are taken, or none.
    ObjectNode update(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var task = task(projection, exchange, params, "tasks/update", line);
        runs.takeUp(projection, exchange, task);
        if (!(params.path("inputResponses") instanceof ObjectNode responses)) {
            throw bad("tasks/update needs params.inputResponses, an object: the keys of inputRequests with an answer "
                    + "each.");
        }
        var answers = usable(task, responses);
        line.answers(answers.keySet());
        answers.forEach((key, answer) -> runs.records.answer(task.id(), key, answer, desk.clock.instant()));
        if (!answers.isEmpty()) {
            runs.answered(task.id());
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /// The answers to open questions, as JSON; others are ignored.
    ///
    /// @throws Refused `BadParams` when one has not the form that the specification gives it, or does not fit
    private static Map<String, String> usable(TaskRecord task, ObjectNode responses) {
        var usable = new LinkedHashMap<String, String>();
        for (var question : task.open()) {
            var answer = responses.path(question.key());
            if (!answer.isMissingNode()) {
                if (!answer.isObject() || answer.toString().length() > Limits.STATE_CHARS) {
                    throw bad("params.inputResponses." + question.key() + " must be an object, the client's result, of "
                            + "at most " + Limits.STATE_CHARS + " characters.");
                }
                TaskView.question(question.request()).read(answer);                       // -32602
                usable.put(question.key(), answer.toString());
            }
        }
        return usable;
    }

    /// Task Cancellation.
    ObjectNode cancel(Projection projection, Exchange exchange, ObjectNode params, CallRecord line) {
        var task = task(projection, exchange, params, "tasks/cancel", line);
        var readOnly = projection.tools.named(task.tool()).filter(offer -> offer.spec.readOnly()).isPresent();
        runs.cancel(task.id(), readOnly ? "Cancelled." : "Cancelled while it ran: what it was to change may be changed "
                + "in part.");
        return JsonNodeFactory.instance.objectNode();
    }

    /// The task that a request names, once all is judged that must be judged before.
    private TaskRecord task(Projection projection, Exchange exchange, ObjectNode params, String method,
            CallRecord line) {
        desk.counted(exchange, line);                                                     // 429
        desk.guard(desk.policy.decide(exchange.caller(), exchange.endpoint(), method), "This server"); // 401
        declared(exchange, method);                                                       // -32021
        var task = find(exchange, Desk.text(params, "taskId", method, "the id of a task")); // -32602
        line.thing(task.tool());
        guard(projection, exchange, task);                                                // 401, 403
        return task;
    }

    private TaskRecord find(Exchange exchange, String id) {
        return runs.records.find(id, Occasion.who(exchange.caller()), exchange.endpoint().path(), desk.clock.instant())
                .orElseThrow(() -> bad("There is no such task, or it has expired. Call the tool again."));
    }

    /// Who may no longer call the tool may not have what it said.
    private void guard(Projection projection, Exchange exchange, TaskRecord task) {
        var methods = exchange.endpoint().methodScopes();
        projection.tools.named(task.tool()).ifPresent(offer -> desk.guard(desk.policy.decide(exchange.caller(),
                methods.of("tools/call", offer.scopes()), offer.conditions()), "The tool " + task.tool()));
    }

    /// The tasks among those that a client wants to hear about that it will hear about (Task Status Notifications).
    ///
    /// @param tasks    empty when this server keeps none
    /// @param honoured gets the filter that was agreed to
    /// @throws Refused `MissingCapability`, `BadParams`
    static Set<String> heard(Optional<Tasks> tasks, Projection projection, Exchange exchange, JsonNode wanted,
            ObjectNode honoured) {
        declared(exchange, "Listening to tasks");                                         // -32021
        if (!wanted.isArray() || wanted.size() > Limits.TASKS_PER_CALLER) {
            throw bad("params.notifications.taskIds must be a list of at most " + Limits.TASKS_PER_CALLER + " ids.");
        }
        var heard = new LinkedHashSet<String>();
        for (var id : wanted) {
            if (!id.isString()) {
                throw bad("params.notifications.taskIds has something that is no id.");
            }
            tasks.flatMap(all -> all.own(projection, exchange, id.asString())).ifPresent(heard::add);
        }
        heard.forEach(honoured.putArray("taskIds")::add);
        return heard;
    }

    private Optional<String> own(Projection projection, Exchange exchange, String id) {
        try {
            var task = find(exchange, id);
            guard(projection, exchange, task);
            runs.takeUp(projection, exchange, task);
            return Optional.of(task.id());
        } catch (Refused | Challenged notTheirs) {
            return Optional.empty();
        }
    }

    void tellNow(Subscription subscription, Set<String> ids) {
        runs.tellNow(subscription, ids);
    }

    AutoCloseable tending() {
        return runs.tending();
    }

    void tend() {
        runs.tend();
    }

    TaskRun run(String id) {
        return runs.run(id);
    }

    private static Refused bad(String sentence) {
        return new Refused(new Refusal.BadParams(sentence));
    }
}
