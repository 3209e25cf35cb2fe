package io.github.doorwarden.app;

import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What another version of a source changes for the clients: told in the log, so that whoever changed a document sees
/// what came of it.
final class ToolChanges {

    private static final Logger LOG = LoggerFactory.getLogger(ToolChanges.class);

    private ToolChanges() {}

    static void log(String source, Things before, Things now) {
        var changes = between(before, now);
        if (!changes.isEmpty()) {
            LOG.atInfo().addKeyValue("source", source).addKeyValue("tools", String.join(", ", changes))
                    .log("The tools of a source are others now.");
        }
    }

    /// One phrase a tool, in the order of the lists: `a is new`, `b is gone`, `c reads otherwise`.
    static List<String> between(Things before, Things now) {
        var old = specs(before);
        var fresh = specs(now);
        var changes = new ArrayList<String>();
        old.forEach((name, spec) -> {
            if (!fresh.containsKey(name)) {
                changes.add(name + " is gone");
            } else if (!fresh.get(name).equals(spec)) {
                changes.add(name + " reads otherwise");
            }
        });
        fresh.keySet().stream().filter(name -> !old.containsKey(name)).forEach(name -> changes.add(name + " is new"));
        return changes;
    }

    private static Map<String, ToolSpec> specs(Things things) {
        var all = new LinkedHashMap<String, ToolSpec>();
        things.tools().forEach(tool -> all.put(tool.spec().name(), tool.spec()));
        return all;
    }
}
