package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.TestCallers;
import io.github.doorwarden.protocol.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CallLimiterTest {

    private static final Instant NOW = Instant.parse("2026-07-28T12:00:00Z");

    private final CallLimiter limiter = new CallLimiter(new CallLimits(60, 10, 2));

    private static long retryAfter(CallLimiter.TooMany tooMany) {
        return ((Refusal.TooMany) tooMany.refused().why()).retryAfterSeconds();
    }

    @Test
    void aMinutesWorthMayComeAtOnce_ThenOnePerInterval_AndTheWaitIsSaid() {
        for (var i = 0; i < 60; i++) {
            assertNull(limiter.take("a", NOW), "call " + i);
        }
        assertEquals(1, retryAfter(limiter.take("a", NOW)));
        assertNull(limiter.take("b", NOW), "another caller has an allowance of its own");
        assertNull(limiter.take("a", NOW.plusSeconds(1)));
        assertNotNull(limiter.take("a", NOW.plusSeconds(1)));
    }

    @Test
    void aToolHasAnAllowanceOfItsOwn() {
        for (var i = 0; i < 10; i++) {
            assertNull(limiter.take("a", "one", NOW));
        }
        assertEquals(6, retryAfter(limiter.take("a", "one", NOW)));
        assertNull(limiter.take("a", "two", NOW));
    }

    @Test
    void aClockThatIsPutBackLocksNobodyOutForLong() {
        for (var i = 0; i < 60; i++) {
            limiter.take("a", NOW);
        }
        var back = NOW.minus(Duration.ofDays(1));
        assertEquals(1, retryAfter(limiter.take("a", back)));
        assertNull(limiter.take("a", back.plusSeconds(1)));
    }

    @Test
    void noMoreAreGrantedThanAllowed_ByAHundredThreads() throws Exception {
        var granted = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 1000; i++) {
                threads.submit(() -> limiter.take("a", NOW) == null ? granted.incrementAndGet() : 0);
            }
        }
        assertEquals(60, granted.get());
    }

    @Test
    void runningCallsAreCounted_UntilTheyLeave() {
        var first = limiter.place("a", NOW);
        var second = limiter.place("a", NOW);
        assertNull(first.enter(NOW));
        assertNull(second.enter(NOW));
        assertNotNull(limiter.place("a", NOW).enter(NOW));
        first.leave();
        assertNull(limiter.place("a", NOW).enter(NOW));
    }

    @Test
    void oneRefusalInAMinuteIsWorthALine_WithTheNumberOfTheOthers() {
        for (var i = 0; i < 10; i++) {
            limiter.take("a", "one", NOW);
        }
        assertEquals(1, limiter.take("a", "one", NOW).untold());
        assertEquals(0, limiter.take("a", "one", NOW).untold());
        assertEquals(0, limiter.take("a", "one", NOW.plusMillis(10)).untold());
        for (var i = 0; i < 10; i++) {
            assertNull(limiter.take("a", "one", NOW.plusSeconds(70)));
        }
        assertEquals(3, limiter.take("a", "one", NOW.plusSeconds(70)).untold());
    }

    @Test
    void aCrowdOfAddressesCostsNoMoreMemoryThanAllowed_AndGetsOneAllowance() {
        for (var i = 0; i < Limits.LIMITED_KEYS; i++) {
            assertNull(limiter.take("at " + i, NOW));
        }
        var granted = 0;
        for (var i = 0; i < 1000; i++) {
            granted += limiter.take("at new " + i, NOW) == null ? 1 : 0;
        }
        assertEquals(60, granted);
        assertTrue(limiter.size() <= Limits.LIMITED_KEYS);
        assertNull(limiter.take("at last", NOW.plusSeconds(120)));
        assertTrue(limiter.size() < 10, "who has been quiet is forgotten");
    }

    @Test
    void whoIsCounted() {
        assertEquals(CallLimiter.who(TestCallers.user("u"), "1.2.3.4"), CallLimiter.who(TestCallers.user("u"),
                "5.6.7.8"));
        assertNotEquals(CallLimiter.who(TestCallers.user("c"), ""), CallLimiter.who(TestCallers.service("c"), ""));
        var anonymous = Caller.anonymous();
        assertNotEquals(CallLimiter.who(anonymous, "1.2.3.4"), CallLimiter.who(anonymous, "1.2.3.5"));
        assertEquals(CallLimiter.who(anonymous, "2001:db8:1:2::1"), CallLimiter.who(anonymous, "2001:db8:1:2:ffff::9"));
        assertNotEquals(CallLimiter.who(anonymous, "2001:db8:1:2::1"), CallLimiter.who(anonymous, "2001:db8:1:3::1"));
    }
}
