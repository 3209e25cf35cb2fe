package io.github.doorwarden.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A task as it stands in the store. Immutable.
///
/// @param owner     who began it, as the server names callers
/// @param message   for people; may be empty
/// @param expiresAt until then it can be read
/// @param holder    the process that runs it, or ran it last
/// @param heldUntil when the holder, if it has not said otherwise, is taken for gone
/// @param work      what is needed to run it again; empty when it must not be, and when it has ended
/// @param outcome   JSON of the result or the error; empty while it works and when it was cancelled
/// @param open      questions without an answer, in the order in which they were asked; empty when it has ended
public record TaskRecord(String id, String owner, String endpoint, String tool, Status status, String message,
        Instant createdAt, Instant updatedAt, Instant expiresAt, String holder, Instant heldUntil,
        Optional<String> work, Optional<String> outcome, List<Question> open) {

    /// What has left `WORKING` never changes again.
    public enum Status { WORKING, COMPLETED, FAILED, CANCELLED }

    /// @param key     as the client sees it, never used twice in a task
    /// @param request JSON of what is asked
    public record Question(String key, String request) {}

    public TaskRecord {
        open = List.copyOf(open);
    }

    /// Whether it should be running and its process is gone.
    public boolean isOrphan(Instant now) {
        return status == Status.WORKING && !now.isBefore(heldUntil);
    }
}
