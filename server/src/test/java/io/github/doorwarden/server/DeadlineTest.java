package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeadlineTest {

    private static final Instant BEGAN = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void aPauseMovesTheEnd_AndHasAnEndOfItsOwn() {
        var deadline = new Deadline(BEGAN, Duration.ofSeconds(5));
        assertEquals(BEGAN.plusSeconds(5), deadline.instant());
        assertTrue(deadline.remainingNanos() <= Duration.ofSeconds(5).toNanos());
        deadline.pause(Duration.ofMinutes(10));
        assertTrue(deadline.paused());
        assertTrue(deadline.remainingNanos() > Duration.ofMinutes(9).toNanos());
        deadline.pause(Duration.ofMinutes(20));
        assertTrue(deadline.remainingNanos() > Duration.ofMinutes(19).toNanos(), "the longer of two");
        deadline.resume();
        assertTrue(deadline.paused(), "the other still waits");
        deadline.resume();
        assertFalse(deadline.paused());
        assertTrue(deadline.instant().isAfter(BEGAN.plusSeconds(5)));
        assertTrue(deadline.remainingNanos() <= Duration.ofSeconds(5).toNanos());
        assertTrue(deadline.remainingNanos() > 0);
    }
}
