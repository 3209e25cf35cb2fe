package io.github.doorwarden.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The working tree that these tests judge: its root and its text files, build output and state left out.
final class Repository {
    private static final Set<String> SKIPPED =
            Set.of("target", ".git", "node_modules", "state", "outbox", ".idea", ".vscode");

    private Repository() { }

    /// The folder with the launcher, found from the directory the tests run in; `-Dtidy.root` judges another tree.
    static Path root() {
        Path dir = Path.of(System.getProperty("tidy.root", "")).toAbsolutePath();
        while (dir != null && !Files.isRegularFile(dir.resolve("doorwarden"))) {
            dir = dir.getParent();
        }
        if (dir == null) {
            throw new IllegalStateException(
                    "run the tests from inside the repository: no folder above has the launcher `doorwarden`");
        }
        return dir;
    }

    /// The files that `wanted` accepts by their path relative to the root, sorted, so that reports do not jump about.
    static List<Source> files(Predicate<String> wanted) {
        Path root = root();
        return paths(wanted).stream().map(path -> new Source(path, read(root.resolve(path)))).toList();
    }

    /// The same without what is in them, which may be no text.
    static List<String> paths(Predicate<String> wanted) {
        Path root = root();
        try (var tree = Files.walk(root)) {
            return tree.filter(file -> !isSkipped(root.relativize(file))).filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString()).filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSkipped(Path relative) {
        for (Path part : relative) {
            if (SKIPPED.contains(part.toString())) {
                return true;
            }
        }
        return false;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One file: its path relative to the root, with forward slashes, and its text.
    record Source(String path, String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }
}
