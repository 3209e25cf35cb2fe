package io.github.doorwarden.sources.skills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a folder has at one moment, without the contents. Two looks at an unchanged folder are equal. Names that begin
/// with a dot are left out; a link is followed only to a place inside the folder.
///
/// @param files       by their paths relative to the folder, with `/` between the parts
/// @param directories the same way, the folder itself (the empty path) included
record Tree(TreeMap<String, Entry> files, TreeSet<String> directories, List<String> warnings) {

    /// @param state changes when the file does: its size, when it was changed, and which file it is
    record Entry(Path path, long size, String state) {}

    /// @throws IOException              when the folder itself cannot be read
    /// @throws IllegalArgumentException when it is no folder, or too large to be one of skills
    static Tree of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder
                    + ". Correct folder, which is relative to the configuration, or make one.");
        }
        var tree = new Tree(new TreeMap<>(), new TreeSet<>(), new ArrayList<>());
        tree.enter(folder.toRealPath(), folder.toRealPath(), "", 0);
        return tree;
    }

    private void enter(Path root, Path directory, String at, int depth) throws IOException {
        directories.add(at);
        var names = new TreeSet<String>();
        try (var children = Files.newDirectoryStream(directory)) {
            for (var child : children) {
                names.add(child.getFileName().toString());
                if (names.size() + files.size() + directories.size() > Limits.ENTRIES) {
                    throw new IllegalArgumentException("the folder " + root + " has more than " + Limits.ENTRIES
                            + " files, which is no folder of skills. Name the folder that has nothing else.");
                }
            }
        }
        for (var name : names) {
            if (!name.startsWith(".")) {
                look(root, directory.resolve(name), at.isEmpty() ? name : at + "/" + name, depth + 1);
            }
        }
    }

    private void look(Path root, Path path, String at, int depth) {
        try {
            var real = path.toRealPath();
            if (!real.startsWith(root)) {
                warnings.add("The link " + at + " is left out: it leads out of the folder.");
                return;
            }
            var attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                files.put(at, new Entry(real, attributes.size(), attributes.size() + " "
                        + attributes.lastModifiedTime().toInstant() + " " + attributes.fileKey()));
            } else if (!attributes.isDirectory()) {
                warnings.add(at + " is left out: it is neither a file nor a directory.");
            } else if (depth > Limits.DEPTH || path.getParent().toRealPath().startsWith(real)) {
                warnings.add("The directory " + at + " is left out: it leads back to where it is, or lies deeper than "
                        + Limits.DEPTH + " directories.");
            } else {
                enter(root, real, at, depth);
            }
        } catch (IOException unreadable) {
            // Also a link to nowhere, or a file that went away since its folder was read.
            warnings.add(at + " is left out: it cannot be read (" + unreadable.getClass().getSimpleName() + ").");
        }
    }
}
