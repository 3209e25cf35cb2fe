package io.github.doorwarden.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Stands still until a test moves it.
final class SetClock implements InstantSource {

    private volatile Instant now = Instant.parse("2026-11-20T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
