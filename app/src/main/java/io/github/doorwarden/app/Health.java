package io.github.doorwarden.app;

import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// `GET /health`: whether this process can do its work, component by component. 200 when all are up, 503 otherwise.
/// Says nothing that helps a stranger: names, up or down, how many clients listen, and how many warnings a source has,
/// which take nothing down: the log has their words.
final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Map<String, BooleanSupplier> components = new LinkedHashMap<>();
    private Supplier<Map<String, String>> sources = Map::of;
    private IntSupplier streams = () -> 0;
    private final List<Supplier<Map<String, Integer>>> warnings = new ArrayList<>();

    /// @param up quick; what it throws counts as down
    void add(String component, BooleanSupplier up) {
        components.put(component, up);
    }

    /// Sources that are reached elsewhere. Nothing else is down because one is, so the whole is not either.
    ///
    /// @param states quick; by the source's name `up`, `down`, or more words after either
    void beside(Supplier<Map<String, String>> states) {
        sources = states;
    }

    /// @param open how many clients are listening for changes now
    void streams(IntSupplier open) {
        streams = open;
    }

    /// @param now how many warnings each source, or whatever else can warn, has that has some
    void warnings(Supplier<Map<String, Integer>> now) {
        warnings.add(now);
    }

    /// Whether each component is up, by its name.
    Map<String, Boolean> components() {
        var states = new LinkedHashMap<String, Boolean>();
        components.forEach((name, up) -> states.put(name, isUp(name, up)));
        return states;
    }

    Reply handle(HttpIn in) {
        var json = JsonNodeFactory.instance.objectNode();
        var all = true;
        var states = JsonNodeFactory.instance.objectNode();
        for (var component : components.entrySet()) {
            var up = isUp(component.getKey(), component.getValue());
            all &= up;
            states.put(component.getKey(), up ? "up" : "down");
        }
        json.put("status", all ? "up" : "down").set("components", states);
        var elsewhere = sources.get();
        if (!elsewhere.isEmpty()) {
            var beside = json.putObject("sources");
            elsewhere.forEach(beside::put);
        }
        json.put("streams", streams.getAsInt());
        var warned = new LinkedHashMap<String, Integer>();
        warnings.forEach(each -> warned.putAll(each.get()));
        if (!warned.isEmpty()) {
            warned.forEach(json.putObject("warnings")::put);
        }
        return Reply.json(all ? 200 : 503, json.toString());
    }

    private static boolean isUp(String name, BooleanSupplier up) {
        try {
            return up.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("component", name).setCause(e).log("A component is down.");
            return false;
        }
    }
}
