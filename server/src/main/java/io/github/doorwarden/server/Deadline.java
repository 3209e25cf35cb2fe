package io.github.doorwarden.server;

import java.time.Duration;
import java.time.Instant;

/// How long a call may still run. The clock stands still while the client is being asked: a person may take longer to
/// read a question than a tool may take to answer. Safe for use by many threads.
final class Deadline {

    private final Instant began;
    private final Duration allowed;
    private long endNanos;
    private long pausedNanos;
    private long pausedAt;
    private long pausedUntil;
    private int pauses;

    Deadline(Instant began, Duration allowed) {
        this.began = began;
        this.allowed = allowed;
        this.endNanos = System.nanoTime() + allowed.toNanos();
    }

    /// By the clock that `began` came from.
    synchronized Instant instant() {
        return began.plus(allowed).plusNanos(pausedNanos);
    }

    /// What is left; nothing or less when it is over. During a pause, what is left of the pause.
    synchronized long remainingNanos() {
        return (pauses > 0 ? pausedUntil : endNanos) - System.nanoTime();
    }

    synchronized boolean paused() {
        return pauses > 0;
    }

    synchronized void pause(Duration most) {
        var now = System.nanoTime();
        if (pauses++ == 0) {
            pausedAt = now;
            pausedUntil = now + most.toNanos();
        } else {
            pausedUntil = Math.max(pausedUntil, now + most.toNanos());
        }
    }

    synchronized void resume() {
        if (--pauses == 0) {
            var pause = System.nanoTime() - pausedAt;
            pausedNanos += pause;
            endNanos += pause;
        }
    }
}
