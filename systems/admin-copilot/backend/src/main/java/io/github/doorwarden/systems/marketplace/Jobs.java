package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.EventLog;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The job queue: work whose state is in the database, done one after the other by one thread. A job is added in the
/// transaction that decides on it, so it is there with its reason or not at all. What fails is tried again after a
/// pause that doubles, then kept as failed. What a dead process left behind goes on at the next start: a letter that
/// was being handed over at that very moment may arrive twice, with the same Message-ID; every other arrives once.
/// Safe for use by many threads.
final class Jobs implements AutoCloseable {

    enum State {
        QUEUED, RUNNING, DONE, FAILED;

        final String code = name().toLowerCase(java.util.Locale.ROOT);
    }

    private record Due(long id, Task task, String subject, int attempts) {}

    private final Database database;
    private final Mail mail;
    private final Map<String, Task> tasks;
    private final InstantSource clock;
    private final EventLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    private final Thread worker;
    private boolean woken = true;
    private boolean closed;

    Jobs(Database database, Mail mail, List<Task> tasks, InstantSource clock, EventLog log) {
        this.database = database;
        this.mail = mail;
        this.tasks = tasks.stream().collect(Collectors.toUnmodifiableMap(Task::kind, Function.identity()));
        this.clock = clock;
        this.log = log;
        this.worker = Thread.ofVirtual().name("jobs").unstarted(this::run);
    }

    void start() {
        worker.start();
    }

    /// Adds one job, inside the caller's transaction. Whoever adds wakes the queue once that is committed.
    ///
    /// @param batch those that are awaited together; null for none
    static void add(Database.Session db, String kind, String subject, String batch, Instant now) throws SQLException {
        db.update("INSERT INTO job (kind, subject, batch, state, created_at, next_attempt) VALUES (?, ?, ?, 'queued', "
                + "?, ?)", kind, subject, batch, now, now);
    }

    /// A failed job from the beginning, inside the caller's transaction.
    void again(Database.Session db, String kind, String subject, Instant now) throws SQLException {
        settle(db, tasks.get(kind), subject, State.QUEUED, now, null);
        db.update("UPDATE job SET attempts = 0 WHERE kind = ? AND subject = ?", kind, subject);
    }

    /// Why a failed job cannot begin again.
    Optional<String> obstacle(Database.Session db, String kind, String subject, Instant now) throws SQLException {
        return tasks.get(kind).obstacle(db, subject, now);
    }

