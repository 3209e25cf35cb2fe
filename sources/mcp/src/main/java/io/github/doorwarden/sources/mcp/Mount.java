package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.protocol.ParamHeaders;
import io.github.doorwarden.server.Catalogue;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes what a server offers into things of ours. What cannot be used is left out with a sentence, and the rest is
/// mounted. For one making.
final class Mount {

    private static final Set<String> KNOWN = Set.of("name", "title", "description", "inputSchema", "outputSchema",
            "annotations", "icons");

    private final String name;
    private final McpSettings settings;
    private final Ground ground;
    private final List<String> warnings = new ArrayList<>();
    private int untold;

    private Mount(String name, McpSettings settings, Ground ground) {
        this.name = name;
        this.settings = settings;
        this.ground = ground;
    }

    /// @param held how many definitions wait for approval
    record Mounted(Things things, List<String> warnings, int held) {}

    /// @param pins      of tools and prompts
    /// @param resources as they are listed, and `templates` too
    static Mounted of(String name, McpSettings settings, Link link, List<Pins.Pin> pins, List<ObjectNode> resources,
            List<ObjectNode> templates) {
        var exposed = resources.stream().filter(each -> settings.exposesResource(each.path("uri").asString("")))
                .toList();
        var patterns = templates.stream().filter(each -> settings.exposesResource(each.path("uriTemplate")
                .asString(""))).toList();
        var uris = Uris.of(settings.prefix(), exposed.stream().map(each -> each.path("uri").asString(""))
                .collect(Collectors.toSet()), !exposed.isEmpty() || !patterns.isEmpty());
        var mount = new Mount(name, settings, new Ground(name, link, settings, uris));
        var offered = pins.stream().filter(pin -> pin.offered().isPresent()).toList();
        var tools = offered.stream().filter(pin -> pin.kind().equals("tool") && settings.exposesTool(pin.name()))
                .toList();
        var prompts = offered.stream().filter(pin -> pin.kind().equals("prompt")
                && settings.exposesPrompt(pin.name())).toList();
        settings.tools().keySet().stream().filter(named -> !pins.isEmpty() && tools.stream()
                .noneMatch(pin -> pin.name().equals(named))).forEach(named -> mount.warn("The server " + name
                + " has no tool " + named + ", which tools names."));
        var things = new Things(mount.tools(tools), mount.resources(exposed), mount.templates(patterns),
                mount.prompts(prompts), List.of());
        if (mount.untold > 0) {
            mount.warnings.add(mount.untold + " more of the server " + name + " cannot be mounted.");
        }
        var held = !settings.approve() ? 0 : (int) List.of(tools, prompts).stream().flatMap(List::stream)
                .filter(pin -> !pin.good()).count();
        return new Mounted(things, mount.warnings, held);
    }

    private void warn(String sentence) {
        if (warnings.size() < Limits.WARNINGS) {
            warnings.add(sentence);
        } else {
            untold++;
        }
    }

    private interface Making<T> {
        T make() throws IllegalArgumentException;
    }

    private <T> void make(String what, List<T> into, Making<T> making, Function<T, Things> alone) {
        try {
            var made = making.make();
            Catalogue.check(alone.apply(made));
            into.add(made);
        } catch (IllegalArgumentException e) {
            warn("The " + what + " of the server " + name + " cannot be mounted: "
                    + Plain.bounded(Plain.text(String.valueOf(e.getMessage())).replaceAll("\\s+", " "), 300));
        }
    }

    private List<Tool> tools(List<Pins.Pin> pins) {
        var held = new HashMap<String, String>();
        pins.forEach(pin -> held(pin).ifPresent(why -> held.put(pin.name(), why)));
        // a name that nobody approved takes no name from anybody
        var mounted = pins.stream().filter(pin -> !held.containsKey(pin.name()) || pin.approved().isPresent()).toList();
        var names = names(mounted);
        var tools = new ArrayList<Tool>();
        for (var pin : mounted) {
            var name = names.get(pin.name());
            make("tool " + Plain.word(pin.name()), tools, () -> {
                free(name, tools.stream().map(tool -> tool.spec().name()));
                return held.containsKey(pin.name()) ? heldBack(name, pin, held.get(pin.name()))
                        : tool(name, pin.name(), inUse(pin));
            }, each -> Things.of(List.of(each)));
        }
        return tools;
    }

