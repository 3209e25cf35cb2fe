package io.github.doorwarden.app.config;

import java.time.Duration;
import java.util.regex.Pattern;

/// Spans of time as the configuration writes them: `30s`, `5m`, `12h`, `90d`.
final class Durations {

    static final String PATTERN = "\\d{1,9}(ms|s|m|h|d)";
    private static final Pattern PARTS = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /// @throws IllegalArgumentException with the end of a sentence about a key
    static Duration parse(String text) {
        var match = PARTS.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("must be a duration such as 30s, 5m, 12h or 90d.");
        }
        var amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// In the largest unit that leaves a whole number.
    static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSeconds() % 60 != 0) {
            return duration.toSeconds() + "s";
        }
        if (duration.toMinutes() % 60 != 0) {
            return duration.toMinutes() + "m";
        }
        return duration.toHours() % 24 != 0 ? duration.toHours() + "h" : duration.toDays() + "d";
    }
}
