package io.github.doorwarden.transport;

import io.github.doorwarden.protocol.Id;
import io.github.doorwarden.protocol.JsonRpc;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/// The requests of one channel that run now, by their ids. Safe for use by many threads.
final class Errands {

    private final LineChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    private final Map<Id, Errand> running = new LinkedHashMap<>();
    private final Map<Id, Errand> resting = new LinkedHashMap<>();
    private boolean finishing;

    Errands(LineChannel channel) {
        this.channel = channel;
    }

    /// Empty when too many run, or when the end has come.
    ///
    /// @throws Refused when the id belongs to a request that runs: an answer with it would be taken for that one's
    ///                 (JSON-RPC 2.0 §4)
    Optional<Errand> begin(Id id, Optional<BatchAnswers> batch) {
        lock.lock();
        try {
            if (isTaken(running.get(id)) || isTaken(resting.get(id))) {
                throw new Refused(new Refusal.NotAMessage("The id of this request belongs to another one that still "
                        + "runs, so it was not carried out. Give each request an id of its own."));
            }
            if (finishing || running.size() + resting.size() >= Limits.STDIO_REQUESTS) {
                return Optional.empty();
            }
            var errand = new Errand(id, channel, batch);
            running.put(id, errand);
            return Optional.of(errand);
        } finally {
            lock.unlock();
        }
    }

    /// Its thread may not have left yet when the client has read its answer.
    private static boolean isTaken(Errand errand) {
        return errand != null && !errand.isAnswered();
    }

    /// Marks one that waits for changes: it does not hold up the end.
    ///
    /// @param end lets it come to its end
    void rests(Errand errand, Runnable end) {
        lock.lock();
        try {
            running.remove(errand.id());
            resting.put(errand.id(), errand);
            fewer.signalAll();
        } finally {
            lock.unlock();
        }
        errand.onEnd(end);
        if (finishing()) {
            errand.end();
        }
    }

    private boolean finishing() {
        lock.lock();
        try {
            return finishing;
        } finally {
            lock.unlock();
        }
    }

    void end(Errand errand) {
        lock.lock();
        try {
            running.remove(errand.id(), errand);
            resting.remove(errand.id(), errand);
            fewer.signalAll();
        } finally {
            lock.unlock();
        }
        errand.done();
    }

    /// What comes too late, or names nothing, is ignored (MCP, Cancellation, Error handling).
    ///
    /// @return whether such a request ran
    boolean cancel(JsonNode id) {
        var errand = JsonRpc.idIn(id).map(this::named).orElse(null);
        if (errand == null) {
            return false;
        }
        errand.cancel();
        return true;
    }

    private Errand named(Id id) {
        lock.lock();
        try {
            var errand = running.get(id);
            return errand == null ? resting.get(id) : errand;
        } finally {
            lock.unlock();
        }
    }

    /// Ends them all: subscriptions at once, calls when they are done or when their time is over.
    void finish() {
        List<Errand> waiting;
        lock.lock();
        try {
            finishing = true;
            waiting = List.copyOf(resting.values());
        } finally {
            lock.unlock();
        }
        waiting.forEach(Errand::end);
        if (!isEmptyWithin(Limits.STDIO_FINISH)) {
            all().forEach(Errand::end);
            isEmptyWithin(Limits.STDIO_STOP);
        }
    }

    private List<Errand> all() {
        lock.lock();
        try {
            return List.copyOf(running.values());
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmptyWithin(Duration most) {
        lock.lock();
        try {
            var left = most.toNanos();
            while (!(running.isEmpty() && resting.isEmpty()) && left > 0) {
                left = fewer.awaitNanos(left);
            }
            return left > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
