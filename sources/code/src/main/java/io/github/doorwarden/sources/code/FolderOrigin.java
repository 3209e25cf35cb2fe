package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder as it lies on the disk. Links are not followed, whether they lead in or out; what `.gitignore` files and
/// `.git/info/exclude` ignore is left out, as Git would.
final class FolderOrigin implements Tree.Origin {

    private static final Logger LOG = LoggerFactory.getLogger(FolderOrigin.class);

    private final CodeSettings.Repository repository;
    private final Path folder;
    private int refused;

    /// @throws IllegalArgumentException with a sentence
    FolderOrigin(CodeSettings.Repository repository, Path folder) {
        this.repository = repository;
        this.folder = folder;
        if (!repository.optional() && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder + ". Correct the folder of the "
                    + "repository " + repository.name() + ", which is relative to the configuration, or make it.");
        }
    }

    @Override
    public Tree look() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new Unlookable("there is no folder " + folder, null);
        }
        var walk = new Walk(folder.toRealPath());
        walk.enter(walk.root, "", List.of(), 0);
        if (walk.refused > 0 && walk.refused != refused) {
            LOG.atWarn().addKeyValue("repository", repository.name()).addKeyValue("lines", walk.refused).log("Lines of "
                    + ".gitignore files are not heeded: they have too many * or too many lines before them. What they "
                    + "ignore may be found; use exclude of the repository.");
        }
        refused = walk.refused;
        return walk;
    }

    /// Rules of a `.gitignore`, and where it lies.
    private record Rules(String at, IgnoreNode node) {}

    private final class Walk implements Tree {

        private final Path root;
        private final Selection selection = new Selection(repository);
        private int refused;

        Walk(Path root) {
            this.root = root;
        }

        private void enter(Path directory, String at, List<Rules> above, int depth) throws IOException {
            var rules = new ArrayList<>(above);
            if (depth == 0) {
                add(rules, at, directory.resolve(".git/info/exclude"));
            }
            add(rules, at, directory.resolve(".gitignore"));
            var children = new ArrayList<Path>();
            try (var all = Files.newDirectoryStream(directory)) {
                all.forEach(children::add);
            } catch (IOException | DirectoryIteratorException unreadable) {
                if (depth == 0) {
                    throw new Unlookable("its folder cannot be read", unreadable);
                }
                selection.skip(Skip.UNREADABLE);
                return;
            }
            children.sort(null);
            for (var child : children) {
                var name = child.getFileName().toString();
                look(child, at.isEmpty() ? name : at + "/" + name, rules, depth);
            }
        }

        private void look(Path path, String at, List<Rules> rules, int depth) throws IOException {
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException wentAway) {
                return;
            }
            if (attributes.isSymbolicLink()) {
                selection.skip(Skip.LINK);
            } else if (attributes.isDirectory()) {
                var why = Skip.folder(path.getFileName().toString()).or(() -> depth >= Limits.DEPTH
                        || ignored(at, true, rules) ? Optional.of(Skip.IGNORED) : Optional.empty());
                if (why.isPresent()) {
                    selection.skip(why.get());                    // counts once, whatever lies in it
                } else {
                    enter(path, at, rules, depth + 1);
                }
            } else if (!attributes.isRegularFile()) {
                selection.skip(Skip.UNREADABLE);
            } else if (ignored(at, false, rules)) {
                selection.skip(Skip.IGNORED);
            } else {
                selection.offer(new Entry(at, attributes.size(), attributes.size() + " "
                        + attributes.lastModifiedTime().toInstant() + " " + attributes.fileKey()));
            }
        }

        private void add(List<Rules> rules, String at, Path file) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            byte[] bytes;
            try {
                if (!file.toRealPath().equals(file)) {
                    return;                                       // as Git, which follows no link to rules
                }
                try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                    bytes = in.readNBytes(Limits.IGNORE_BYTES + 1);
                }
            } catch (IOException unreadable) {
                return;                                           // as if there were none: Git says no more of it
            }
            var text = new String(bytes, 0, Math.min(bytes.length, Limits.IGNORE_BYTES), StandardCharsets.UTF_8);
            if (bytes.length > Limits.IGNORE_BYTES) {
                text = text.substring(0, text.lastIndexOf('\n') + 1);
                refused++;
            }
            rules.add(new Rules(at, new IgnoreNode(rules(text))));
        }

        private List<FastIgnoreRule> rules(String text) {
            var rules = new ArrayList<FastIgnoreRule>();
            for (var line : text.lines().toList()) {
                if (line.isBlank() || line.startsWith("#") || line.equals("/")) {
                    continue;
                }
                var pairs = Math.ceilDiv(line.length() - line.replace("**", "").length(), 2);
                var single = line.replace("**", "").chars().filter(each -> each == '*').count();
                if (pairs > Limits.IGNORE_STARS || single > Limits.IGNORE_STARS
                        || rules.size() >= Limits.IGNORE_LINES) {
                    refused++;
                } else {
                    rules.add(new FastIgnoreRule(line));
                }
            }
            return rules;
        }

        /// The nearest file that says something decides.
        private static boolean ignored(String path, boolean folder, List<Rules> rules) {
            for (var each : rules.reversed()) {
                var relative = each.at.isEmpty() ? path : path.substring(each.at.length() + 1);
                var said = each.node.checkIgnored(relative, folder);
                if (said != null) {
                    return said;
                }
            }
            return false;
        }

        @Override
        public List<Entry> files() {
            return selection.files();
        }

        @Override
        public Map<Skip, Integer> skipped() {
            return selection.skipped().counts();
        }

        @Override
        public String revision() {
            return "";
        }

        @Override
        public byte[] read(Entry entry) throws IOException {
            var path = root.resolve(entry.path());
            // A link may have come since the walk, at the file or above it.
            if (!path.toRealPath().equals(path)) {
                throw new IOException("a link stands in its place");
            }
            try (var in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                return in.readNBytes(Limits.FILE_BYTES + 1);
            }
        }
    }
}
