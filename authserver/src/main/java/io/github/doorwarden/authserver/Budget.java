package io.github.doorwarden.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;

/// So many times per key and window: a throttle with a bounded memory. Safe for use by many threads.
public final class Budget {

    private record Window(Instant end, int taken) {}

    private final InstantSource clock;
    private final int atMost;
    private final Duration window;
    private final Cache<String, Window> windows = Caffeine.newBuilder().maximumSize(Limits.THROTTLED_KEYS).build();

    public Budget(InstantSource clock, int atMost, Duration window) {
        this.clock = clock;
        this.atMost = atMost;
        this.window = window;
    }

    /// Takes one; false when there is none left in this window.
    public boolean take(String key) {
        return windows.asMap().compute(key, (k, now) -> {
            var current = now == null || !clock.instant().isBefore(now.end)
                    ? new Window(clock.instant().plus(window), 0) : now;
            return new Window(current.end, Math.min(current.taken + 1, atMost + 1));
        }).taken <= atMost;
    }

    /// Whether nothing is left, without taking.
    boolean spent(String key) {
        var now = windows.getIfPresent(key);
        return now != null && clock.instant().isBefore(now.end) && now.taken >= atMost;
    }

    /// One key for all addresses that one subscriber has: an IPv6 peer counts by its /64.
    static String peer(String literal) {
        if (literal.indexOf(':') < 0) {
            return literal;
        }
        try {
            var bytes = InetAddress.ofLiteral(literal).getAddress();
            return bytes.length == 4 ? literal : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
        } catch (IllegalArgumentException notALiteral) {
            return literal;
        }
    }
}
