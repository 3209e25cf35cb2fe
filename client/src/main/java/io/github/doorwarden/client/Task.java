package io.github.doorwarden.client;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A call that the server carries out on its own time (extension `io.modelcontextprotocol/tasks`, and tasks of
/// 2025-11-25), as it was when it was last asked for.
///
/// @param message what the server says of it; may be empty
/// @param poll    how long to wait before it is asked for again
/// @param raw     as it came
public record Task(String id, Status status, String message, Duration poll, ObjectNode raw) {

    /// How far it is.
    public enum Status {
        WORKING, INPUT_REQUIRED, COMPLETED, FAILED, CANCELLED;

        public boolean isOver() {
            return this == COMPLETED || this == FAILED || this == CANCELLED;
        }
    }

    /// @throws McpFailure.Protocol when it has no id, or a status that is not known
    static Task of(ObjectNode raw) throws McpFailure {
        var id = raw.path("taskId").asString("");
        var status = status(raw.path("status").asString(""));
        if (id.isEmpty() || status.isEmpty()) {
            throw McpFailure.protocol("The server began a task without an id or with a status that is not known.");
        }
        var asked = raw.path("pollIntervalMs").isNumber() ? raw.path("pollIntervalMs") : raw.path("pollInterval");
        var poll = asked.isNumber() ? Duration.ofMillis((long) Math.min(asked.asDouble(), Integer.MAX_VALUE))
                : Limits.POLL;
        return new Task(id, status.get(), raw.path("statusMessage").asString(""),
                poll.compareTo(Limits.POLL_LEAST) < 0 ? Limits.POLL_LEAST
                        : poll.compareTo(Limits.POLL_MOST) > 0 ? Limits.POLL_MOST : poll, raw);
    }

    private static Optional<Status> status(String word) {
        for (var status : Status.values()) {
            if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
