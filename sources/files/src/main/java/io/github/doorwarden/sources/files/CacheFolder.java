package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Location;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Where one declaration of a source keeps what it has fetched: a folder named after the bucket and the names that it
/// wants, so that two declarations, the old and the new one of a reload, never write to the same files. Of several
/// sources with the same declaration one claims it and writes, the others read. For one thread.
final class CacheFolder implements AutoCloseable {

    private static final String LOCK = ".lock";

    /// A lock of the operating system belongs to the process, so within it this is the lock.
    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private FileChannel lock;

    /// @param parent folder of all declarations of the source
    /// @param globs  of all datasets
    CacheFolder(Path parent, Location location, List<String> globs) {
        var declaration = String.join("\n", location.endpoint().toString(), location.bucket(), location.prefix(),
                location.accessKey(), String.join("\n", globs));
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(declaration.getBytes(StandardCharsets.UTF_8));
            this.path = parent.resolve(HexFormat.of().formatHex(digest, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Made by the first [#claim].
    Path path() {
        return path;
    }

    /// Makes the folder, readable for us alone, and takes it.
    ///
    /// @return false while another one writes to it, of this process or another
    boolean claim() throws IOException {
        if (lock != null) {
            return true;
        }
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        }
        lock = lock(path);
        return lock != null;
    }

    /// Null when it is taken.
    private static FileChannel lock(Path folder) throws IOException {
        if (!CLAIMED.add(folder)) {
            return null;
        }
        FileChannel channel = null;
        var taken = false;
        try {
            channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            taken = channel.tryLock() != null;
            return taken ? channel : null;
        } finally {
            if (!taken) {
                CLAIMED.remove(folder);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static void release(Path folder, FileChannel lock) throws IOException {
        lock.close();
        CLAIMED.remove(folder);
    }

    /// Deletes what other declarations of the source have left and nobody writes to any more.
    void sweep() throws IOException {
        List<Path> others;
        try (var all = Files.list(path.getParent())) {
            others = all.filter(other -> !other.equals(path) && Files.isDirectory(other)).toList();
        }
        for (var other : others) {
            var own = lock(other);
            if (own != null) {
                try (var inside = Files.walk(other)) {
                    for (var each : inside.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                } finally {
                    release(other, own);
                }
            }
        }
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                release(path, lock);
            } catch (IOException e) {
                CLAIMED.remove(path);                            // the process's end releases the rest
            }
            lock = null;
        }
    }
}
