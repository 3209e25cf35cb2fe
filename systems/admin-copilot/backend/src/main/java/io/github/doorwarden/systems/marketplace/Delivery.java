package io.github.doorwarden.systems.marketplace;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Brings claimed invitations to the post, one after the other, each with its own state in the database: `pending`,
/// `sending`, then `sent` or `failed`. What a dead process left behind goes on at the next start. A recipient whose
/// state was `sending` when the process died may get the letter again, with the same Message-ID; every other gets it
/// once.
final class Delivery implements AutoCloseable {

    private record Due(String id, String email, int attempts, Batch batch) {}

    private final Database database;
    private final Mail mail;
    private final String from;
    private final InstantSource clock;
    private final EventLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    private final Thread worker;
    private boolean woken = true;
    private boolean closed;

    Delivery(Database database, Mail mail, String from, InstantSource clock, EventLog log) {
        this.database = database;
        this.mail = mail;
        this.from = from;
        this.clock = clock;
        this.log = log;
        this.worker = Thread.ofVirtual().name("delivery").unstarted(this::run);
    }

    void start() {
        worker.start();
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

    /// Waits until every letter of the batch was tried once, [Limits#SEND_WAIT] at most.
    void await(String batch) {
        wake();
        var left = Limits.SEND_WAIT.toNanos();
        lock.lock();
        try {
            while (left > 0 && !closed && untried(batch) > 0) {
                left = progress.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private long untried(String batch) {
        return database.read(db ->
                db.number("SELECT count(*) FROM invitation WHERE batch = ? AND (delivery = 'sending' "
                + "OR delivery = 'pending' AND error IS NULL)", batch));
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
                log.error("delivery_interrupted", Map.of(), broken);
                if (!pause(Optional.of(Limits.RETRY_FIRST))) {
                    return;
                }
            }
        }
    }

    private void resume() {
        database.write(db ->
                db.update("UPDATE invitation SET delivery = 'pending', next_attempt = ? WHERE delivery = 'sending'",
                clock.instant()));
    }

    private void drain() {
        for (var due = next(); due.isPresent() && !isClosed(); due = next()) {
            deliver(due.get());
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
        return database.read(db ->
                db.first("SELECT i.id, i.email, i.attempts, p.content FROM invitation i JOIN preview p ON p.batch = "
                        + "i.batch "
                + "WHERE i.delivery = 'pending' AND i.next_attempt <= ? ORDER BY i.next_attempt, i.rowid LIMIT 1",
                row -> new Due(row.getString(1),
                row.getString(2), row.getInt(3), Json.MAPPER.readValue(row.getString(4), Batch.class)),
                clock.instant()));
    }

    private void deliver(Due due) {
        database.note(db ->
                db.update("UPDATE invitation SET delivery = 'sending', attempts = attempts + 1 WHERE id = ?", due.id));
        try {
            mail.send(new Mail.Letter(due.id, from, due.email, due.batch.subject(), due.batch.text(due.id),
                    clock.instant()));
            settle(due.id, "sent", null, null);
        } catch (Mail.Undeliverable refused) {
            log.warn("invitation_undeliverable", Map.of("reason", refused.getMessage(), "attempt", due.attempts + 1));
            if (refused.forGood || due.attempts + 1 >= Limits.DELIVERY_ATTEMPTS) {
                settle(due.id, "failed", null, refused.getMessage());
            } else {
                settle(due.id, "pending", retryAt(due.attempts), refused.getMessage());
            }
        } catch (Mail.Closed outage) {
            log.warn("mail_unavailable", Map.of("reason", outage.getMessage(), "attempt", due.attempts + 1));
            postpone(due, outage.getMessage());
        }
    }

    private void settle(String id, String state, Instant next, String error) {
        database.write(db -> db.update("UPDATE invitation SET delivery = ?, next_attempt = ?, error = ? WHERE id = ?",
                state, next, error, id));
    }

    /// The server is down for all, so all wait together instead of running into the same time-out one by one.
    private void postpone(Due due, String error) {
        var gaveUp = due.attempts + 1 >= Limits.DELIVERY_ATTEMPTS;
        var next = retryAt(due.attempts);
        database.write(db -> {
            db.update("UPDATE invitation SET delivery = ?, error = ? WHERE id = ?", gaveUp ? "failed" : "pending",
                    error, due.id);
            return db.update(
                    "UPDATE invitation SET next_attempt = max(next_attempt, ?), error = ? WHERE delivery = 'pending'",
                    next, error);
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
        var next = database.read(db ->
                db.first("SELECT min(next_attempt) AS at FROM invitation WHERE delivery = 'pending'",
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
