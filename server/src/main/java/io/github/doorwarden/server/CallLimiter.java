package io.github.doorwarden.server;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the calls of each caller, and of each caller and tool, without locks. Knows a bounded number of callers; see
/// [Limits#LIMITED_KEYS]. Safe for use by many threads.
final class CallLimiter {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String ALL_TOOLS = "";

    /// Too many calls. Not every one is worth an audit line.
    ///
    /// @param untold how many calls were refused since the last line about this caller; 0: no line is due
    record TooMany(Refused refused, long untold) {}

    private record Key(String caller, String tool) {}

    private final CallLimits limits;
    private final ConcurrentHashMap<Key, Allowance> known = new ConcurrentHashMap<>();
    private final Allowance newcomers = new Allowance();
    private final AtomicLong sweptAt = new AtomicLong();

    CallLimiter(CallLimits limits) {
        this.limits = limits;
    }

    /// Who is counted. Anonymous callers are counted by address; of an IPv6 address, the network alone, because a
    /// client has 2^64 addresses in it.
    static String who(Caller caller, String peer) {
        return switch (caller.kind()) {
            case USER -> "user " + caller.subject();
            case SERVICE -> "service " + (caller.subject().isEmpty() ? caller.clientId() : caller.subject());
            case ANONYMOUS -> "at " + network(peer);
        };
    }

    private static String network(String peer) {
        if (peer.indexOf(':') >= 0) {
            try {
                if (InetAddress.ofLiteral(peer) instanceof Inet6Address address) {
                    return HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8));
                }
            } catch (IllegalArgumentException notAnAddress) {
                return peer;
            }
        }
        return peer;
    }

    /// Takes one call from the caller's allowance of all tools; null when it is granted.
    TooMany take(String who, Instant now) {
        return take(new Key(who, ALL_TOOLS), limits.callsPerMinute(), now);
    }

    /// Takes one call from the caller's allowance of one tool; null when it is granted.
    TooMany take(String who, String tool, Instant now) {
        return take(new Key(who, tool), limits.callsPerToolPerMinute(), now);
    }

    private TooMany take(Key key, int perMinute, Instant now) {
        var nanos = nanos(now);
        var allowance = allowance(key, nanos);
        var wait = allowance.take(nanos, MINUTE_NANOS / perMinute);
        return wait == 0 ? null : allowance.tooMany(nanos, wait, "Too many calls: " + perMinute
                + " per minute are allowed"
                + (key.tool.equals(ALL_TOOLS) ? "" : " of the tool " + key.tool));
    }

    /// A place among the caller's running calls. Whoever is not refused must leave it again.
    Place place(String who, Instant now) {
        var allowance = allowance(new Key(who, ALL_TOOLS), nanos(now));
        return new Place(allowance, allowance.running, limits.concurrentCalls(), "calls at the same time");
    }

    /// A place among the caller's open streams. Whoever is not refused must leave it again.
    Place stream(String who, Instant now) {
        var allowance = allowance(new Key(who, ALL_TOOLS), nanos(now));
        return new Place(allowance, allowance.streams, limits.streams(), "open streams");
    }

    /// @param taken how many are taken
    /// @param what  they are, for the sentence
    record Place(Allowance allowance, AtomicInteger taken, int most, String what) {

        /// Null when it is granted.
        TooMany enter(Instant now) {
            if (taken.incrementAndGet() <= most) {
                return null;
            }
            leave();
            return allowance.tooMany(nanos(now), TimeUnit.SECONDS.toNanos(1), "Too many " + what + ": " + most
                    + " are allowed");
        }

        void leave() {
            taken.decrementAndGet();
        }
    }

    private Allowance allowance(Key key, long now) {
        var allowance = known.get(key);
        if (allowance != null) {
            return allowance;
        }
        if (known.size() >= Limits.LIMITED_KEYS) {
            sweep(now);
            if (known.size() >= Limits.LIMITED_KEYS) {
                return newcomers;
            }
        }
        return known.computeIfAbsent(key, k -> new Allowance());
    }

    private void sweep(long now) {
        var last = sweptAt.get();
        if (Math.abs(now - last) >= Limits.SWEEP.toNanos() && sweptAt.compareAndSet(last, now)) {
            known.values().removeIf(allowance -> allowance.untouched(now));
        }
    }

    private static long nanos(Instant now) {
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    int size() {
        return known.size();
    }

    /// A token bucket that holds a minute's worth, kept as one number: the time when it will be full again (generic
    /// cell rate algorithm).
    static final class Allowance {

        private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger streams = new AtomicInteger();
        private final AtomicLong untold = new AtomicLong();
        private final AtomicLong toldAt = new AtomicLong(Long.MIN_VALUE);

        /// How long to wait, 0 when taken.
        long take(long now, long interval) {
            while (true) {
                var before = fullAt.get();
                // A clock that was put back must not lock anybody out for longer than a full minute's worth.
                var full = Math.min(Math.max(before, now), now + MINUTE_NANOS);
                var wait = full + interval - now - MINUTE_NANOS;
                if (wait > 0) {
                    if (full < before) {
                        fullAt.compareAndSet(before, full);
                    }
                    return wait;
                }
                if (fullAt.compareAndSet(before, full + interval)) {
                    return 0;
                }
            }
        }

        boolean untouched(long now) {
            return fullAt.get() <= now && running.get() == 0 && streams.get() == 0;
        }

        TooMany tooMany(long now, long wait, String sentence) {
            untold.incrementAndGet();
            var last = toldAt.get();
            var due = last == Long.MIN_VALUE || Math.abs(now - last) >= Limits.REFUSALS_TOLD.toNanos();
            var count = due && toldAt.compareAndSet(last, now) ? untold.getAndSet(0) : 0;
            var seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(wait + TimeUnit.SECONDS.toNanos(1) - 1));
            return new TooMany(new Refused(new Refusal.TooMany(sentence + ". Try again in " + seconds + " s.",
                    seconds)),
                    count);
        }
    }
}
