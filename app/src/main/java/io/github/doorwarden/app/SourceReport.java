package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.server.ToolListing;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// What a source of a deployment offers, seen without a client.
///
/// @param from      where it comes from, for people
/// @param endpoints paths behind which something of it is
/// @param warnings  what could not be offered, and why; one sentence each
public record SourceReport(String name, String from, List<ToolListing> tools, int resources, int templates, int prompts,
        int skills, Set<String> endpoints, List<String> warnings) {

    /// Of all sources, in the order of the catalogue. Makes them as a start would; no tool is called.
    ///
    /// @throws StartFailure with the source and the reason
    public static List<SourceReport> of(Config config) {
        return Sources.reports(config, InstantSource.system());
    }

    /// What a conversation pays for its tools before anything is called.
    public int tokens() {
        return tools.stream().mapToInt(ToolListing::tokens).sum();
    }
}
