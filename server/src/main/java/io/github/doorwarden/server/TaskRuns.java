package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.StoreOutage;
import io.github.doorwarden.store.TaskRecord;
import io.github.doorwarden.store.TaskRecord.Status;
import io.github.doorwarden.store.TaskRecords;
import io.github.doorwarden.store.TaskRecords.Begun;
import io.github.doorwarden.store.TaskRecords.Ending;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs tasks in the background, on this process, while the store says what each has come to. A process says now and
/// then that it lives ([#tend]); the tasks of one that does not may be taken by another. Safe for use by many threads.
/// See `docs/decisions/0021-take-a-lost-task-up-when-its-caller-asks.md`.
final class TaskRuns {

    private static final Logger LOG = LoggerFactory.getLogger(TaskRuns.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    final Desk desk;
    final TaskRecords records;
    private final String holder = chance();
    private final Map<String, TaskRun> running = new ConcurrentHashMap<>();
    private final Object telling = new Object();
    private Instant heard = Instant.EPOCH;

    TaskRuns(Desk desk, TaskRecords records) {
        this.desk = desk;
        this.records = records;
    }

    /// 192 bits, in characters that a header can carry.
    static String chance() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Makes a task of a call whose questions are settled, and lets it run. It is on disk when this returns.
    ///
    /// @return `CreateTaskResult`; empty when there are too many tasks and the tool can as well answer at once
    /// @throws Refused `TooMany`
    Optional<ObjectNode> begin(ToolRun.Job job) {
        var place = ToolRun.place(desk, job.who(), job.line());
        var spec = job.offer().spec;
        var answers = job.interview() instanceof Rounds rounds ? rounds.used() : Map.<String, JsonNode>of();
        var work = new TaskRun.Work(chance(), job.offer(), job.exchange(), job.arguments(), answers, job.who(), place);
        var now = desk.clock.instant();
        var begun = new Begun(work.id(), Occasion.who(job.exchange().caller()), job.exchange().endpoint().path(),
                spec.name(), kept(work), now, now.plus(spec.deadline()).plus(Limits.TASK_KEPT), holder,
                now.plus(Limits.TASK_LEASE));
        if (!started(work, () -> records.begin(begun, Limits.TASKS_PER_CALLER, Limits.TASKS))) {
            if (spec.tasks() == ToolSpec.TaskSupport.REQUIRED) {
                throw new Refused(new Refusal.TooMany("There are too many tasks: " + Limits.TASKS_PER_CALLER
                        + " of one caller are kept, and each for a while after it has ended. Try again later.",
                        Limits.TASK_KEPT.toSeconds()));
            }
            return Optional.empty();
        }
        job.line().goesOn();
        return Optional.of(TaskView.created(new TaskRecord(begun.id(), begun.owner(), begun.endpoint(), begun.tool(),
                Status.WORKING, "", millis(now), millis(now), millis(begun.expiresAt()), holder, begun.heldUntil(),
                begun.work(), Optional.empty(), List.of())));
    }

    /// As it comes back from the store.
    private static Instant millis(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }

    private interface Taking {
        boolean take();
    }

    /// Runs what could be taken, and leaves its place otherwise.
    private boolean started(TaskRun.Work work, Taking taking) {
        var taken = false;
        try {
            taken = taking.take();
        } finally {
            if (!taken) {
                work.place().leave();
            }
        }
        if (taken) {
            var run = new TaskRun(this, work, Limits.TASK_PATIENCE);
            running.put(run.id(), run);
            run.start();
        }
        return taken;
    }

    /// What a restart needs; nothing when the tool must not run twice.
    private static Optional<String> kept(TaskRun.Work work) {
        if (!work.offer().spec.repeatable()) {
            return Optional.empty();
        }
        var json = JsonNodeFactory.instance.objectNode();
        json.set("arguments", work.arguments());
        json.set("capabilities", work.exchange().capabilities());
        var answers = json.putObject("answers");
        work.answers().forEach(answers::set);
        return Optional.of(json.toString());
    }

    /// Lets a task go on whose process is gone, for its caller, who is here and proven; or ends it when it cannot.
    ///
    /// @return whether anything was done
    boolean takeUp(Projection projection, Exchange exchange, TaskRecord task) {
        if (!task.isOrphan(desk.clock.instant()) || running.containsKey(task.id())) {
            return false;
        }
        var offer = projection.tools.named(task.tool());
        var kept = task.work().map(work -> (ObjectNode) RequestStates.JSON.readTree(work));
        var arguments = kept.map(work -> (ObjectNode) work.path("arguments"));
        if (arguments.isEmpty() || offer.isEmpty() || !offer.get().spec.repeatable()
                || !offer.get().input.misfits(arguments.get()).isEmpty()) {
            lose(task);
            return true;
        }
        var line = new CallRecord(exchange, "tasks/resume", desk.clock.instant());
        var who = CallLimiter.who(exchange.caller(), exchange.peer());
        var place = desk.limiter.place(who, line.began());
        if (place.enter(line.began()) != null) {
            return false;                                         // the next poll finds it again
        }
        var answers = new LinkedHashMap<String, JsonNode>();
        kept.get().path("answers").properties().forEach(each -> answers.put(each.getKey(), each.getValue()));
        records.answers(task.id()).forEach((name, answer) -> answers.put(name, RequestStates.JSON.readTree(answer)));
        var then = new Exchange(exchange.caller(), exchange.endpoint(), exchange.revision(),
                (ObjectNode) kept.get().path("capabilities"), exchange.requestId(), exchange.peer(),
                Optional.empty(), Optional.empty(), exchange.traceparent(), Outlet.NONE);
        var work = new TaskRun.Work(task.id(), offer.get(), then, arguments.get(), answers, who, place);
        var now = desk.clock.instant();
        if (started(work, () -> records.take(task.id(), holder, now.plus(Limits.TASK_LEASE), now,
                now.plus(offer.get().spec.deadline()).plus(Limits.TASK_KEPT)))) {
            line.thing(task.tool());
            desk.note(line.event(now));
        }
        return true;
    }

    /// Ends a task that was cut off and must not run again.
    private void lose(TaskRecord task) {
        var now = desk.clock.instant();
        if (!running.containsKey(task.id()) && records.take(task.id(), holder,
                now.plus(Limits.TASK_LEASE), now, now)) {
            var sentence = "The server was restarted while the task ran, and the tool cannot be run twice. What it was "
                    + "to change may be changed in part: look, then call the tool again.";
            end(task.id(), TaskRun.failed(TaskView.error(-32603, sentence, null)));
            var owner = task.owner().split("\n", -1);
            desk.note(new AuditEvent(now, "", "tasks/end", "failed", owner[0].toLowerCase(Locale.ROOT),
                    owner[2], owner[1], "", task.endpoint(), task.tool(), "The server was restarted under it.", null,
                    Duration.between(task.createdAt(), now), "").because(Cause.CANCELLED));
        }
    }

    /// Ends a task of ours.
    ///
    /// @throws StoreOutage when it could not be stored
    void end(String id, Ending ending) {
        var now = desk.clock.instant();
        if (records.end(id, holder, ending, now, now.plus(Limits.TASK_KEPT))) {
            tell(id);
        }
    }

    /// Ends a task as its caller wants, wherever it runs; one that has ended stays as it ended.
    ///
    /// @return whether this ended it
    boolean cancel(String id, String message) {
        var now = desk.clock.instant();
        var ended = records.end(id, "", new Ending(Status.CANCELLED, message, Optional.empty()), now,
                now.plus(Limits.TASK_KEPT));
        if (ended) {
            var run = running.get(id);
            if (run != null) {
                run.stop("The client cancelled the task.");
            }
            tell(id);
        }
        return ended;
    }

    /// Null when it does not run in this process.
    TaskRun run(String id) {
        return running.get(id);
    }

    /// The run is over, and the store knows.
    void over(TaskRun run) {
        running.remove(run.id(), run);
    }

    boolean ask(String id, Map<String, String> questions, Duration deadline) {
        var now = desk.clock.instant();
        var keep = now.plus(Limits.TASK_PATIENCE).plus(deadline).plus(Limits.TASK_KEPT);
        var asked = records.ask(id, holder, questions, now, keep);
        tell(id);
        return asked;
    }

    void withdraw(String id) {
        records.withdraw(id, desk.clock.instant());
        tell(id);
    }

    void say(String id, String message, Instant now) {
        records.say(id, holder, message, now);
        tell(id);
    }

    /// Answers have come by this process.
    void answered(String id) {
        var run = running.get(id);
        if (run != null) {
            run.answered();
        }
        tell(id);
    }

    /// Tells whoever listens how a task stands. One after the other, so that nobody hears of an older state last.
    private void tell(String id) {
        if (desk.changes.listeners() == 0) {
            return;
        }
        tell(id, desk.changes::publish);
    }

    private void tell(String id, Consumer<Changes.Change> listener) {
        try {
            synchronized (telling) {
                records.find(id, desk.clock.instant()).ifPresent(task -> listener.accept(change(task)));
            }
        } catch (StoreOutage outage) {
            LOG.warn("A change of a task is not told, because the store is down.", outage);
        }
    }

    private static Changes.Change.OfTask change(TaskRecord task) {
        return new Changes.Change.OfTask(task.endpoint(), task.owner(), task.id(), TaskView.detailed(task));
    }

    /// Tells one subscription how its tasks stand now: what changed before it began is not missed.
    void tellNow(Subscription subscription, Set<String> ids) {
        ids.forEach(id -> tell(id, subscription::hear));
    }

    /// Says that this process lives, ends what cannot go on, tells what other processes changed, and deletes what has
    /// expired.
    void tend() {
        var now = desk.clock.instant();
        var runs = List.copyOf(running.values());
        if (!runs.isEmpty()) {
            var held = Set.copyOf(records.hold(holder, now.plus(Limits.TASK_LEASE)));
            for (var run : runs) {
                tend(run, held.contains(run.id()));
            }
        }
        records.lost(now).forEach(this::lose);
        if (desk.changes.listeners() > 0) {
            records.changedByOthers(holder, heard, now).forEach(task -> tell(task.id()));
        }
        heard = now;
        records.sweep(now);
    }

    private void tend(TaskRun run, boolean held) {
        if (run.isOwed()) {
            run.write();
            if (!run.isOwed()) {
                over(run);
            }
        } else if (held) {
            run.flush();
        } else {
            run.stop("The task was ended by another process, or taken by it.");
            tell(run.id());
        }
    }

    /// Tends from now on.
    ///
    /// @return stops all tasks of this process, and lets others have them at once
    AutoCloseable tending() {
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("tasks").factory());
        schedule.scheduleWithFixedDelay(this::tendQuietly, 0, Limits.TASK_TEND.toMillis(), TimeUnit.MILLISECONDS);
        return () -> {
            schedule.shutdownNow();
            schedule.awaitTermination(Limits.TASK_TEND.toMillis(), TimeUnit.MILLISECONDS);
            leave();
        };
    }

    private void tendQuietly() {
        try {
            tend();
        } catch (RuntimeException e) {
            LOG.warn("Looking after tasks failed; it is tried again.", e);
        }
    }

    /// Stops the tasks of this process without ending them.
    void leave() {
        var left = List.copyOf(running.values());
        left.forEach(run -> run.stop("The server is shut down."));
        left.forEach(TaskRun::await);
        records.release(holder, desk.clock.instant());
    }
}
