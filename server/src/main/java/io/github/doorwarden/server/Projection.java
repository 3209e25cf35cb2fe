package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What is behind one endpoint, made ready to be listed and called. Immutable but for what it remembers; safe for use
/// by many threads.
final class Projection {

    final Endpoint endpoint;
    final Shelf<Offer> tools;
    final Shelf<Wares.OfResource> resources;
    final Shelf<Wares.OfTemplate> templates;
    final Shelf<Wares.OfPrompt> prompts;
    final Skills skills;

    /// @throws IllegalArgumentException when something cannot be offered, or two have the same name
    Projection(Endpoint endpoint, Policy policy) {
        var things = endpoint.things();
        var path = endpoint.path();
        this.endpoint = endpoint;
        tools = new Shelf<>(path, "tools", "tools", things.tools().stream().map(Offer::new).toList(), policy);
        skills = new Skills(path, things.skills(), policy);
        resources = new Shelf<>(path, "resources", "resources",
                Stream.concat(things.resources().stream(), skills.entries().stream()).map(Wares.OfResource::new)
                        .toList(), policy);
        templates = new Shelf<>(path, "resourceTemplates", "resource templates",
                things.templates().stream().map(Wares.OfTemplate::new).toList(), policy);
        prompts = new Shelf<>(path, "prompts", "prompts", things.prompts().stream().map(Wares.OfPrompt::new).toList(),
                policy);
    }

    boolean hasResources() {
        return !resources.all().isEmpty() || !templates.all().isEmpty() || !skills.isEmpty();
    }

    boolean completes() {
        return !prompts.all().isEmpty() || !templates.all().isEmpty();
    }

    boolean makesTasks() {
        return tools.all().stream().anyMatch(offer -> offer.spec.tasks() != ToolSpec.TaskSupport.NEVER);
    }

    /// Whether the method has anything to work on here: what is not declared as a capability is not answered.
    boolean offers(Methods method) {
        return switch (method) {
            case RESOURCES_LIST, TEMPLATES_LIST, RESOURCES_READ -> hasResources();
            case PROMPTS_LIST, PROMPTS_GET -> !prompts.all().isEmpty();
            case COMPLETE -> completes();
            case TASKS_GET, TASKS_UPDATE, TASKS_CANCEL -> makesTasks();
            case SKILLS_LIST, SKILLS_GET, DIRECTORY_READ -> !skills.isEmpty();
            default -> true;
        };
    }

    /// The resource with exactly this URI, files of skills that no list names included.
    Optional<Wares.OfResource> resource(String uri) {
        return resources.named(uri).or(() -> skills.file(uri));
    }

    /// A template and the values that make a URI from it.
    record Matched(Wares.OfTemplate template, Map<String, String> values) {}

    /// The first template that the URI follows.
    ///
    /// @throws Refused `NoSuchResource`
    Matched matched(String uri) {
        for (var template : templates.all()) {
            var values = template.pattern().match(uri);
            if (values.isPresent()) {
                return new Matched(template, values.get());
            }
        }
        throw noSuchResource(uri);
    }

    static Refused noSuchResource(String uri) {
        return new Refused(new Refusal.NoSuchResource("There is no resource " + Text.bounded(uri,
                Limits.ECHOED_NAME_CHARS) + ". resources/list and resources/templates/list name those that there are.",
                Text.bounded(uri, Limits.URI_CHARS)));
    }
}
