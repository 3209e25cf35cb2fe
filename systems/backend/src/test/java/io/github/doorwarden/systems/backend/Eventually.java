package io.github.doorwarden.systems.backend;

import io.github.doorwarden.tidy.Polling;
import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for what another thread is about to do.
public final class Eventually {

    private Eventually() {}

    /// Whether the condition holds within ten seconds.
    public static boolean holds(Callable<Boolean> condition) throws Exception {
        var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Polling.pause();
        }
        return true;
    }
}