    private Map<String, String> names(List<Pins.Pin> pins) {
        return Names.of(settings.prefix(), pins.stream().map(Pins.Pin::name).toList());
    }

    /// Two of a name would stop every source from being served anew.
    private static void free(String name, Stream<String> taken) {
        if (taken.anyMatch(name::equals)) {
            throw new IllegalArgumentException("it would be called " + name + " here, as another is. Withhold one of "
                    + "them");
        }
    }

    /// What is approved is served to the letter, because `_meta` of what is offered may be another.
    private static ObjectNode inUse(Pins.Pin pin) {
        return (pin.good() ? pin.approved() : pin.offered()).orElseThrow().definition();
    }

    /// Why a definition is not in use; empty when it is. Tells of it either way when nobody has approved it.
    private Optional<String> held(Pins.Pin pin) {
        if (pin.good()) {
            return Optional.empty();
        }
        var what = "The " + pin.kind() + " " + Plain.word(pin.name()) + " of the server " + name
                + (pin.approved().isPresent() ? " is not what it was when it was approved" : " is new");
        if (!settings.approve()) {
            warn(what + ", and in use all the same because pinning is warn. See: doorwarden sources pins");
            return Optional.empty();
        }
        warn(what + ", so it is held back. Look at it with doorwarden sources pins and let it in with doorwarden "
                + "sources approve.");
        return Optional.of(what + ", so it is held back until an administrator has approved it. Trying again will not "
                + "help before that.");
    }

    private ToolSpec spec(String mounted, String original, String title, String description, ObjectNode input,
            Optional<ObjectNode> output, ObjectNode annotations) {
        var own = settings.tool(original);
        var scopes = new LinkedHashSet<>(settings.scopes());
        scopes.addAll(own.scopes());
        var spec = new ToolSpec(mounted, own.title().orElse(title), own.description().orElse(description), input,
                output, annotations, scopes, own.readOnly().orElse(false), settings.timeout().plus(Limits.MARGIN),
                Set.of()).withConfirm(own.confirm()).withConditions(own.conditions());
        return own.readOnly().map(spec::withReadOnly).orElse(spec);
    }

    private MountedTool heldBack(String mounted, Pins.Pin pin, String why) {
        var none = JsonNodeFactory.instance.objectNode();
        var spec = spec(mounted, pin.name(), "", "Held back.", none.deepCopy().put("type", "object"),
                Optional.empty(), none).withListed(false).withConfirm(false);
        return new MountedTool(spec, pin.name(), ParamHeaders.of(spec.inputSchema()), Optional.of(why), ground);
    }

    private MountedTool tool(String mounted, String original, ObjectNode definition) {
        if (MountedTool.needsTask(definition)) {
            throw new IllegalArgumentException("it wants to be called as a task of revision 2025-11-25, which is not "
                    + "done here");
        }
        var title = definition.path("title").isString() ? definition.path("title")
                : definition.path("annotations").path("title");
        var annotations = definition.path("annotations") instanceof ObjectNode hints ? hints.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        if (annotations.path("title").isString()) {
            annotations.put("title", Plain.text(annotations.path("title")));
        }
        var spec = spec(mounted, original, Plain.word(title.asString("")),
                description(definition, "tool", original), Schemas.input(definition.path("inputSchema")),
                Schemas.output(definition.path("outputSchema")), annotations)
                .withIcons(icons(definition)).withFurther(definition.deepCopy().without(KNOWN));
        return new MountedTool(spec, original, ParamHeaders.of(definition.path("inputSchema") instanceof ObjectNode
                schema ? schema : spec.inputSchema()), Optional.empty(), ground);
    }

    private String description(ObjectNode definition, String kind, String original) {
        var text = Plain.bounded(Plain.text(definition.path("description")), Limits.DESCRIPTION_CHARS);
        return text.isBlank() ? "The " + kind + " " + Plain.word(original) + " of " + name
                + ", which says nothing more about it." : text;
    }

