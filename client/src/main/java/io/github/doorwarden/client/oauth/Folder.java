package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A folder that nobody but its owner can look into, and files in it that are there as a whole or not at all.
final class Folder {

    private static final int REPLACE_TRIES = 20;
    private final Path path;

    private Folder(Path path) {
        this.path = path;
    }

    /// Makes it, or takes away what others may do with the one that is there.
    static Folder at(Path path) throws IOException {
        Files.createDirectories(path);
        makePrivate(path);
        return new Folder(path.toRealPath());                     // two names of one folder must not make two locks
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /// @return empty when there is none, or one that is larger than any of ours
    Optional<byte[]> read(String name) throws IOException {
        try (var in = Files.newInputStream(resolve(name))) {
            var bytes = in.readNBytes(Limits.STATE_BYTES + 1);
            return bytes.length > Limits.STATE_BYTES ? Optional.empty() : Optional.of(bytes);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /// Replaces a file. Whoever reads sees the old one or the new one, also after a loss of power.
    void write(String name, byte[] bytes) throws IOException, InterruptedException {
        var fresh = resolve(name + "." + UUID.randomUUID() + ".new");
        try {
            Files.createFile(fresh);
            makePrivate(fresh);
            try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            for (var i = 1;; i++) {
                try {
                    Files.move(fresh, resolve(name), StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                    return;
                } catch (AccessDeniedException read) {            // Windows, while another process reads the old one
                    if (i == REPLACE_TRIES) {
                        throw read;
                    }
                    Thread.sleep(Limits.LOOK);
                }
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(resolve(name));
    }

    /// 0700 for folders, 0600 for files; on Windows, all rights for the owner and none for others.
    static void makePrivate(Path path) throws IOException {
        var posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (posix != null) {
            posix.setPermissions(PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwx------" : "rw-------"));
            return;
        }
        var acl = Files.getFileAttributeView(path, AclFileAttributeView.class);
        if (acl != null) {
            acl.setAcl(List.of(AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPrincipal(acl.getOwner())
                    .setPermissions(EnumSet.allOf(AclEntryPermission.class)).build()));
        }
    }
}
