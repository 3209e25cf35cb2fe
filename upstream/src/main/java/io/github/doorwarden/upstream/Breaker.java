package io.github.doorwarden.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Spares a backend that has failed several times in a row, and the callers their waiting: for a while nothing is sent,
/// then one call tries, and its outcome decides. The while doubles with each failed try. Safe for use by many threads.
final class Breaker {

    private final LongSupplier nanos;
    private int failures;
    private int tries;
    private boolean open;
    private boolean trying;
    private long until;

    /// @param nanos a clock that only goes forward, like [System#nanoTime]
    Breaker(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// What a call is told before it is made.
    ///
    /// @param spared how long nothing is sent yet; empty: the call may be made
    /// @param tries  it is the one whose outcome decides whether others may be made
    record Pass(Optional<Duration> spared, boolean tries) {}

    /// Whoever may pass must tell the outcome once, by [#succeeded], [#failed] or [#gaveUp], and show this pass.
    synchronized Pass pass() {
        if (!open) {
            return new Pass(Optional.empty(), false);
        }
        var left = until - nanos.getAsLong();
        if (left > 0 || trying) {
            return new Pass(Optional.of(Duration.ofNanos(Math.max(left, 0))), false);
        }
        trying = true;
        return new Pass(Optional.empty(), true);
    }

    synchronized void succeeded(Pass pass) {
        if (decides(pass)) {
            failures = 0;
            tries = 0;
            open = false;
            trying = false;
        }
    }

    synchronized void failed(Pass pass) {
        if (!decides(pass)) {
            return;
        }
        failures++;
        if (pass.tries || failures >= Limits.BREAKER_FAILURES) {
            var pause = Limits.BREAKER_PAUSE.multipliedBy(1L << Math.min(tries, 10));
            tries++;
            open = true;
            trying = false;
            until = nanos.getAsLong() + (pause.compareTo(Limits.BREAKER_PAUSE_MAX) < 0 ? pause
                    : Limits.BREAKER_PAUSE_MAX).toNanos();
        }
    }

    /// The call ended without telling anything about the backend, for example because its caller left.
    synchronized void gaveUp(Pass pass) {
        if (pass.tries) {
            trying = false;
        }
    }

    /// Calls that began before it opened say nothing of how the backend is now.
    private boolean decides(Pass pass) {
        return !open || pass.tries;
    }

    synchronized boolean isOpen() {
        return open;
    }
}
