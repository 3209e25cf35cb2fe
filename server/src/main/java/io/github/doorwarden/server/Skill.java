package io.github.doorwarden.server;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// A skill: a directory of files with a `SKILL.md` at its root (extension `io.modelcontextprotocol/skills`, SEP-2640,
/// Skill Format and Resource Mapping). Immutable.
///
/// @param uri         of its `SKILL.md`, for example `skill://billing/refunds/SKILL.md`
/// @param frontmatter all of the file's YAML front matter as JSON, nothing left out
/// @param manifest    what belongs to it; empty when that is made anew at each call, so that no digest holds: then its
///                    `SKILL.md` and all that it names are resources or templates of the same source
/// @param listed      whether `skills/list` names it; `skills/get` answers for it in any case
/// @param scopes      what a caller needs to read it, all of them; empty: any signed-in caller
public record Skill(String uri, ObjectNode frontmatter, Optional<Manifest> manifest, boolean listed,
        Set<String> scopes) {

    /// What the entry file of a skill is called, in exactly this case.
    public static final String ENTRY = "SKILL.md";

    /// Most files of one skill, `SKILL.md` included (SEP-2640, Limits).
    public static final int MOST_FILES = 512;

    /// Most bytes of all files of one skill together (SEP-2640, Limits).
    public static final long MOST_BYTES = 16L << 20;

    private static final int NAME_CHARS = 64;
    private static final int DESCRIPTION_CHARS = 1024;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /// Everything that belongs to a skill.
    ///
    /// @param files       each once, `SKILL.md` and the files of nested skills included
    /// @param directories URIs of all directories, without a slash at the end; those above a file need not be named
    public record Manifest(List<File> files, Set<String> directories) {
        public Manifest {
            files = List.copyOf(files);
            directories = Set.copyOf(directories);
        }
    }

    /// One file of a skill.
    ///
    /// @param resource reads it; need not be among the resources of the source
    /// @param digest   `sha256:` and 64 lower hex digits, over the bytes that reading brings
    /// @param size     number of these bytes
    public record File(Resource resource, String digest, long size) {

        public File {
            if (!digest.matches("sha256:[0-9a-f]{64}") || size < 0) {
                throw new IllegalArgumentException("The file " + resource.spec().uri() + " of a skill has no digest of "
                        + "the form sha256:<64 lower hex digits>, or no size.");
            }
        }

        public String uri() {
            return resource.spec().uri();
        }
    }

    /// @throws IllegalArgumentException with a sentence that says what the specification does not allow
    public Skill {
        Objects.requireNonNull(manifest);
        scopes = Set.copyOf(scopes);
        var name = frontmatter.path("name").asString("");
        var description = frontmatter.path("description").asString("");
        if (!NAME.matcher(name).matches() || name.length() > NAME_CHARS) {
            throw new IllegalArgumentException("the name in the front matter of " + uri + " must have 1 to "
                    + NAME_CHARS + " characters of a-z 0-9 and single hyphens inside, and is "
                    + (name.isEmpty() ? "missing" : "\"" + Text.bounded(name, Limits.ECHOED_NAME_CHARS) + "\""));
        }
        if (!uri.endsWith("/" + name + "/" + ENTRY)) {
            throw new IllegalArgumentException("the name in the front matter is " + name + ", so the directory of the "
                    + "skill must be called " + name + ", and its URI is " + uri);
        }
        if (!frontmatter.path("description").isString() || description.isBlank()
                || description.codePointCount(0, description.length()) > DESCRIPTION_CHARS) {
            throw new IllegalArgumentException("the description in the front matter of " + uri + " must be a text of 1 "
                    + "to " + DESCRIPTION_CHARS + " characters");
        }
        if (manifest.isPresent()) {
            whole(manifest.get(), uri);
        }
    }

    private static void whole(Manifest manifest, String uri) {
        var root = rootOf(uri);
        var seen = new HashSet<String>();
        var bytes = 0L;
        for (var file : manifest.files) {
            if (!file.uri().startsWith(root + "/") || !seen.add(file.uri())) {
                throw new IllegalArgumentException("the file " + file.uri() + " is outside of the skill " + root
                        + ", or there twice");
            }
            bytes += file.size;
        }
        if (!seen.contains(uri)) {
            throw new IllegalArgumentException("the files of the skill do not contain " + uri);
        }
        if (seen.size() > MOST_FILES || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("the skill " + root + " has " + seen.size() + " files with " + bytes
                    + " bytes, and a skill has at most " + MOST_FILES + " files with " + MOST_BYTES
                    + " bytes together: split it, or leave out what no agent reads");
        }
    }

    /// The name in its front matter.
    public String name() {
        return frontmatter.path("name").asString();
    }

    /// The URI of its directory, without a slash at the end.
    public String root() {
        return rootOf(uri);
    }

    private static String rootOf(String uri) {
        return uri.substring(0, uri.length() - ENTRY.length() - 1);
    }

    /// The `SKILL.md` as a resource that is listed with the skill's own name and description (Resource Metadata); empty
    /// when it is made anew at each call.
    Optional<Resource> entry() {
        return manifest.flatMap(all -> all.files.stream().filter(file -> file.uri().equals(uri)).findFirst())
                .map(File::resource);
    }

    /// All directories, those that only files tell of included.
    Set<String> directories() {
        var all = new TreeSet<String>();
        manifest.ifPresent(known -> {
            all.add(root());
            known.directories.stream().filter(each -> each.startsWith(root() + "/")).forEach(each -> above(each, all));
            known.files.forEach(file -> above(parent(file.uri()), all));
        });
        return all;
    }

    private void above(String directory, Set<String> all) {
        for (var each = directory; each.length() > root().length(); each = parent(each)) {
            all.add(each);
        }
    }

    static String parent(String uri) {
        return uri.substring(0, uri.lastIndexOf('/'));
    }

    /// A file of a skill whose bytes are kept as they are now.
    ///
    /// @param name        for people, usually the file's own
    /// @param description may be empty
    public static File file(String uri, String name, String description, String mimeType, byte[] bytes,
            Set<String> scopes) {
        var spec = new Resource.Spec(uri, name, description, mimeType).withScopes(scopes)
                .withSize(OptionalLong.of(bytes.length));
        return new File(new Kept(spec, bytes.clone()), Digest.of(bytes), bytes.length);
    }

    /// Bytes that do not change: as text where they are UTF-8, so that whoever encodes the text has the same bytes.
    private record Kept(Resource.Spec spec, byte[] bytes) implements Resource {

        @Override
        public List<ObjectNode> read(Call call) {
            return List.of(Content.of(spec.uri(), spec.mimeType(), bytes));
        }
    }
}
