package io.github.doorwarden.server;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A skill: a folder of files with a `SKILL.md` at its root (extension `io.modelcontextprotocol/skills`, SEP-2640).
/// Immutable.
///
/// @param uri         of its `SKILL.md`, for example `skill://billing/refunds/SKILL.md`
/// @param frontmatter all of the file's YAML front matter
/// @param files       every file of the folder, `SKILL.md` included
/// @param scopes      what a caller needs to see and read it, all of them
public record Skill(String uri, ObjectNode frontmatter, List<File> files, Set<String> scopes) {

    /// @param digest `sha256:` and 64 lower hex digits, over the bytes
    public record File(String uri, String mimeType, String digest, long size) {}

    public Skill {
        files = List.copyOf(files);
        scopes = Set.copyOf(scopes);
    }
}
