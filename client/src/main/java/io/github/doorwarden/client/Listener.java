package io.github.doorwarden.client;

import io.github.doorwarden.protocol.LogLevel;
import tools.jackson.databind.JsonNode;

/// Hears of what a server tells, on a thread that must not be held up. Servers that are to tell something need it given
/// at the beginning: one that hears nothing opens no stream for it.
public interface Listener {

    /// Hears nothing.
    Listener NONE = new Listener() { };

    /// What a list is of.
    enum Kind { TOOLS, PROMPTS, RESOURCES }

    /// A list has changed: ask for it again.
    default void listChanged(Kind kind) {}

    /// A resource that was subscribed to has changed: read it again.
    default void resourceChanged(String uri) {}

    /// @param logger may be empty
    default void log(LogLevel level, String logger, JsonNode data) {}
}
