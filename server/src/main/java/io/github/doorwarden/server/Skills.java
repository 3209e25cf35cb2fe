package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Methods;
import io.github.doorwarden.protocol.Refusal;
import io.github.doorwarden.protocol.Refused;
import io.github.doorwarden.protocol.Revision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The skills behind one endpoint, and `skills/list`, `skills/get` and `resources/directory/read` over them (extension
/// `io.modelcontextprotocol/skills`, SEP-2640). Immutable but for what its lists remember; safe for use by many
/// threads.
final class Skills {

    static final String EXTENSION = "io.modelcontextprotocol/skills";

    private final Shelf<OfSkill> listed;
    private final Map<String, OfSkill> served = new LinkedHashMap<>();
    private final Map<String, Skill.File> files = new LinkedHashMap<>();
    private final Map<String, Directory> directories = new TreeMap<>();

    /// One directory of one or, where skills are nested, several skills.
    private record Directory(Set<String> scopes, Shelf<Listing> children) {}

    /// @throws IllegalArgumentException when two skills have the same URI
    Skills(String endpoint, List<Skill> skills, Policy policy) {
        var all = skills.stream().map(OfSkill::new).toList();
        for (var each : all) {
            if (served.put(each.name(), each) != null) {
                throw new IllegalArgumentException("The endpoint " + endpoint + " has two skills at " + each.name()
                        + ". Rename one of them.");
            }
            each.skill.manifest().ifPresent(manifest -> manifest.files()
                    .forEach(file -> files.putIfAbsent(file.uri(), file)));
        }
        listed = new Shelf<>(endpoint, "skills", "skills", all.stream().filter(each -> each.skill.listed()).toList(),
                policy, Limits.SKILLS_PAGE);
        var scopes = new TreeMap<String, Set<String>>();
        skills.forEach(skill -> skill.directories().forEach(uri -> scopes.putIfAbsent(uri, skill.scopes())));
        var children = new TreeMap<String, List<Listing>>();
        scopes.forEach((uri, needed) -> {
            children.computeIfAbsent(uri, none -> new ArrayList<>());
            if (scopes.containsKey(Skill.parent(uri))) {
                children.computeIfAbsent(Skill.parent(uri), none -> new ArrayList<>())
                        .add(new OfDirectory(uri, needed));
            }
        });
        files.values().forEach(file -> children.get(Skill.parent(file.uri()))
                .add(new Wares.OfResource(file.resource())));
        children.forEach((uri, below) -> directories.put(uri, new Directory(scopes.get(uri),
                new Shelf<>(endpoint + " " + Integer.toHexString(uri.hashCode()), "resources", "files", below, policy,
                Limits.PAGE))));
    }

    boolean isEmpty() {
        return served.isEmpty();
    }

    /// The `SKILL.md` files, to be listed among the resources of the endpoint.
    List<Resource> entries() {
        return served.values().stream().filter(each -> each.skill.listed())
                .flatMap(each -> each.skill.entry().stream()).toList();
    }

    /// A file of a skill, listed or not.
    Optional<Wares.OfResource> file(String uri) {
        return Optional.ofNullable(files.get(uri)).map(file -> new Wares.OfResource(file.resource()));
    }

    /// URIs of files that both have, with other bytes.
    List<String> changed(Skills after) {
        return files.values().stream().filter(file -> after.files.containsKey(file.uri())
                && !after.files.get(file.uri()).digest().equals(file.digest())).map(Skill.File::uri).toList();
    }

    /// SEP-2640, Listing Skills, Getting a Skill, Reading Directories.
    ///
    /// @param method `SKILLS_LIST`, `SKILLS_GET` or `DIRECTORY_READ`
    ObjectNode answer(Desk desk, Exchange exchange, Methods method, ObjectNode params) {
        var caller = exchange.caller();
        var methods = exchange.endpoint().methodScopes();
        desk.guard(desk.policy.decide(caller, exchange.endpoint(), method.wireName()), "This server"); // 401, 403
        if (method == Methods.SKILLS_LIST) {
            return listed.list(caller, exchange.revision(), params.path("cursor"));       // -32602 cursor
        }
        if (method == Methods.SKILLS_GET) {
            var uri = Desk.text(params, "uri", method.wireName(), "the URI of a SKILL.md");   // -32602
            // -32602
            var skill = Optional.ofNullable(served.get(uri)).orElseThrow(() -> none("skill is served at", uri));
            desk.guard(desk.policy.decide(caller, methods.of(method.wireName(), skill.scopes())),
                    "The skill " + uri);                                                  // 401, 403
            return JsonNodeFactory.instance.objectNode().set("skill", skill.json(exchange.revision()));
        }
        var uri = Desk.text(params, "uri", method.wireName(), "the URI of a directory");  // -32602
        var directory = Optional.ofNullable(directories.get(uri))
                .orElseThrow(() -> none("directory of a skill is", uri));                 // -32602
        desk.guard(desk.policy.decide(caller, methods.of(method.wireName(), directory.scopes)),
                "The directory " + uri);                                                  // 401, 403
        return directory.children.list(caller, exchange.revision(), params.path("cursor"));
    }

    private static Refused none(String what, String uri) {
        return new Refused(new Refusal.BadParams("No " + what + " " + Text.bounded(uri, Limits.AUDITED_NAME_CHARS)
                + ". skills/list names those that there are."));
    }

    /// SEP-2640, Skill Entries.
    private record OfSkill(Skill skill) implements Listing {

        @Override
        public String name() {
            return skill.uri();
        }

        @Override
        public Set<String> scopes() {
            return skill.scopes();
        }

        @Override
        public ObjectNode json(Revision revision) {
            var json = JsonNodeFactory.instance.objectNode().put("uri", skill.uri());
            json.set("frontmatter", skill.frontmatter());
            if (skill.manifest().isEmpty()) {
                return json.put("resources", "dynamic");
            }
            var resources = json.putArray("resources");
            skill.manifest().get().files().forEach(file -> resources.addObject().put("uri", file.uri())
                    .put("digest", file.digest()).put("size", file.size()));
            return json;
        }
    }

    /// A directory inside a directory.
    private record OfDirectory(String uri, Set<String> scopes) implements Listing {

        @Override
        public String name() {
            return uri;
        }

        @Override
        public ObjectNode json(Revision revision) {
            return JsonNodeFactory.instance.objectNode().put("uri", uri)
                    .put("name", UriText.decoded(uri.substring(uri.lastIndexOf('/') + 1)))
                    .put("mimeType", "inode/directory");
        }
    }
}
