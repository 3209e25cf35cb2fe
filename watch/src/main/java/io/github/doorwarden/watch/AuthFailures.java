package io.github.doorwarden.watch;

import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/// Whether more people or programs than usual try to come in and are not let in. Counts failures of a sliding window,
/// overall and by cause, and holds them against what is usual, a moving mean of the windows before. Raised when there
/// are at least [Settings#threshold] and [Settings#factor] times the usual; cleared when there are half of that. While
/// it is raised the usual stands still, so that an attack does not become it. With a factor, the first window after a
/// start only teaches what is usual. Safe for use by many threads.
public final class AuthFailures {

    /// Where the overall count is among the causes.
    public static final String OVERALL = "overall";

    /// Events that are attempts to come in. What a call was refused by itself is in none of them.
    private static final Set<String> ATTEMPTS = Set.of("authenticate", "login", "token", "device", "introspect",
            "revoke", "par", "register", "authorize", "consent");

    /// @param window    that failures are counted in
    /// @param threshold fewer never raise an alert
    /// @param ofCause   the same for one cause alone
    /// @param factor    how many times the usual; 0: the threshold alone counts
    public record Settings(Duration window, int threshold, int ofCause, int factor) {

        public Settings {
            if (window.compareTo(Duration.ofSeconds(Limits.WINDOW_PARTS)) < 0 || threshold < 1 || ofCause < 1
                    || factor < 0) {
                throw new IllegalArgumentException("A window has 10 seconds or more, a threshold 1 or more.");
            }
        }

        /// How often [AuthFailures#look] is to be called.
        public Duration part() {
            return window.dividedBy(Limits.WINDOW_PARTS);
        }
    }

    /// What somebody is told.
    ///
    /// @param raised false: it is over
    /// @param cause  [#OVERALL], or the word of one cause
    /// @param count  failures of the last window
    /// @param usual  of such a window
    public record Alert(boolean raised, String cause, long count, double usual, Duration window, Instant at) {}

    /// One cause, or all together.
    private static final class Line {

        private final long[] parts = new long[Limits.WINDOW_PARTS];
        private double usual;
        private boolean raised;

        long count() {
            return Arrays.stream(parts).sum();
        }
    }

    private final Settings settings;
    private final InstantSource clock;
    private final Consumer<Alert> told;
    private final AtomicLongArray fresh = new AtomicLongArray(Cause.values().length);
    private final TreeMap<String, Line> lines = new TreeMap<>();
    private volatile Set<String> raised = Set.of();
    private int part;
    private long parts;

    /// @param told quick; on the thread that looks
    public AuthFailures(Settings settings, InstantSource clock, Consumer<Alert> told) {
        this.settings = settings;
        this.clock = clock;
        this.told = told;
        lines.put(OVERALL, new Line());
    }

    /// One event of the record.
    public void count(AuditEvent event) {
        if (event.cause().isEmpty() || !ATTEMPTS.contains(event.event())) {
            return;
        }
        var cause = Cause.of(event.cause());
        if (cause.isAuthFailure()) {
            fresh.incrementAndGet(cause.ordinal());
        }
    }

    /// Ends a part of the window, and tells what has changed. To be called every [Settings#part].
    public synchronized void look() {
        long all = 0;
        for (var cause : Cause.values()) {
            var count = fresh.getAndSet(cause.ordinal(), 0);
            all += count;
            if (count > 0 || lines.containsKey(cause.word())) {
                put(lines.computeIfAbsent(cause.word(), word -> new Line()), count);
            }
        }
        put(lines.get(OVERALL), all);
        part = (part + 1) % Limits.WINDOW_PARTS;
        parts++;
        if (settings.factor == 0 || parts > Limits.WINDOW_PARTS) {
            lines.forEach(this::judge);
        }
        if (part == 0) {                                                     // a whole window is over
            lines.values().stream().filter(line -> !line.raised).forEach(line -> line.usual =
                    parts == Limits.WINDOW_PARTS ? line.count() : line.usual
                            + Limits.BASELINE_WEIGHT * (line.count() - line.usual));
        }
        var now = new LinkedHashSet<String>();
        lines.forEach((word, line) -> {
            if (line.raised) {
                now.add(word);
            }
        });
        raised = Set.copyOf(now);
    }

    private void put(Line line, long count) {
        line.parts[part] = count;
    }

    private void judge(String word, Line line) {
        var count = line.count();
        var level = Math.max(word.equals(OVERALL) ? settings.threshold : settings.ofCause,
                settings.factor * line.usual);
        if (!line.raised && count >= level || line.raised && count < level / 2) {
            line.raised = !line.raised;
            told.accept(new Alert(line.raised, word, count, line.usual, settings.window, clock.instant()));
        }
    }

    /// Causes of which an alert is raised now, and [#OVERALL].
    public Set<String> raised() {
        return raised;
    }
}
