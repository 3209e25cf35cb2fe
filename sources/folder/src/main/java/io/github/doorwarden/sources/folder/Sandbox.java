package io.github.doorwarden.sources.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// The one that opens files of a folder, and no others: it goes down name by name and follows no link, neither out of
/// the folder nor within it. Where the system lets a directory be opened relative to another (Linux does), a directory
/// that is exchanged for a link meanwhile leads nowhere either; elsewhere each name is looked at before it is used.
/// A hard link is a file like any other: who could make one in the folder has the file already. Safe for use by many
/// threads.
final class Sandbox {

    private static final LinkOption NOT_THROUGH_LINKS = LinkOption.NOFOLLOW_LINKS;

    private final Path root;
    private final boolean byPath;

    /// A file or a directory.
    ///
    /// @param state changes when the file does: its size, when it was changed, and which file it is
    record Entry(boolean directory, long size, Instant modified, String state) {}

    /// @throws IllegalArgumentException with a sentence, when it is no folder
    Sandbox(Path folder) {
        this(folder, false);
    }

    /// @param byPath as where the system has nothing better
    Sandbox(Path folder, boolean byPath) {
        this.byPath = byPath;
        try {
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException("there is no folder " + folder + ". Correct folder, which is "
                        + "relative to the configuration, or make one.");
            }
            root = folder.toRealPath();
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder " + folder + " cannot be read (" + e.getMessage()
                    + "). Give it to the user that Doorwarden runs as.", e);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(Directory directory) throws IOException;
    }

    /// One directory, open; names are names in it.
    private interface Directory extends AutoCloseable {

        BasicFileAttributes attributes(String name) throws IOException;

        Directory enter(String name) throws IOException;

        SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException;

        /// In the place of what is there.
        void rename(String from, String to) throws IOException;

        void delete(String name) throws IOException;

        List<String> names() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// The bytes of a file.
    ///
    /// @throws NoSuchFileException when there is no such file, or it is no regular one
    /// @throws FilePath.Unusable   when it has more than `most` bytes
    byte[] read(FilePath path, int most) throws IOException {
        return within(path, directory -> {
            regular(directory, path);
            try (var channel = directory.open(path.name(), Set.of(StandardOpenOption.READ, NOT_THROUGH_LINKS));
                    var in = Channels.newInputStream(channel)) {
                var bytes = in.readNBytes(most + 1);
                if (bytes.length > most) {
                    throw new FilePath.Unusable("The file " + path + " has more than " + most + " bytes, which is more "
                            + "than can be read here.");
                }
                return bytes;
            }
        });
    }

    /// Writes a file as a whole, so that nobody ever reads half of it.
    ///
    /// @param replace whether one that is there may be replaced
    /// @return whether it is a new one
    /// @throws FileAlreadyExistsException when it is there and may not be replaced, or is no regular file
    /// @throws NoSuchFileException        when the directory is not there
    boolean write(FilePath path, byte[] bytes, boolean replace) throws IOException {
        return within(path, directory -> {
            var fresh = isFree(directory, path, replace);
            var work = ".doorwarden-" + UUID.randomUUID();
            try {
                try (var channel = directory.open(work, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                        NOT_THROUGH_LINKS))) {
                    var rest = ByteBuffer.wrap(bytes);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                }
                isFree(directory, path, replace);
                directory.rename(work, path.name());
                return fresh;
            } catch (IOException | RuntimeException e) {
                try {
                    directory.delete(work);
                } catch (IOException gone) {
                    e.addSuppressed(gone);
                }
                throw e;
            }
        });
    }

    private static boolean isFree(Directory directory, FilePath path, boolean replace) throws IOException {
        try {
            if (!directory.attributes(path.name()).isRegularFile() || !replace) {
                throw new FileAlreadyExistsException(path.toString());
            }
            return false;
        } catch (NoSuchFileException none) {
            return true;
        }
    }

    /// Everything in the folder, by path. Links, what is neither file nor directory, names that cannot be asked for and
    /// what may not be read are left out.
    ///
    /// @throws FilePath.Unusable when there is more than can be looked at
    TreeMap<String, Entry> tree() throws IOException {
        var all = new TreeMap<String, Entry>();
        try (var top = top()) {
            enter(top, FilePath.ROOT, all);
        }
        return all;
    }

