package io.github.doorwarden.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/// SQLite itself, which its driver carries in its jar and unpacks at each start, after asking the operating system for
/// its name in a process of its own; into the folder for temporary files, from which not every machine lets a program
/// be loaded. Kept unpacked, it is loaded from where it lies.
public final class NativeLibrary {

    /// The system property that names the folder to load it from. What is not there is unpacked as ever.
    public static final String FOLDER = "org.sqlite.lib.path";

    private NativeLibrary() {}

    /// Unpacks the one for this machine; whole or not at all.
    public static void unpack(Path folder) throws IOException {
        var name = LibraryLoaderUtil.getNativeLibName();
        Files.createDirectories(folder);
        var half = Files.createTempFile(folder, name, null);
        try (var in = OSInfo.class.getResourceAsStream(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
            if (in == null) {
                throw new IOException("The SQLite driver has no " + name + " for this machine.");
            }
            Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
            Files.move(half, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
