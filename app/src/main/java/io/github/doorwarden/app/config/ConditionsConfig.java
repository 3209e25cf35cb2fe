package io.github.doorwarden.app.config;

import io.github.doorwarden.app.config.Config.SourceConditions;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.server.Conditions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The part of the configuration that says what tools ask of a caller beside scopes; collects it while the sources are
/// read.
final class ConditionsConfig {

    private final Tiers tiers;
    private final Map<String, Conditions> bySource = new LinkedHashMap<>();
    private final Map<String, Map<String, Conditions>> byTool = new LinkedHashMap<>();

    ConditionsConfig(Tiers tiers) {
        this.tiers = tiers;
    }

    void ofSource(String name, String type, Section source) {
        var conditions = of(source);
        if (type.equals("skills") && !conditions.equals(Conditions.NONE)) {
            source.mistake("type", "is skills: second_factor, sign_in_age and tiers are for tools. Use scopes.");
        }
        bySource.put(name, conditions);
    }

    void ofTool(String source, String name, Section tool) {
        byTool.computeIfAbsent(source, each -> new LinkedHashMap<>()).put(name, of(tool));
    }

    /// What a section asks, for whoever keeps it itself.
    Conditions of(Section in) {
        var known = tiers.names();
        var named = in.texts("tiers");
        named.stream().filter(name -> !known.contains(name)).forEach(name -> in.mistake("tiers", "names " + name
                + ", which is not declared under authorization.tiers."));
        return new Conditions(in.flag("second_factor"),
                Optional.of(in.duration("sign_in_age")).filter(age -> age.isPositive()), Set.copyOf(named));
    }

    SourceConditions all() {
        return new SourceConditions(bySource, byTool);
    }
}
