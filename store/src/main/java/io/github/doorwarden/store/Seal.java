package io.github.doorwarden.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/// Keeps something where others can reach it, in a database or with a client, so that they can neither read nor change
/// it (AES-256-GCM, NIST SP 800-38D; a fresh nonce in front). Each purpose has a key of its own, derived from a secret
/// (HKDF-SHA256, RFC 5869), so that what was sealed for one is refused by every other; under the deployment's master
/// key any node and any restart can open it. Immutable; safe for use by many threads.
public final class Seal {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private static final byte[] NO_CONTEXT = new byte[0];
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKey key;

    /// @param secret  of at least 128 bits of chance: the master key, or a token that is good as a key
    /// @param purpose names what is sealed, for example `requestState`
    public Seal(byte[] secret, String purpose) {
        try {
            // Of the provider by name: asked without one, the JDK loads and asks all of them, at every start.
            this.key = KDF.getInstance("HKDF-SHA256", "SunJCE").deriveKey("AES", HKDFParameterSpec.ofExtract()
                    .addIKM(secret).thenExpand(("doorwarden " + purpose)
                    .getBytes(StandardCharsets.UTF_8), 32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no HKDF-SHA256.", e);
        }
    }

    /// A key that nobody else has and that ends with the process.
    public static Seal forThisProcess(String purpose) {
        var master = new byte[32];
        RANDOM.nextBytes(master);
        return new Seal(master, purpose);
    }

    /// @param context not kept, but needed again to open it: what the sealed thing belongs to
    public byte[] seal(byte[] plain, byte[] context) {
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context);
            var sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Sealing failed.", e);
        }
    }

    /// Empty when it was sealed under another secret, for another purpose or context, or was changed.
    public Optional<byte[]> open(byte[] sealed, byte[] context) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES));
            cipher.updateAAD(context);
            return Optional.of(cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /// Sealed text as base64url without padding.
    public String sealText(String plain) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(seal(plain.getBytes(StandardCharsets.UTF_8), NO_CONTEXT));
    }

    /// What [#sealText] sealed; empty for everything else. One text has one form: what merely decodes to the same
    /// bytes is refused.
    public Optional<String> openText(String sealed) {
        try {
            var bytes = Base64.getUrlDecoder().decode(sealed);
            if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(sealed)) {
                return Optional.empty();
            }
            return open(bytes, NO_CONTEXT).map(plain -> new String(plain, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
