package io.github.doorwarden.sources.skills;

import io.github.doorwarden.protocol.FrontMatter;
import io.github.doorwarden.server.MediaTypes;
import io.github.doorwarden.server.Skill;
import io.github.doorwarden.server.UriText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The skills of a folder, read once; each file's bytes are kept, so that a digest and what is read by it agree even
/// while somebody writes. Immutable.
record SkillSet(List<Skill> skills, List<String> warnings) {

    private static final String SCHEME = "skill://";

    SkillSet {
        skills = List.copyOf(skills);
        warnings = List.copyOf(warnings);
    }

    static SkillSet read(Tree tree, Path folder, Set<String> scopes) {
        return new Reading(tree, folder, scopes).all();
    }

    /// One reading of the folder.
    private static final class Reading {

        private final Tree tree;
        private final String above;
        private final Set<String> scopes;
        private final Map<String, byte[]> bytes = new HashMap<>();
        private final List<Skill> skills = new ArrayList<>();
        private final List<String> warnings;
        private long total;

        Reading(Tree tree, Path folder, Set<String> scopes) {
            this.tree = tree;
            this.scopes = scopes;
            this.warnings = new ArrayList<>(tree.warnings());
            // A folder that is itself a skill gives it its name.
            this.above = tree.files().containsKey(Skill.ENTRY) ? folder.toAbsolutePath().normalize().getFileName() + "/"
                    : "";
        }

        SkillSet all() {
            var directories = tree.files().keySet().stream().filter(at -> at.equals(Skill.ENTRY)
                    || at.endsWith("/" + Skill.ENTRY)).map(Reading::directory).toList();
            for (var directory : directories) {
                try {
                    skills.add(skill(directory));
                } catch (IllegalArgumentException e) {
                    warnings.add("The skill " + (directory.isEmpty() ? above : directory) + " is left out: "
                            + e.getMessage() + ".");
                }
            }
            withoutEntry(directories);
            sameNames();
            return new SkillSet(skills, warnings);
        }

        private static String directory(String at) {
            return at.contains("/") ? at.substring(0, at.lastIndexOf('/')) : "";
        }

        private Skill skill(String directory) {
            var below = directory.isEmpty() ? "" : directory + "/";
            var files = new LinkedHashMap<String, Tree.Entry>();
            tree.files().forEach((at, entry) -> {
                if (at.startsWith(below)) {
                    files.put(at, entry);
                }
            });
            fits(files.values());
            var frontmatter = FrontMatter.of(content(below + Skill.ENTRY, files.get(below + Skill.ENTRY)));
            var manifest = new ArrayList<Skill.File>();
            for (var file : files.entrySet()) {
                var content = content(file.getKey(), file.getValue());
                var name = file.getKey().substring(file.getKey().lastIndexOf('/') + 1);
                manifest.add(name.equals(Skill.ENTRY) ? entry(file.getKey(), content)
                        : Skill.file(uri(file.getKey()), name, "", MediaTypes.of(name), content, scopes));
            }
            var directories = tree.directories().stream().filter(at -> at.startsWith(below)).map(this::uri)
                    .collect(Collectors.toSet());
            return new Skill(uri(below + Skill.ENTRY), frontmatter,
                    Optional.of(new Skill.Manifest(manifest, directories)), true, scopes);
        }

        /// Before anything is read.
        private static void fits(Iterable<Tree.Entry> files) {
            var count = 0;
            var size = 0L;
            for (var file : files) {
                count++;
                size += file.size();
            }
            if (count > Skill.MOST_FILES || size > Skill.MOST_BYTES) {
                throw new IllegalArgumentException("it has " + count + " files with " + size + " bytes, and a skill "
                        + "has at most " + Skill.MOST_FILES + " files with " + Skill.MOST_BYTES + " bytes together. "
                        + "Split it, or leave out what no agent reads");
            }
        }

        /// A SKILL.md, of this skill or of a nested one, has its own front matter's words as a resource, if it has any.
        private Skill.File entry(String at, byte[] content) {
            try {
                var words = FrontMatter.of(content);
                return Skill.file(uri(at), words.path("name").asString(Skill.ENTRY),
                        words.path("description").asString(""), "text/markdown", content, scopes);
            } catch (IllegalArgumentException nestedAndBad) {
                return Skill.file(uri(at), Skill.ENTRY, "", "text/markdown", content, scopes);
            }
        }

        private byte[] content(String at, Tree.Entry entry) {
            var known = bytes.get(at);
            if (known != null) {
                return known;
            }
            if (total + entry.size() > Limits.SOURCE_BYTES) {
                throw new IllegalArgumentException("all skills of this folder together have more than "
                        + Limits.SOURCE_BYTES + " bytes. Make several sources of it");
            }
            try (var in = Files.newInputStream(entry.path())) {
                var read = in.readNBytes((int) Skill.MOST_BYTES + 1);
                total += read.length;
                bytes.put(at, read);
                return read;
            } catch (IOException e) {
                throw new IllegalArgumentException("its file " + at + " cannot be read ("
                        + e.getClass().getSimpleName() + ")", e);
            }
        }

        private String uri(String at) {
            return SCHEME + Arrays.stream((above + at).split("/")).filter(part -> !part.isEmpty())
                    .map(UriText::encoded).collect(Collectors.joining("/"));
        }

        /// Directories right below the folder that have no skill at all.
        private void withoutEntry(List<String> directories) {
            tree.directories().stream().filter(at -> !at.isEmpty() && !at.contains("/"))
                    .filter(at -> directories.stream().noneMatch(skill -> skill.isEmpty() || skill.equals(at)
                            || skill.startsWith(at + "/")))
                    .forEach(at -> warnings.add("The directory " + at + " is left out: there is no " + Skill.ENTRY
                            + " in it or below it" + otherCase(at) + "."));
        }

        private String otherCase(String at) {
            return tree.files().keySet().stream().filter(file -> file.startsWith(at + "/")
                    && file.substring(file.lastIndexOf('/') + 1).equalsIgnoreCase(Skill.ENTRY)).findFirst()
                    .map(file -> ". Rename " + file + ": the name is written in capitals").orElse("");
        }

        /// Allowed, but hosts show names alone (SEP-2640, Names).
        private void sameNames() {
            Stream<Skill> all = skills.stream();
            all.collect(Collectors.groupingBy(Skill::name)).forEach((name, same) -> {
                if (same.size() > 1) {
                    warnings.add("Several skills are named " + name + ", which confuses people: "
                            + same.stream().map(Skill::uri).collect(Collectors.joining(", ")) + ".");
                }
            });
        }
    }
}
