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

    /// Whoever may pass must tell the outcome, by [#succeeded], [#failed] or [#gaveUp].
    ///
    /// @return how long nothing is sent yet; empty: the call may be made
    synchronized Optional<Duration> pass() {
        if (!open) {
            return Optional.empty();
        }
        var left = until - nanos.getAsLong();
        if (left > 0 || trying) {
            return Optional.of(Duration.ofNanos(Math.max(left, 0)));
        }
        trying = true;
        return Optional.empty();
    }

    synchronized void succeeded() {
        failures = 0;
        tries = 0;
        open = false;
        trying = false;
    }

    synchronized void failed() {
        failures++;
        if (trying || !open && failures >= Limits.BREAKER_FAILURES) {
            var pause = Limits.BREAKER_PAUSE.multipliedBy(1L << Math.min(tries, 10));
            tries++;
            open = true;
            trying = false;
            until = nanos.getAsLong() + (pause.compareTo(Limits.BREAKER_PAUSE_MAX) < 0 ? pause
                    : Limits.BREAKER_PAUSE_MAX).toNanos();
        }
    }

    /// The call ended without telling anything about the backend, for example because its caller left.
    synchronized void gaveUp() {
        trying = false;
    }

    synchronized boolean isOpen() {
        return open;
    }
}
