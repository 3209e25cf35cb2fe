package io.github.doorwarden.protocol;

import java.util.List;

/// Several messages in one body (MCP 2025-03-26, Base protocol, Batching; JSON-RPC 2.0 §6). No other revision has them.
///
/// @param parts in the order of the body, at least one; what is no message is refused by itself
public record Batch(List<Part> parts) {

    /// One element of the array.
    public sealed interface Part {

        record Whole(Message message) implements Part {}

        record Broken(Refused why) implements Part {}
    }

    public Batch {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("A batch has at least one part.");
        }
    }

    /// The messages among its parts.
    public List<Message> messages() {
        return parts.stream().filter(Part.Whole.class::isInstance).map(part -> ((Part.Whole) part).message()).toList();
    }
}
