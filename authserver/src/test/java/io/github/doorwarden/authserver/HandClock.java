package io.github.doorwarden.authserver;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until a test turns it.
final class HandClock implements InstantSource {

    private volatile Instant now = Instant.parse("2026-09-30T10:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void turn(Duration by) {
        now = now.plus(by);
    }
}
