package io.github.doorwarden.transport;

import java.time.Duration;
import java.util.Objects;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the server says of itself.
///
/// @param name    of the deployment, for display in clients
/// @param title   for people; may be empty
/// @param version of the software
/// @param ttl     how long clients may keep lists (2026-07-28, Caching); zero: not at all
public record About(String name, String title, String version, Duration ttl) {

    public About {
        Objects.requireNonNull(title);
        if (name.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException("A server has a name and a version.");
        }
        if (ttl.isNegative() || ttl.compareTo(Limits.TTL_MAX) > 0) {
            throw new IllegalArgumentException("Lists may be kept for 0 s to " + Limits.TTL_MAX + ", not for " + ttl
                    + ".");
        }
    }

    /// `Implementation` of the specification, the same in all revisions but for the title, which older clients ignore.
    public ObjectNode implementation() {
        var json = JsonNodeFactory.instance.objectNode().put("name", name);
        if (!title.isEmpty()) {
            json.put("title", title);
        }
        return json.put("version", version);
    }
}
