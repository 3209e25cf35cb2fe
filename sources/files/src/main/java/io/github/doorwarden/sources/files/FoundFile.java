package io.github.doorwarden.sources.files;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;

/// One file of a dataset as it lies on the disk now. Two that are equal have the same content, as far as names, sizes
/// and times can tell.
///
/// @param name relative to the root, with `/`
/// @param path real: no link is on the way
/// @param key  of the file system, so that a file that was replaced is another; may be empty
record FoundFile(String name, Path path, long size, Instant modified, String key) {

    /// The files that match, in the order of their names.
    ///
    /// @throws BadFile when there is none, one lies outside of the root, or there are too many
    static List<FoundFile> of(Path root, List<String> globs) throws BadFile {
        try {
            var real = root.toRealPath();
            var matchers = globs.stream().map(glob -> real.getFileSystem().getPathMatcher("glob:" + glob)).toList();
            var found = new TreeMap<String, FoundFile>();
            Files.walkFileTree(real, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Limits.DEPTH,
                    new Visitor(real, matchers, found));
            for (var glob : globs) {
                var matcher = real.getFileSystem().getPathMatcher("glob:" + glob);
                if (found.keySet().stream().noneMatch(name -> matcher.matches(Path.of(name)))) {
                    throw new BadFile("No file in " + root + " matches " + glob + ". Put one there, or correct files.");
                }
            }
            return List.copyOf(found.values());
        } catch (Refused refused) {
            throw new BadFile(refused.getMessage());
        } catch (NoSuchFileException e) {
            throw new BadFile("There is no folder " + root + ". Make it, or correct folder.", e);
        } catch (IOException e) {
            throw new BadFile("The folder " + root + " cannot be read (" + e.getMessage() + "). Give it to the user "
                    + "that Doorwarden runs as.", e);
        }
    }

    private static final class Refused extends IOException {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {

        private final Path root;
        private final List<PathMatcher> matchers;
        private final TreeMap<String, FoundFile> found;
        private int entries;

        Visitor(Path root, List<PathMatcher> matchers, TreeMap<String, FoundFile> found) {
            this.root = root;
            this.matchers = matchers;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            count();
            return folder.toRealPath().startsWith(root) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            count();
            var relative = root.relativize(file);
            if (attributes.isRegularFile() && matchers.stream().anyMatch(matcher -> matcher.matches(relative))) {
                var name = relative.toString().replace('\\', '/');
                var path = file.toRealPath();
                if (!path.startsWith(root)) {
                    throw new Refused("The file " + name + " is a link that leads out of the folder. Put the file "
                            + "itself there, or declare the folder that it lies in.");
                }
                if (path.toString().matches("(?s).*[*?\\[\\]{}\\x00-\\x1f].*")) {
                    throw new Refused("The path of " + name + " has one of the characters * ? [ ] { }, which would be "
                            + "read as a pattern. Rename it.");
                }
                found.put(name, new FoundFile(name, path, attributes.size(), attributes.lastModifiedTime().toInstant(),
                        String.valueOf(attributes.fileKey())));
                if (found.size() > Limits.FILES) {
                    throw new Refused("More than " + Limits.FILES
                            + " files match. Bring them together, or name fewer.");
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return failure instanceof FileSystemLoopException ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE; // gone meanwhile; or not ours to read, and then not matched
        }

        private void count() throws IOException {
            if (++entries > Limits.ENTRIES) {
                throw new Refused("The folder has more than " + Limits.ENTRIES + " entries. Declare one that has the "
                        + "data alone.");
            }
        }
    }
}
