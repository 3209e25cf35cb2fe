package io.github.doorwarden.client.oauth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// What is kept for one server: one file, encrypted and authenticated (AES-256-GCM), bound to its name, so that neither
/// can it be changed nor exchanged for another one. Reading needs no turn; who changes something takes one first.
///
/// The form of the file: one byte for the version, twelve of nonce, then the sealed JSON of [Saved].
final class Vault {

    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final Folder folder;
    private final String name;
    private final KeyPlace place;
    private byte[] key;

    /// @param name of what is kept, any text
    Vault(Folder folder, String name, KeyPlace place) {
        this.folder = folder;
        this.name = Dpop.hash(name).substring(0, 32);
        this.place = place;
    }

    /// @return empty when it did not come in time
    Optional<Turn> turn(Duration patience) throws IOException, InterruptedException {
        return Turn.take(folder.resolve(name + ".lock"), patience);
    }

    /// What is there. What cannot be opened any more counts as nothing: one signs in again.
    Saved read() throws IOException, InterruptedException {
        var sealed = folder.read(name + ".sealed");
        if (sealed.isEmpty()) {
            return Saved.NOTHING;
        }
        try {
            return Documents.JSON.readValue(open(sealed.get()), Saved.class);
        } catch (GeneralSecurityException | JacksonException foreign) {
            LOG.warn("What was kept of a sign-in cannot be opened with the key there is, so it counts as nothing.");
            return Saved.NOTHING;
        }
    }

    void write(Saved saved) throws IOException, InterruptedException {
        try {
            folder.write(name + ".sealed", seal(Documents.JSON.writeValueAsBytes(saved)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private synchronized SecretKeySpec key() throws IOException, InterruptedException {
        if (key == null) {
            key = place.key();
        }
        return new SecretKeySpec(key, "AES");
    }

    private byte[] seal(byte[] plain) throws GeneralSecurityException, IOException, InterruptedException {
        var nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        var cipher = cipher(Cipher.ENCRYPT_MODE, nonce);
        var sealed = Arrays.copyOf(new byte[] {VERSION}, 1 + NONCE + plain.length + TAG_BITS / 8);
        System.arraycopy(nonce, 0, sealed, 1, NONCE);
        cipher.doFinal(plain, 0, plain.length, sealed, 1 + NONCE);
        return sealed;
    }

    private byte[] open(byte[] sealed) throws GeneralSecurityException, IOException, InterruptedException {
        if (sealed.length < 1 + NONCE + TAG_BITS / 8 || sealed[0] != VERSION) {
            throw new GeneralSecurityException("another form");
        }
        return cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, 1, 1 + NONCE))
                .doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException, IOException, InterruptedException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((VERSION + " " + name).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
