package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/// Ends a fetch that takes too long or brings too much.
final class FetchBounds extends EmptyProgressMonitor {

    private static final long LOOK = 500_000_000;

    private final Path folder;
    private final long end = System.nanoTime() + Limits.FETCH.toNanos();
    private long looked = System.nanoTime();
    private String why = "";

    /// @param folder whose size counts
    FetchBounds(Path folder) {
        this.folder = folder;
    }

    /// Empty when it did not.
    Optional<String> why() {
        return Optional.of(why).filter(text -> !text.isEmpty());
    }

    @Override
    public boolean isCancelled() {
        var now = System.nanoTime();
        if (why.isEmpty() && now - end > 0) {
            why = "a fetch took more than " + Limits.FETCH.toMinutes() + " minutes";
        } else if (why.isEmpty() && now - looked > LOOK) {
            looked = now;
            if (size() > Limits.FETCH_BYTES) {
                why = "it has more than " + (Limits.FETCH_BYTES >> 30) + " GiB";
            }
        }
        return !why.isEmpty() || Thread.currentThread().isInterrupted();
    }

    private long size() {
        try (var files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | java.io.UncheckedIOException changing) {
            return 0;
        }
    }
}
