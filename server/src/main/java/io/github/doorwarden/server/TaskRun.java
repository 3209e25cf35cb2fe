package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Message;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.store.TaskRecord.Status;
import io.github.doorwarden.store.TaskRecords.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One task that runs in this process, on virtual threads of its own: until its handler ends, its deadline is over, or
/// it is stopped. Safe for use by many threads.
final class TaskRun {

    private static final Logger LOG = LoggerFactory.getLogger(TaskRun.class);
    private static final String END = "tasks/end";

    /// What runs.
    ///
    /// @param arguments the tool's own
    /// @param answers   of questions that are settled, by their keys
    /// @param place     entered; left when the handler is out
    record Work(String id, Offer offer, Exchange exchange, ObjectNode arguments, Map<String, JsonNode> answers,
            String who, CallLimiter.Place place) {}

    private final TaskRuns runs;
    private final Work work;
    private final Exchange exchange;
    private final TaskInterview interview;
    private final Thread thread;
    private volatile String stopped;
    private Ending unwritten;
    private String unsaid = "";
    private Instant sayFrom = Instant.MIN;

    /// @param patience how long a question waits for its answer
    TaskRun(TaskRuns runs, Work work, Duration patience) {
        this.runs = runs;
        this.work = work;
        this.interview = new TaskInterview(this, work.answers, patience);
        var from = work.exchange;
        // every task hears its handler's progress, whether or not the client asked for notifications
        this.exchange = new Exchange(from.caller(), from.endpoint(), from.revision(), from.capabilities(),
                from.requestId(), from.peer(), Optional.of(JsonNodeFactory.instance.stringNode(END)),
                Optional.empty(), from.traceparent(), new Progress());
        this.thread = Thread.ofVirtual().name("task").unstarted(this::work);
    }

    String id() {
        return work.id;
    }

    void start() {
        thread.start();
    }

    /// Interrupts the handler; how the task ends is somebody else's word from now on.
    ///
    /// @param why for the record
    void stop(String why) {
        stopped = why;
        thread.interrupt();
    }

    /// Waits for a stopped run, so that it is on record.
    void await() {
        try {
            thread.join(Limits.TASK_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// To be told when answers have come.
    void answered() {
        interview.answered();
    }

    private void work() {
        try {
            var ending = ending();
            if (stopped == null) {
                synchronized (this) {
                    unwritten = ending;
                }
                write();
            }
        } finally {
            if (isWritten()) {
                runs.over(this);
            }
        }
    }

    private Ending ending() {
        try {
            return completed(runs.desk.recorded(exchange, END, this::run));
        } catch (Refused refused) {
            return failed(TaskView.error(refused.why()));
        } catch (Challenged challenged) {
            return failed(TaskView.error(403, challenged.getMessage(), null));
        } catch (RuntimeException | Error bug) {
            LOG.atError().addKeyValue("incident", exchange.requestId()).setCause(bug)
                    .log("A task ended in a fault of ours.");
            return failed(TaskView.error(new Refusal.Bug(exchange.requestId())));
        }
    }

    private ObjectNode run(CallRecord line) {
        var spec = work.offer.spec;
        line.thing(spec.name());
        var deadline = new Deadline(line.began(), spec.deadline());
        var call = new Call(exchange, work.arguments, deadline, interview, runs.desk.changes);
        var job = new ToolRun.Job(work.offer, exchange, work.arguments, interview, work.who, line);
        var answer = ToolRun.answered(job, () -> call.run(() -> Optional.of(
                work.offer.tool.call(call))), deadline, work.place)
                .orElseThrow(() -> new IllegalStateException("A task of " + spec.name() + " ended without an answer."));
        if (Thread.interrupted() || stopped != null) {         // what follows must not be cut short by the same
            line.failed(Cause.CANCELLED, stopped == null ? "It was interrupted." : stopped);
        }
        var json = Offer.json(answer, exchange.revision()).put("resultType", "complete");
        if (json.toString().length() <= Limits.TASK_RESULT_CHARS) {
            return json;
        }
        line.failed(Cause.TOOL_ERROR, "The result is longer than " + Limits.TASK_RESULT_CHARS + " characters.");
        return Offer.json(ToolResult.error("The tool " + spec.name() + " has done its work, but its result is longer "
                + "than this server keeps (" + Limits.TASK_RESULT_CHARS + " characters). Ask for less at once."),
                exchange.revision()).put("resultType", "complete");
    }

    private static Ending completed(ObjectNode result) {
        return new Ending(Status.COMPLETED, "", Optional.of(result.toString()));
    }

    static Ending failed(ObjectNode error) {
        return new Ending(Status.FAILED, Text.bounded(error.path("message").asString(), Limits.TASK_MESSAGE_CHARS),
                Optional.of(error.toString()));
    }

    private synchronized boolean isWritten() {
        return unwritten == null;
    }

    /// Writes the end, if there is one that is not written; a store that is down is tried again by [TaskRuns#tend].
    synchronized void write() {
        if (unwritten != null) {
            try {
                runs.end(work.id, unwritten);
                unwritten = null;
            } catch (StoreOutage outage) {
                LOG.atWarn().addKeyValue("request", exchange.requestId()).setCause(outage)
                        .log("The end of a task could not be stored; it is tried again.");
            }
        }
    }

    /// Whether it has ended without the store's knowing.
    synchronized boolean isOwed() {
        return unwritten != null;
    }

    /// Asks the client.
    ///
    /// @return false when the task is no longer ours
    boolean ask(Map<String, String> questions) {
        return runs.ask(work.id, questions, work.offer.spec.deadline());
    }

    /// JSON of the client's answers, by the tool's names for the questions.
    Map<String, String> answers() {
        return runs.records.answers(work.id);
    }

    void withdraw() {
        runs.withdraw(work.id);
    }

    private synchronized void say(String message) {
        unsaid = Text.bounded(message, Limits.TASK_MESSAGE_CHARS);
        if (!runs.desk.clock.instant().isBefore(sayFrom)) {
            flush();
        }
    }

    /// Writes what was said last, if it is not written.
    synchronized void flush() {
        if (unsaid.isEmpty()) {
            return;
        }
        var now = runs.desk.clock.instant();
        try {
            runs.say(work.id, unsaid, now);
            unsaid = "";
            sayFrom = now.plus(Limits.TASK_MESSAGES);
        } catch (StoreOutage outage) {
            LOG.debug("A status message was not stored; it is tried again.", outage);
        }
    }

    /// Turns the handler's progress into status messages; nothing else goes out while a task runs (extension
    /// `io.modelcontextprotocol/tasks`, Task Status Notifications), and nobody's leaving ends it.
    private final class Progress implements Outlet {

        @Override
        public void send(Message.Notification notice) {
            if (notice.method().equals("notifications/progress")) {
                var params = notice.params();
                say(params.path("message").asString(params.path("progress").asString()
                        + (params.has("total") ? " of " + params.path("total").asString() : "")));
            }
        }

        @Override
        public JsonNode ask(String method, ObjectNode params, Duration patience) throws Unreachable {
            throw new Unreachable("A task has no connection to its client.");
        }

        @Override
        public void lasting(Runnable cancel) {
            // tasks/cancel alone cancels
        }
    }
}
