package io.github.doorwarden.sources.documents;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The documents that lie in a folder at one moment, without their contents. Names that begin with a dot are left out;
/// a link is followed only to a place inside the folder that would not be left out itself.
///
/// @param files by their paths relative to the folder, with `/` between the parts
record Tree(Map<String, Entry> files, List<String> warnings) {

    /// @param path  resolved: no link in it
    /// @param real  the same relative to the folder, with `/` between the parts; another one than its name in the tree
    ///              when that has a link in it
    /// @param state changes when the file does: its size, when it was changed, which file it is, and where a link leads
    record Entry(Path path, String real, long size, String state) {}

    /// @throws IOException              when the folder itself cannot be read
    /// @throws IllegalArgumentException with a sentence, when it is no folder or too large
    static Tree of(Folder folder) throws IOException {
        if (!Files.isDirectory(folder.path())) {
            throw new IllegalArgumentException("there is no folder " + folder.path()
                    + ". Correct folder, which is relative to the configuration, or make one.");
        }
        var tree = new Tree(new HashMap<>(), new ArrayList<>());
        tree.enter(folder, folder.path().toRealPath(), folder.path().toRealPath(), "", 0);
        return tree;
    }

    private void enter(Folder folder, Path root, Path directory, String at, int depth) throws IOException {
        try (var children = Files.newDirectoryStream(directory)) {
            for (var child : children) {
                var name = child.getFileName().toString();
                if (!name.startsWith(".")) {
                    look(folder, root, child, at.isEmpty() ? name : at + "/" + name, depth + 1);
                }
            }
        }
    }

    private void look(Folder folder, Path root, Path path, String at, int depth) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            var real = path;
            if (attributes.isSymbolicLink()) {
                real = path.toRealPath();
                if (!real.startsWith(root)) {
                    warnings.add("The link " + at + " is left out: it leads out of the folder.");
                    return;
                }
                if (isHidden(root.relativize(real))) {
                    warnings.add("The link " + at + " is left out: it leads to a name that begins with a dot.");
                    return;
                }
                attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            }
            if (attributes.isRegularFile()) {
                add(folder, at, real, relative(root, real), attributes);
            } else if (attributes.isDirectory() && depth <= Limits.DEPTH
                    && !path.getParent().toRealPath().startsWith(real)) {
                enter(folder, root, real, at, depth);
            } else if (attributes.isDirectory()) {
                warnings.add("The directory " + at + " is left out: it leads back to where it is, or lies deeper than "
                        + Limits.DEPTH + " directories.");
            }
        } catch (TooMany e) {
            throw e;
        } catch (IOException unreadable) {
            // Also a link to nowhere, or a file that went away since its folder was read.
            warnings.add(at + " is left out: it cannot be read (" + unreadable.getClass().getSimpleName() + ").");
        }
    }

    private static boolean isHidden(Path relative) {
        for (var part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static String relative(Path root, Path real) {
        return root.relativize(real).toString().replace(File.separatorChar, '/');
    }

    /// A link has to be wanted by its own name, and what it leads to by its own too.
    private void add(Folder folder, String at, Path path, String real, BasicFileAttributes attributes)
            throws TooMany {
        if (!Formats.knows(path.getFileName().toString()) || !folder.has(at) || !folder.has(real)) {
            return;
        }
        if (files.size() >= Limits.FILES) {
            throw new TooMany("the folder " + folder.path() + " has more than " + Limits.FILES
                    + " documents. Name smaller ones, in several sources.");
        }
        files.put(at, new Entry(path, real, attributes.size(), attributes.size() + " "
                + attributes.lastModifiedTime().toInstant() + " " + attributes.fileKey()
                + (real.equals(at) ? "" : " " + real)));
    }

    private static final class TooMany extends IOException {

        private static final long serialVersionUID = 1;

        TooMany(String sentence) {
            super(sentence);
        }
    }
}
