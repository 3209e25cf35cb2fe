package io.github.doorwarden.systems.toolbridge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps what only we may read or make: AES-256-GCM under keys that are derived from one master key in a private file.
/// What was sealed for one purpose opens for that purpose alone. Safe for use by many threads.
final class Seal {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] master;
    private final SecureRandom random = new SecureRandom();

    private Seal(byte[] master) {
        this.master = master;
    }

    /// Reads the key, 64 hex digits, or makes one that its owner alone may read.
    static Seal open(Path file) throws IOException {
        if (!Files.exists(file)) {
            var key = new byte[32];
            new SecureRandom().nextBytes(key);
            try {
                var posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
                var attributes = posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))} : new FileAttribute<?>[0];
                try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE), attributes)) {
                    channel.write(java.nio.ByteBuffer.wrap((HexFormat.of().formatHex(key) + "\n")
                            .getBytes(StandardCharsets.US_ASCII)));
                }
            } catch (FileAlreadyExistsException another) {
                return open(file);
            }
        } else if (Files.getFileStore(file).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(file).stream().anyMatch(each -> !each.name().startsWith("OWNER"))) {
            throw new IOException("others than its owner may read the master key " + file
                    + ". Take that away: chmod 600 " + file);
        }
        try {
            var key = HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (key.length == 32) {
                return new Seal(key);
            }
        } catch (IllegalArgumentException notHex) {
            // falls through to the same mistake
        }
        throw new IOException("the master key " + file + " is not 64 hex digits. Put the right one back; without it "
                + "the secrets in the database are lost.");
    }

    byte[] seal(String purpose, byte[] plain) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, purpose, nonce).doFinal(plain);
            var whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return whole;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM.", e);
        }
    }

    /// Empty: it was not sealed here for this purpose, or was changed since.
    Optional<byte[]> unseal(String purpose, byte[] sealed) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, purpose, Arrays.copyOf(sealed, NONCE_BYTES))
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (GeneralSecurityException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String purpose, byte[] nonce) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(master, "HmacSHA256"));
        var key = mac.doFinal("toolbridge seal v1".getBytes(StandardCharsets.UTF_8));
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
