package io.github.doorwarden.server;

import java.util.List;

/// What a source has, or what is behind an endpoint, each kind in a fixed order. Immutable.
public record Things(List<Tool> tools, List<Resource> resources, List<ResourceTemplate> templates,
        List<Prompt> prompts, List<Skill> skills) {

    public static final Things NONE = new Things(List.of(), List.of(), List.of(), List.of(), List.of());

    public Things {
        tools = List.copyOf(tools);
        resources = List.copyOf(resources);
        templates = List.copyOf(templates);
        prompts = List.copyOf(prompts);
        skills = List.copyOf(skills);
    }

    /// Tools and nothing else.
    public static Things of(List<? extends Tool> tools) {
        return new Things(List.copyOf(tools), List.of(), List.of(), List.of(), List.of());
    }
}
