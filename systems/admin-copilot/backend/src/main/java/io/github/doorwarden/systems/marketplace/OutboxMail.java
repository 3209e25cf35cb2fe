package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Digests;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Writes letters as `.eml` files that a mail program opens: for trying things out without a mail server. A file is
/// there whole or not at all, and the same letter is the same file.
record OutboxMail(Path folder) implements Mail {

    @Override
    public void send(Letter letter) throws Closed, Undeliverable {
        var name = Digests.sha256(letter.id()).substring(0, 32);
        var draft = folder.resolve(name + ".part");
        try {
            Files.createDirectories(folder);
            try (var out = Files.newOutputStream(draft)) {
                letter.mime(Letter.offline()).writeTo(out);
            }
            try (var file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(draft, folder.resolve(name + ".eml"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Closed("the outbox cannot be written", e);
        } catch (MessagingException e) {
            throw new Undeliverable("the message cannot be made", true, e);
        }
    }

    @Override
    public void close() {
        // holds nothing open
    }
}