    private static void enter(Directory directory, FilePath at, TreeMap<String, Entry> all) throws IOException {
        for (var name : directory.names()) {
            var path = at.child(name);
            if (!FilePath.usable(name) || path.names().size() > Limits.DEPTH + 1
                    || path.toString().length() > Limits.PATH_CHARS) {
                continue;
            }
            if (all.size() >= Limits.ENTRIES) {
                throw new FilePath.Unusable("The folder has more than " + Limits.ENTRIES + " files and directories.");
            }
            try {
                var found = directory.attributes(name);
                if (found.isDirectory()) {
                    try (var below = directory.enter(name)) {
                        all.put(path.toString(), entry(found));
                        enter(below, path, all);
                    }
                } else if (found.isRegularFile()) {
                    all.put(path.toString(), entry(found));
                }
            } catch (IOException goneOrForbidden) {
                all.remove(path.toString());
            }
        }
    }

    private static Entry entry(BasicFileAttributes found) {
        return new Entry(found.isDirectory(), found.isDirectory() ? 0 : found.size(),
                found.lastModifiedTime().toInstant(), found.isDirectory() ? "" : found.size() + " "
                + found.lastModifiedTime() + " " + found.fileKey());
    }

    private static void regular(Directory directory, FilePath path) throws IOException {
        if (!directory.attributes(path.name()).isRegularFile()) {        // opening a pipe would wait for its writer
            throw new NoSuchFileException(path.toString());
        }
    }

    /// Works in the directory that a path names a file of.
    private <T> T within(FilePath path, Work<T> work) throws IOException {
        if (path.isRoot()) {
            throw new NoSuchFileException("");
        }
        var open = new ArrayList<Directory>();
        try {
            open.add(top());
            for (var name : path.parent().names()) {
                open.add(open.getLast().enter(name));
            }
            return work.in(open.getLast());
        } finally {
            for (var each : open.reversed()) {
                each.close();
            }
        }
    }

    private Directory top() throws IOException {
        var stream = Files.newDirectoryStream(root);
        if (!byPath && stream instanceof SecureDirectoryStream<Path> secure) {
            return new Secure(root, secure);
        }
        stream.close();
        return new Plain(root);
    }

    private static List<String> names(DirectoryStream<Path> stream) {
        var names = new ArrayList<String>();
        for (var child : stream) {
            names.add(child.getFileName().toString());
            if (names.size() > Limits.ENTRIES) {
                break;
            }
        }
        names.sort(null);
        return names;
    }

    /// Relative to a directory that is open: whatever its path leads to by now.
    private record Secure(Path path, SecureDirectoryStream<Path> stream) implements Directory {

        @Override
        public BasicFileAttributes attributes(String name) throws IOException {
            return stream.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, NOT_THROUGH_LINKS)
                    .readAttributes();
        }

        @Override
        public Directory enter(String name) throws IOException {
            return new Secure(path.resolve(name), stream.newDirectoryStream(Path.of(name), NOT_THROUGH_LINKS));
        }

        @Override
        public SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException {
            return stream.newByteChannel(Path.of(name), options);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            stream.move(Path.of(from), stream, Path.of(to));
        }

        @Override
        public void delete(String name) throws IOException {
            stream.deleteFile(Path.of(name));
        }

        @Override
        public List<String> names() {
            return Sandbox.names(stream);
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    /// By path, where the system has no better: each name is looked at before it is used.
    private record Plain(Path path) implements Directory {

        @Override
        public BasicFileAttributes attributes(String name) throws IOException {
            return Files.readAttributes(path.resolve(name), BasicFileAttributes.class, NOT_THROUGH_LINKS);
        }

        @Override
        public Directory enter(String name) throws IOException {
            if (!attributes(name).isDirectory()) {
                throw new NoSuchFileException(name);
            }
            return new Plain(path.resolve(name));
        }

        @Override
        public SeekableByteChannel open(String name, Set<OpenOption> options) throws IOException {
            return Files.newByteChannel(path.resolve(name), options);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void delete(String name) throws IOException {
            Files.delete(path.resolve(name));
        }

        @Override
        public List<String> names() throws IOException {
            try (var stream = Files.newDirectoryStream(path)) {
                return Sandbox.names(stream);
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
