package io.github.doorwarden.tidy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// For tests that look again and again whether another thread or process has done something, because nothing tells
/// them.
public final class Polling {

    private static final long PAUSE = Duration.ofMillis(2).toNanos();

    private Polling() {}

    /// Leaves the processor, for two milliseconds, to what is waited for.
    public static void pause() {
        LockSupport.parkNanos(PAUSE);
    }
}
