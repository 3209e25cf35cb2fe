package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the key is by which everything in one folder is encrypted: in the system's keychain, or, where there is none,
/// in a private file beside what it protects. Once in the file it stays there, so that a keychain that comes and goes
/// does not change it.
final class KeyPlace {

    private static final Logger LOG = LoggerFactory.getLogger(KeyPlace.class);
    private static final int BYTES = 32;
    private static final String FILE = "key";

    private final Folder folder;
    private final Optional<Keychain> keychain;

    KeyPlace(Folder folder, Optional<Keychain> keychain) {
        this.folder = folder;
        this.keychain = keychain;
    }

    /// The key; made by the first who asks.
    byte[] key() throws IOException, InterruptedException {
        var there = fromFile();
        if (there.isPresent()) {
            return there.get();
        }
        try (var _ = Turn.take(folder.resolve("key.lock"), Limits.KEYCHAIN.multipliedBy(3))
                .orElseThrow(() -> new IOException("another process holds the key for too long"))) {
            there = fromFile();
            if (there.isEmpty() && keychain.isPresent()) {
                there = fromKeychain(keychain.get());
            }
            return there.isPresent() ? there.get() : made();
        }
    }

    private Optional<byte[]> fromFile() throws IOException {
        return folder.read(FILE).flatMap(text -> decoded(new String(text, StandardCharsets.US_ASCII)));
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.strip())).filter(key -> key.length == BYTES);
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    /// @return empty when the keychain does not work: then a file has to do
    private Optional<byte[]> fromKeychain(Keychain at) throws InterruptedException {
        try {
            var kept = at.find().flatMap(KeyPlace::decoded);
            if (kept.isPresent()) {
                return kept;
            }
            var fresh = fresh();
            at.keep(Base64.getEncoder().encodeToString(fresh));
            // Some keep nothing and say nothing.
            return at.find().flatMap(KeyPlace::decoded).filter(found -> Arrays.equals(found, fresh));
        } catch (IOException none) {
            LOG.debug("The system's keychain is not there, so the key goes into a private file: {}", none.getMessage());
            return Optional.empty();
        }
    }

    private byte[] made() throws IOException, InterruptedException {
        var fresh = fresh();
        folder.write(FILE, Base64.getEncoder().encode(fresh));
        return fresh;
    }

    private static byte[] fresh() {
        var key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
