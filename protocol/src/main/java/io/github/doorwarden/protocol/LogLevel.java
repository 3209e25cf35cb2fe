package io.github.doorwarden.protocol;

import java.util.Locale;
import java.util.Optional;

/// The severity of a log message, least first (RFC 5424 §6.2.1, as MCP, Logging, spells it).
public enum LogLevel {
    DEBUG, INFO, NOTICE, WARNING, ERROR, CRITICAL, ALERT, EMERGENCY;

    /// As it stands on the wire, for example `warning`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Exactly the names of the specification; empty for every other word.
    public static Optional<LogLevel> of(String wireName) {
        for (var level : values()) {
            if (level.wireName().equals(wireName)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
