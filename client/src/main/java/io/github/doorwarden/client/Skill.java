package io.github.doorwarden.client;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A skill as a server lists it: what its `SKILL.md` says of itself, and what its files must be (extension
/// `io.modelcontextprotocol/skills`, SEP-2640, Skill Entries).
///
/// @param uri         of its `SKILL.md`
/// @param frontmatter as JSON
/// @param files       all of them; empty for one whose files cannot be told beforehand
/// @param raw         the whole entry as it came
public record Skill(String uri, String name, String description, ObjectNode frontmatter, Optional<List<File>> files,
        ObjectNode raw) {

    /// @param digest `sha256:` and 64 hexadecimal digits
    /// @param size   in bytes
    public record File(String uri, String digest, long size) {}

    static Skill of(ObjectNode raw) {
        var frontmatter = Json.object(raw.path("frontmatter"));
        var resources = raw.path("resources");
        return new Skill(raw.path("uri").asString(""), frontmatter.path("name").asString(""),
                frontmatter.path("description").asString(""), frontmatter, resources.isArray()
                        ? Optional.of(Json.all(resources, Skill::file)) : Optional.empty(), raw);
    }

    private static File file(ObjectNode raw) {
        return new File(raw.path("uri").asString(""), raw.path("digest").asString(""), raw.path("size").asLong(-1));
    }

    Optional<File> file(String uri) {
        return files.orElse(List.of()).stream().filter(file -> file.uri.equals(uri)).findFirst();
    }
}
