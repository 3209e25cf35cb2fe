package io.github.doorwarden.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// All things of the deployment in a fixed order: the order of the sources in the configuration, then each source's
/// own. Immutable; taken once from the sources.
public final class Catalogue {

    private final Map<String, Things> bySource = new LinkedHashMap<>();
    private final Set<String> tools;

    /// @throws IllegalArgumentException when two sources, or two tools, prompts or resources, have the same name; the
    ///                                  sentence names both sources
    public Catalogue(List<Source> sources) {
        for (var source : sources) {
            if (bySource.put(source.name(), source.things()) != null) {
                throw new IllegalArgumentException("Two sources are named " + source.name() + ". Rename one of them.");
            }
        }
        tools = unique("tool name", Things::tools, tool -> tool.spec().name());
        unique("prompt name", Things::prompts, prompt -> prompt.spec().name());
        unique("resource URI", Things::resources, resource -> resource.spec().uri());
        unique("resource template", Things::templates, template -> template.spec().uriTemplate());
        unique("skill", Things::skills, Skill::uri);
    }

    private <T> Set<String> unique(String kind, Function<Things, List<T>> all, Function<T, String> name) {
        var from = new HashMap<String, String>();
        bySource.forEach((source, things) -> {
            for (var thing : all.apply(things)) {
                var other = from.putIfAbsent(name.apply(thing), source);
                if (other != null) {
                    throw new IllegalArgumentException("The " + kind + " " + name.apply(thing)
                            + " comes from the source " + other + (other.equals(source) ? " twice"
                            : " and from the source " + source)
                            + ". Rename one of them, or give one source a prefix.");
                }
            }
        });
        return from.keySet();
    }

    /// Whether these things could be served, each on its own: for a source that would rather leave one out than be
    /// refused as a whole. Two of one name are not looked for.
    ///
    /// @throws IllegalArgumentException with the sentence that would stop the first that cannot be
    public static void check(Things things) {
        things.tools().forEach(Offer::new);
        things.resources().forEach(Wares.OfResource::new);
        things.templates().forEach(Wares.OfTemplate::new);
        things.prompts().forEach(Wares.OfPrompt::new);
    }

    /// Every tool.
    public List<Tool> all() {
        return bySource.values().stream().flatMap(things -> things.tools().stream()).toList();
    }

    /// The part behind an endpoint: all that these sources have, and these tools, in the catalogue's order.
    ///
    /// @throws IllegalArgumentException for a name that nothing has
    public Things select(Set<String> fromSources, Set<String> toolNames) {
        for (var source : fromSources) {
            if (!bySource.containsKey(source)) {
                throw new IllegalArgumentException("There is no source named " + source + ". There are: "
                        + String.join(", ", bySource.keySet()) + ".");
            }
        }
        for (var name : toolNames) {
            if (!tools.contains(name)) {
                throw new IllegalArgumentException("There is no tool named " + name + ". Look at the names with the "
                        + "sources' prefixes.");
            }
        }
        var chosen = new ArrayList<Tool>();
        var whole = new ArrayList<Things>();
        bySource.forEach((source, things) -> {
            if (fromSources.contains(source)) {
                whole.add(things);
                chosen.addAll(things.tools());
            } else {
                things.tools().stream().filter(tool -> toolNames.contains(tool.spec().name())).forEach(chosen::add);
            }
        });
        return new Things(chosen, joined(whole, Things::resources), joined(whole, Things::templates),
                joined(whole, Things::prompts), joined(whole, Things::skills));
    }

    private static <T> List<T> joined(List<Things> parts, Function<Things, List<T>> kind) {
        return parts.stream().flatMap(things -> kind.apply(things).stream()).toList();
    }
}
