package io.github.doorwarden.client;

import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.protocol.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a server as they were last listed: which of their arguments go into headers, and which cannot be called
/// because their definitions break the rules for that (MCP 2026-07-28, Streamable HTTP, Custom headers from tool
/// parameters). Safe for use by many threads.
final class ToolNames {

    private static final Logger LOG = LoggerFactory.getLogger(ToolNames.class);

    private final boolean mirrors;
    private volatile Optional<Map<String, Entry>> known = Optional.empty();

    /// @param headers  empty for a tool that cannot be called
    /// @param needsTask whether a call must be a task (MCP 2025-11-25, Tasks)
    record Entry(Optional<ParamHeaders> headers, boolean needsTask) {}

    /// @param mirrors whether arguments go into headers at all
    ToolNames(boolean mirrors) {
        this.mirrors = mirrors;
    }

    /// Takes a new list.
    List<Tool> usable(List<ObjectNode> listed) {
        var usable = new ArrayList<Tool>();
        var entries = new HashMap<String, Entry>();
        for (var raw : listed) {
            var tool = Tool.of(raw);
            var task = raw.path("execution").path("taskSupport").asString("").equals("required");
            try {
                var headers = mirrors ? ParamHeaders.of(tool.inputSchema()) : ParamHeaders.NONE;
                entries.put(tool.name(), new Entry(Optional.of(headers), task));
                usable.add(tool);
            } catch (IllegalArgumentException broken) {
                entries.put(tool.name(), new Entry(Optional.empty(), task));
                LOG.atWarn().addKeyValue("tool", tool.name()).log("A tool is left out, because its definition breaks "
                        + "the rules of the protocol: " + broken.getMessage());
            }
        }
        known = Optional.of(Map.copyOf(entries));
        return List.copyOf(usable);
    }

    /// The list has changed.
    void forget() {
        known = Optional.empty();
    }

    /// Whether the list is needed before a tool can be called, and is not there.
    boolean wanted(Revision revision) {
        return known.isEmpty() && (mirrors || revision == Revision.V2025_11_25);
    }

    /// A tool that was not listed needs nothing.
    Entry entry(String name) {
        return known.map(all -> all.get(name)).orElse(new Entry(Optional.of(ParamHeaders.NONE), false));
    }
}
