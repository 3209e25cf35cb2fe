package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.sources.mcp.Pins;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.StoreOutage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Approved definitions of other MCP servers at an operator's hand, beside the running deployment or without one. An
/// approval is on record when its method returns; a running deployment notices within a second.
public final class SourcePins {

    private final Config config;
    private final InstantSource clock = InstantSource.system();

    public SourcePins(Config config) {
        this.config = config;
    }

    /// By the names of the sources, in the order of the configuration.
    public Map<String, List<Pins.Pin>> all() {
        var all = new LinkedHashMap<String, List<Pins.Pin>>();
        config.sources().values().stream().filter(Config.SourceConfig.Mcp.class::isInstance)
                .forEach(source -> all.put(source.name(), pins(source.name()).all()));
        return all;
    }

    private Pins pins(String source) {
        return new Pins(config.state(), source, clock);
    }

    /// @param names of tools and prompts, as the server has them; each may end with `@` and the beginning of the hash
    ///              that is meant; none: all that wait
    /// @return what was approved now
    /// @throws IllegalArgumentException with a sentence
    public List<Pins.Pin> approve(String source, List<String> names) {
        if (!all().containsKey(source)) {
            throw new IllegalArgumentException("There is no source of the type mcp named " + source + ". There are: "
                    + String.join(", ", all().keySet()) + ".");
        }
        try (var database = Database.open(config.state().resolve(Deployment.DATABASE));
                var audit = new AuditLog(database)) {
            if (!audit.accepts()) {
                throw new StoreOutage("Nothing can be recorded in the audit log, so nothing is approved.", null);
            }
            var approved = pins(source).approve(names);
            var operator = Operator.onCommandLine(clock.millis());
            if (!approved.isEmpty()) {
                audit.writeDurably(new AuditEvent(clock.instant(), operator.requestId(), "admin/sources/approve",
                        "allowed", "operator", operator.subject(), "", "", "", source + ": " + approved.stream()
                        .map(pin -> pin.kind() + " " + pin.name() + "@" + pin.offered().orElseThrow().hash()
                                .substring(0, 8)).collect(Collectors.joining(", ")), "", null, Duration.ZERO, ""));
            }
            return approved;
        }
    }
}
