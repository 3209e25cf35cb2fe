package io.github.doorwarden.sources.openapi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What of an API can be read as resources, and how its changes are heard of.
///
/// @param templates by their names
/// @param feed      empty: nobody is told of changes
public record ResourceSettings(Map<String, Template> templates, Optional<Feed> feed) {

    public static final ResourceSettings NONE = new ResourceSettings(Map.of(), Optional.empty());

    public ResourceSettings {
        templates = Collections.unmodifiableMap(new LinkedHashMap<>(templates));
    }

    /// Resources that one of the tools reads.
    ///
    /// @param uri  template whose variables are arguments of the tool
    /// @param tool of the same source, that changes nothing
    public record Template(String uri, String tool, Optional<String> title, Optional<String> description) {}

    /// A stream of server-sent events of the backend, one for each change.
    ///
    /// @param path     of the stream, with its query
    /// @param resource URI of what changed, with `{name}` for members of the event
    /// @param tenant   member of the event with the organisation, whose callers alone are told; empty: everybody is
    public record Feed(String path, String resource, Optional<String> tenant) {}
}
