package io.github.doorwarden.authserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.authserver.LoginThrottle.Try;
import io.github.doorwarden.tidy.Covers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private final HandClock clock = new HandClock();

    @Test
    @Covers("T17")
    void theSixthTryWaitsAndEachFurtherOneTwiceAsLong() {
        var throttle = new Throttle(BrowserLimits.TRIES_PER_PLACE, clock);
        for (var i = 0; i < 5; i++) {
            assertEquals(Optional.empty(), throttle.enter("ada"));
        }
        var expected = Duration.ofSeconds(2);
        for (var i = 0; i < 12; i++) {
            assertEquals(Optional.of(expected), throttle.enter("ada"));
            assertEquals(Optional.of(expected), throttle.enter("ada"), "a refused try prolongs nothing");
            assertEquals(Optional.empty(), throttle.enter("eve"), "others do not wait");
            throttle.forget("eve");
            clock.turn(expected);
            assertEquals(Optional.empty(), throttle.enter("ada"));
            expected = expected.multipliedBy(2).compareTo(Duration.ofMinutes(15)) < 0 ? expected.multipliedBy(2)
                    : Duration.ofMinutes(15);
        }
        clock.turn(Duration.ofHours(2));
        for (var i = 0; i < 5; i++) {
            assertEquals(Optional.empty(), throttle.enter("ada"), "all is forgotten");
        }
    }

    @Test
    @Covers("T17")
    void aHundredAtOnceAreNoCheaperThanAHundredInARow() throws Exception {
        var throttle = new Throttle(BrowserLimits.TRIES_PER_PLACE, clock);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tries = IntStream.range(0, 100).mapToObj(i -> threads.submit(() -> throttle.enter("ada").isEmpty()))
                    .toList();
            var passed = 0;
            for (var one : tries) {
                passed += one.get() ? 1 : 0;
            }
            assertEquals(5, passed);
        }
    }

    @Test
    void whatWasTakenBackDoesNotCount() {
        var throttle = new Throttle(BrowserLimits.TRIES_PER_PLACE, clock);
        for (var i = 0; i < 50; i++) {
            assertEquals(Optional.empty(), throttle.enter("ada"));
            throttle.refund("ada");
        }
    }

    @Test
    @Covers("T17")
    void guessingElsewhereDoesNotKeepThePersonOut() {
        var throttle = new LoginThrottle(clock);
        for (var i = 0; i < 500; i++) {
            throttle.enter(new Try("ada@example.org", "203.0.113." + i % 250, "attacker", true));
        }
        assertTrue(throttle.enter(new Try("ada@example.org", "198.51.100.7", "new device", true)).orElseThrow()
                .compareTo(Duration.ofSeconds(10)) <= 0);
        assertEquals(Optional.empty(), throttle.enter(new Try("ada@example.org", "203.0.113.1", "her laptop", false)));
    }

    @Test
    @Covers("T17")
    void onePeerCannotTryManyAccounts() {
        var throttle = new LoginThrottle(clock);
        var passed = IntStream.range(0, 200).filter(i -> throttle.enter(new Try("p" + i, "203.0.113.9", "b", true))
                .isEmpty()).count();
        assertEquals(40, passed);
        assertEquals(Optional.empty(), throttle.enter(new Try("p1", "203.0.113.10", "b", true)));
    }

    @Test
    void beingRightClearsThePlace() {
        var throttle = new LoginThrottle(clock);
        var attempt = new Try("ada@example.org", "198.51.100.7", "b", true);
        for (var i = 0; i < 60; i++) {
            assertEquals(Optional.empty(), throttle.enter(attempt));
            throttle.right(attempt);
        }
    }
}
