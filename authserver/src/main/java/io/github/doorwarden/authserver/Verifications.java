package io.github.doorwarden.authserver;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/// Turns at checking signatures that strangers send. That is pure computing, and virtual threads are not time-sliced:
/// without turns a flood of assertions would starve every other request. Safe for use by many threads.
final class Verifications {

    private final Semaphore turns;

    /// @param atOnce how many are checked at the same time
    Verifications(int atOnce) {
        this.turns = new Semaphore(atOnce);
    }

    /// As many at once as access tokens.
    static Verifications usual() {
        return new Verifications(io.github.doorwarden.identity.Limits.STANDARD.verificationsAtOnce());
    }

    /// Waits for a turn.
    ///
    /// @param check computes alone: whoever waited for something else here would keep the others waiting too
    boolean inTurn(BooleanSupplier check) {
        turns.acquireUninterruptibly();
        try {
            return check.getAsBoolean();
        } finally {
            turns.release();
        }
    }

    /// How many wait for their turn.
    int waiting() {
        return turns.getQueueLength();
    }
}