    /// Clients take `https:` and `data:` alone (2025-11-25 and later, Icons).
    private static List<ObjectNode> icons(JsonNode definition) {
        return definition.path("icons").valueStream().filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast).filter(icon -> icon.path("src").asString("")
                        .matches("(https:|data:image/).*")).toList();
    }

    private List<Resource> resources(List<ObjectNode> listed) {
        var all = new ArrayList<Resource>();
        var seen = new HashSet<String>();
        for (var each : listed) {
            var uri = each.path("uri").asString("");
            if (!seen.add(uri)) {
                warn("The server " + name + " has the resource " + Plain.word(uri) + " twice.");
                continue;
            }
            make("resource " + Plain.word(uri), all, () -> new MountedResource(new Resource.Spec(
                    ground.uris().mounted(uri), called(each, uri), Plain.word(each.path("title").asString("")),
                    Plain.bounded(Plain.text(each.path("description")), Limits.DESCRIPTION_CHARS),
                    Plain.word(each.path("mimeType").asString("")), each.path("size").isIntegralNumber()
                    ? OptionalLong.of(each.path("size").asLong()) : OptionalLong.empty(), annotations(each),
                    settings.scopes(), settings.timeout().plus(Limits.MARGIN), icons(each)), ground),
                    one -> new Things(List.of(), List.of(one), List.of(), List.of(), List.of()));
        }
        return all;
    }

    private static String called(ObjectNode thing, String otherwise) {
        var name = Plain.word(thing.path("name").asString(""));
        return name.isBlank() ? Plain.word(otherwise) : name;
    }

    private static ObjectNode annotations(ObjectNode thing) {
        return thing.path("annotations") instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    private List<ResourceTemplate> templates(List<ObjectNode> listed) {
        var all = new ArrayList<ResourceTemplate>();
        var seen = new HashSet<String>();
        for (var each : listed) {
            var pattern = each.path("uriTemplate").asString("");
            if (!seen.add(pattern)) {
                continue;
            }
            make("resource template " + Plain.word(pattern), all, () -> new MountedResource.Template(
                    new ResourceTemplate.Spec(ground.uris().mounted(pattern), called(each, pattern),
                    Plain.word(each.path("title").asString("")), Plain.bounded(Plain.text(each.path("description")),
                    Limits.DESCRIPTION_CHARS), Plain.word(each.path("mimeType").asString("")), annotations(each),
                    settings.scopes(), settings.timeout().plus(Limits.MARGIN), icons(each)), pattern, ground),
                    one -> new Things(List.of(), List.of(), List.of(one), List.of(), List.of()));
        }
        return all;
    }

    private List<Prompt> prompts(List<Pins.Pin> pins) {
        var mounted = pins.stream().filter(pin -> held(pin).isEmpty()).toList();
        var names = names(mounted);
        var all = new ArrayList<Prompt>();
        for (var pin : mounted) {
            var definition = inUse(pin);
            make("prompt " + Plain.word(pin.name()), all, () -> {
                free(names.get(pin.name()), all.stream().map(prompt -> prompt.spec().name()));
                return new MountedPrompt(new Prompt.Spec(
                        names.get(pin.name()), Plain.word(definition.path("title").asString("")),
                        description(definition, "prompt", pin.name()), arguments(definition), settings.scopes(),
                        settings.timeout().plus(Limits.MARGIN), icons(definition)), pin.name(), ground);
            }, one -> new Things(List.of(), List.of(), List.of(), List.of(one), List.of()));
        }
        return all;
    }

    private static List<Prompt.Argument> arguments(ObjectNode definition) {
        return definition.path("arguments").valueStream().map(each -> new Prompt.Argument(
                each.path("name").asString(""), Plain.word(each.path("title").asString("")),
                Plain.bounded(Plain.text(each.path("description")), Limits.DESCRIPTION_CHARS),
                each.path("required").asBoolean(false))).toList();
    }

    /// What a server offers, by name; of two with one name the first.
    static Map<String, ObjectNode> named(List<ObjectNode> listed, List<String> warnings) {
        var all = new LinkedHashMap<String, ObjectNode>();
        for (var each : listed) {
            var name = each.path("name").asString("");
            if (name.isEmpty() || each.toString().length() > Limits.DEFINITION_CHARS) {
                warnings.add("A definition without a name or of more than " + Limits.DEFINITION_CHARS
                        + " characters was left out: " + Plain.word(name));
            } else if (all.putIfAbsent(name, each) != null) {
                warnings.add("Two definitions are named " + Plain.word(name) + "; the first is used.");
            }
        }
        return all;
    }
}
