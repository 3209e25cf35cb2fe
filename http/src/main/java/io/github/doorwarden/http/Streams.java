package io.github.doorwarden.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// All event streams of one server that are open or wait for its end: how many may rest, the heartbeat, the goodbye.
/// Safe for all threads.
final class Streams {

    private final Set<EventStream> live = ConcurrentHashMap.newKeySet();
    private final Semaphore rest;
    private final Runnable onRest;
    private final long writeNanos;
    private final long silenceNanos;
    private volatile boolean draining;

    /// @param onRest told for each stream that is no longer a call
    Streams(Limits limits, Runnable onRest) {
        this.onRest = onRest;
        rest = new Semaphore(limits.restingStreams());
        writeNanos = limits.writeDeadline().toNanos();
        silenceNanos = limits.heartbeat().toNanos();
    }

    long writeNanos() {
        return writeNanos;
    }

    long silenceNanos() {
        return silenceNanos;
    }

    void add(EventStream stream) {
        live.add(stream);
    }

    /// False when too many rest.
    boolean rest() {
        if (!rest.tryAcquire()) {
            return false;
        }
        onRest.run();
        return true;
    }

    void remove(EventStream stream) {
        live.remove(stream);
        if (stream.isResting()) {
            rest.release();
        }
    }

    /// One pass over all: those that were silent for long get a comment.
    void beat() {
        for (var stream : live) {
            stream.beat(System.nanoTime());
        }
    }

    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
        live.forEach(EventStream::drain);
    }

    /// Cuts those that rest, because they have had time for their goodbye; all of them when nothing is waited for any
    /// more.
    void cut(boolean all) {
        for (var stream : live) {
            if (all || stream.isResting()) {
                stream.cut();
            }
        }
    }
}
