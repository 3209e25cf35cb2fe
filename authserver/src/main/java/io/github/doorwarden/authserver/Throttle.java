package io.github.doorwarden.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Makes repeated attempts wait, twice as long each time. An attempt counts when it begins, so a hundred at once are no
/// cheaper than a hundred in a row; one that was turned away does not count, so nobody can prolong another one's wait.
/// Safe for many threads.
final class Throttle {

    /// @param free     attempts without a wait
    /// @param first    the first wait; each further one is twice as long
    /// @param longest  no wait is longer
    /// @param forget   after so long without an attempt all is forgotten
    record Rule(int free, Duration first, Duration longest, Duration forget) {

        Duration waitAfter(int attempts) {
            if (attempts < free) {
                return Duration.ZERO;
            }
            var doubled = first.multipliedBy(1L << Math.min(attempts - free, 20));
            return doubled.compareTo(longest) < 0 ? doubled : longest;
        }
    }

    private record Bucket(int attempts, Instant notBefore) {}

    private final Rule rule;
    private final InstantSource clock;
    private final Cache<String, Bucket> buckets;

    Throttle(Rule rule, InstantSource clock) {
        this.rule = rule;
        this.clock = clock;
        this.buckets = Caffeine.newBuilder().maximumSize(BrowserLimits.THROTTLE_KEYS).expireAfterWrite(rule.forget())
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis())).executor(Runnable::run).build();
    }

    /// Counts an attempt. When it may not be made yet, says how long to wait, and counts nothing.
    Optional<Duration> enter(String key) {
        var now = clock.instant();
        var refused = new Duration[1];
        buckets.asMap().compute(key, (k, had) -> {
            if (had != null && now.isBefore(had.notBefore)) {
                refused[0] = Duration.between(now, had.notBefore);
                return had;
            }
            var attempts = had == null ? 1 : had.attempts + 1;
            return new Bucket(attempts, now.plus(rule.waitAfter(attempts)));
        });
        return Optional.ofNullable(refused[0]);
    }

    /// Takes one attempt back: it was no guess.
    void refund(String key) {
        buckets.asMap().computeIfPresent(key, (k, had) ->
                had.attempts <= 1 ? null : new Bucket(had.attempts - 1,
                        had.attempts - 1 < rule.free ? Instant.MIN : had.notBefore));
    }

    void forget(String key) {
        buckets.invalidate(key);
    }
}