    /// Looks for work now; for those who know that there is some.
    void wake() {
        lock.lock();
        try {
            woken = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until every job of the batch was tried once, [Limits#SEND_WAIT] at most.
    void await(String batch) {
        awaitTried("batch = ?", batch);
    }

    /// The same for one job.
    void await(long id) {
        awaitTried("id = ?", id);
    }

    private void awaitTried(String which, Object value) {
        wake();
        var left = Limits.SEND_WAIT.toNanos();
        lock.lock();
        try {
            while (left > 0 && !closed && untried(which, value) > 0) {
                left = progress.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private long untried(String which, Object value) {
        return database.read(db -> db.number("SELECT count(*) FROM job WHERE " + which + " AND (state = 'running' OR "
                + "state = 'queued' AND error IS NULL)", value));
    }

    private void run() {
        while (true) {
            try {
                resume();
                while (pause(Optional.empty())) {
                    drain();
                }
                return;
            } catch (RuntimeException broken) {
                log.error("jobs_interrupted", Map.of(), broken);
                if (!pause(Optional.of(Limits.RETRY_FIRST))) {
                    return;
                }
            }
        }
    }

    private void resume() {
        database.write(db -> {
            for (var left : db.query("SELECT kind, subject, error FROM job WHERE state = 'running'",
                    row -> new String[] {row.getString(1), row.getString(2), row.getString(3)})) {
                settle(db, tasks.get(left[0]), left[1], State.QUEUED, clock.instant(), left[2]);
            }
            return db.update("DELETE FROM job WHERE state = 'done' AND finished_at < ?",
                    clock.instant().minus(Limits.FORGET_JOBS_AFTER));
        });
    }

    private void drain() {
        for (var due = next(); due.isPresent() && !isClosed(); due = next()) {
            perform(due.get());
            lock.lock();
            try {
                progress.signalAll();
            } finally {
                lock.unlock();
            }
        }
        mail.close();
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Due> next() {
        return database.read(db -> db.first("SELECT id, kind, subject, attempts FROM job WHERE state = 'queued' AND "
                + "next_attempt <= ? ORDER BY next_attempt, id LIMIT 1", row -> new Due(row.getLong(1),
                tasks.get(row.getString(2)), row.getString(3), row.getInt(4)), clock.instant()));
    }

    private void perform(Due due) {
        var letter = database.note(db -> {
            db.update("UPDATE job SET attempts = attempts + 1, started_at = ? WHERE id = ?", clock.instant(), due.id);
            settle(db, due.task, due.subject, State.RUNNING, null, null);
            return due.task.letter(db, due.subject, clock.instant());
        });
        try {
            mail.send(letter);
            settle(due, State.DONE, null, null);
        } catch (Mail.Undeliverable refused) {
            log.warn("job_failed", Map.of("kind", due.task.kind(), "reason", refused.getMessage(), "attempt",
                    due.attempts + 1));
            if (refused.forGood || due.attempts + 1 >= Limits.DELIVERY_ATTEMPTS) {
                settle(due, State.FAILED, null, refused.getMessage());
            } else {
                settle(due, State.QUEUED, retryAt(due.attempts), refused.getMessage());
            }
        } catch (Mail.Closed outage) {
            log.warn("mail_unavailable", Map.of("reason", outage.getMessage(), "attempt", due.attempts + 1));
            postpone(due, outage.getMessage());
        }
    }

    private void settle(Due due, State state, Instant next, String error) {
        database.write(db -> {
            settle(db, due.task, due.subject, state, next, error);
            return null;
        });
    }

    private void settle(Database.Session db, Task task, String subject, State state, Instant next, String error)
            throws SQLException {
        var finished = state == State.DONE || state == State.FAILED ? clock.instant() : null;
        db.update("UPDATE job SET state = ?, next_attempt = ?, finished_at = ?, error = ? WHERE kind = ? AND subject = "
                + "?", state.code, next, finished, error, task.kind(), subject);
        task.changed(db, subject, state, error);
    }

    /// The server is down for all, so all wait together instead of running into the same time-out one by one.
    private void postpone(Due due, String error) {
        var gaveUp = due.attempts + 1 >= Limits.DELIVERY_ATTEMPTS;
        var next = retryAt(due.attempts);
        database.write(db -> {
            settle(db, due.task, due.subject, gaveUp ? State.FAILED : State.QUEUED, gaveUp ? null : next, error);
            for (var other : db.query("SELECT kind, subject FROM job WHERE state = 'queued'",
                    row -> new String[] {row.getString(1), row.getString(2)})) {
                db.update("UPDATE job SET next_attempt = max(next_attempt, ?), error = ? WHERE kind = ? AND subject = "
                        + "?", next, error, other[0], other[1]);
                tasks.get(other[0]).changed(db, other[1], State.QUEUED, error);
            }
            return null;
        });
    }

    private Instant retryAt(int attempts) {
        return clock.instant().plus(Limits.RETRY_FIRST.multipliedBy(1L << Math.min(attempts, 10)));
    }

    /// Sleeps until there is, or may be, something to do; false when it is time to stop.
    private boolean pause(Optional<Duration> fixed) {
        lock.lock();
        try {
            if (fixed.isEmpty() && !woken) {
                work.awaitNanos(untilNext().toNanos());
            } else if (fixed.isPresent() && !closed) {
                work.await(fixed.get().toMillis(), TimeUnit.MILLISECONDS);
            }
            woken = false;
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Duration untilNext() {
        var next = database.read(db -> db.first("SELECT min(next_attempt) AS at FROM job WHERE state = 'queued'",
                row -> Optional.ofNullable(Database.time(row, "at")))).flatMap(at -> at);
        return next.map(at -> Duration.between(clock.instant(), at)).filter(d -> d.compareTo(Limits.RETRY_FIRST) < 0)
                .map(d -> d.isNegative() ? Duration.ZERO : d).orElse(Limits.RETRY_FIRST);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            worker.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
