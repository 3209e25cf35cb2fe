package io.github.doorwarden.watch;

import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Cause;
import java.time.Duration;
import java.time.Instant;

/// Events as the doors write them.
final class Record {

    static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");

    private Record() {}

    static AuditEvent call(Instant at, String tool, String outcome, long millis, String person, String tenant,
            Cause cause) {
        return new AuditEvent(at, "r", "tools/call", outcome, "user", person, "app", "t", "/mcp", tool, "", null,
                Duration.ofMillis(millis), "127.0.0.1", tenant, "", cause.word());
    }

    static AuditEvent call(String tool, String outcome, Cause cause) {
        return call(NOON, tool, outcome, 5, "ada", "", cause);
    }

    static AuditEvent refused(Instant at, String event, String reason, Cause cause) {
        return new AuditEvent(at, "r", event, "refused", "anonymous", "", "", "", "/mcp", "", reason, null,
                Duration.ZERO, "127.0.0.1").because(cause);
    }
}
