package io.github.doorwarden.systems.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder in which a backend keeps everything: its owner's alone when it is made here, and one process's alone as
/// long as this is open.
public final class DataFolder implements AutoCloseable {

    private final FileChannel lock;

    private DataFolder(FileChannel lock) {
        this.lock = lock;
    }

    /// Makes the folder if it is missing, and takes it; fails when another process has it.
    ///
    /// @param lock  name of the file that says so
    /// @param owner what the processes are called, for whoever comes too late
    public static DataFolder take(Path folder, String lock, String owner) throws IOException {
        createPrivately(folder);
        var file = FileChannel.open(folder.resolve(lock), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return new DataFolder(file);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // falls through to the same refusal
        }
        file.close();
        throw new IOException("another " + owner + " runs on " + folder
                + ". Stop it, or give this one its own --data.");
    }

    private static void createPrivately(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        if (Files.getFileStore(parent).supportsFileAttributeView("posix")) {
            Files.createDirectory(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(folder);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
