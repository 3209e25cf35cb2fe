package io.github.doorwarden.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All tools of the deployment in a fixed order: the order of the sources in the configuration, then each source's own.
/// Immutable; taken once from the sources.
public final class Catalogue {

    private record Entry(String source, Tool tool) {}

    private final Map<String, Entry> byName = new LinkedHashMap<>();
    private final Set<String> sources = new LinkedHashSet<>();

    /// @throws IllegalArgumentException when two sources, or two tools, have the same name; the sentence names both
    ///                                  sources
    public Catalogue(List<Source> sources) {
        for (var source : sources) {
            if (!this.sources.add(source.name())) {
                throw new IllegalArgumentException("Two sources are named " + source.name() + ". Rename one of them.");
            }
            for (var tool : source.tools()) {
                add(source.name(), tool);
            }
        }
    }

    private void add(String source, Tool tool) {
        var name = tool.spec().name();
        var other = byName.putIfAbsent(name, new Entry(source, tool));
        if (other != null) {
            throw new IllegalArgumentException("The tool name " + name + " comes from the source " + other.source
                    + (other.source.equals(source) ? " twice" : " and from the source " + source)
                    + ". Rename one of them, or give one source a prefix.");
        }
    }

    public List<Tool> all() {
        return byName.values().stream().map(Entry::tool).toList();
    }

    /// The part behind an endpoint: every tool of these sources, and these tools, in the catalogue's order.
    ///
    /// @throws IllegalArgumentException for a name that nothing has
    public List<Tool> select(Set<String> fromSources, Set<String> toolNames) {
        for (var source : fromSources) {
            if (!sources.contains(source)) {
                throw new IllegalArgumentException("There is no source named " + source + ". There are: "
                        + String.join(", ", sources) + ".");
            }
        }
        for (var name : toolNames) {
            if (!byName.containsKey(name)) {
                throw new IllegalArgumentException("There is no tool named " + name + ". Look at the names with the "
                        + "sources' prefixes.");
            }
        }
        var chosen = new ArrayList<Tool>();
        byName.forEach((name, entry) -> {
            if (fromSources.contains(entry.source) || toolNames.contains(name)) {
                chosen.add(entry.tool);
            }
        });
        return List.copyOf(chosen);
    }
}
