package io.github.doorwarden.client;

import io.github.doorwarden.protocol.ParamHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a server as they were last listed: which of their arguments go into headers, and which cannot be called
/// because their definitions break the rules for that (MCP 2026-07-28, Streamable HTTP, Custom headers from tool
/// parameters). Safe for use by many threads.
final class ToolNames {

    private static final Logger LOG = LoggerFactory.getLogger(ToolNames.class);

    private final boolean mirrors;
    private volatile Map<String, ParamHeaders> known = Map.of();

    /// @param mirrors whether arguments go into headers at all
    ToolNames(boolean mirrors) {
        this.mirrors = mirrors;
    }

    /// Takes a new list.
    List<Tool> usable(List<ObjectNode> listed) {
        var usable = new ArrayList<Tool>();
        var headers = new ConcurrentHashMap<String, ParamHeaders>();
        for (var raw : listed) {
            var tool = Tool.of(raw);
            try {
                if (mirrors) {
                    headers.put(tool.name(), ParamHeaders.of(tool.inputSchema()));
                }
                usable.add(tool);
            } catch (IllegalArgumentException broken) {
                LOG.atWarn().addKeyValue("tool", tool.name()).log("A tool is left out, because its definition breaks "
                        + "the rules of the protocol: " + broken.getMessage());
            }
        }
        known = headers;
        return List.copyOf(usable);
    }
}
