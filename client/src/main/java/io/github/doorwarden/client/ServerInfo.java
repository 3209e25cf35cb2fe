package io.github.doorwarden.client;

import io.github.doorwarden.protocol.Revision;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a server said of itself when it was connected. Its name and version are for display alone.
///
/// @param name         may be empty
/// @param instructions how it wants to be used, for a model
/// @param capabilities as it declared them
public record ServerInfo(String name, String version, Revision revision, Optional<String> instructions,
        ObjectNode capabilities) {

    /// Whether it says that it has something, for example `tools` or `completions`.
    public boolean has(String capability) {
        return capabilities.path(capability).isObject();
    }

    /// Whether it says that it has an extension, for example `io.modelcontextprotocol/skills`.
    public boolean hasExtension(String id) {
        return capabilities.path("extensions").path(id).isObject();
    }
}
