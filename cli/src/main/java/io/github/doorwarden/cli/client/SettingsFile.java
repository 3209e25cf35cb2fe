package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// A file of another program, replaced as a whole or not at all, with a copy of what it was beside it.
///
/// @param path where it really is: a link stays a link
record SettingsFile(Path path) {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .withZone(ZoneOffset.UTC);
    /// Claude Code keeps its history in the same file, which grows to some megabytes.
    private static final long BYTES_MAX = 64L * 1024 * 1024;

    static SettingsFile at(Path path) {
        try {
            return new SettingsFile(Files.exists(path) ? path.toRealPath() : path);
        } catch (IOException e) {
            throw failed(path, "cannot be found", e);
        }
    }

    /// Empty when there is no such file.
    String read() {
        if (!Files.exists(path)) {
            return "";
        }
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new CommandFailure(path + " is larger than 64 MB, which is no settings file. Nothing was "
                        + "changed.");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path))).toString();
        } catch (CharacterCodingException e) {
            throw new CommandFailure(path + " is not UTF-8. Nothing was changed: save it as UTF-8 and try again.");
        } catch (IOException e) {
            throw failed(path, "cannot be read", e);
        }
    }

    /// @param before what was read: a file that its program wrote to in between is left alone
    /// @return the copy of what was there
    Optional<Path> replace(String before, String text) {
        try {
            var folder = Files.createDirectories(path.toAbsolutePath().getParent());
            var existed = Files.exists(path);
            var next = Files.createTempFile(folder, "." + path.getFileName(), ".new");    // for its owner alone
            try {
                Files.writeString(next, text);
                var copy = Optional.<Path>empty();
                if (existed) {
                    sameMode(next);
                    copy = Optional.of(copyAt(Instant.now()));
                }
                if (!read().equals(before)) {
                    throw new CommandFailure(path + " was changed meanwhile. Nothing was written: close "
                            + "the program that it belongs to and try again.");
                }
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return copy;
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw failed(path, "cannot be written", e);
        }
    }

    private Path copyAt(Instant now) throws IOException {
        var copy = path.resolveSibling(path.getFileName() + "." + STAMP.format(now) + ".bak");
        return Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    }

    private void sameMode(Path next) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) {
            Files.setPosixFilePermissions(next, view.readAttributes().permissions());
        }
    }

    private static CommandFailure failed(Path path, String what, IOException e) {
        return new CommandFailure(path + " " + what + ": " + Trouble.with(e)
                + ". Nothing was changed: see "
                + "that it is yours to write, or run without --write and paste what is printed.");
    }
}
