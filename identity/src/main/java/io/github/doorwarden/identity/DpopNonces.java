package io.github.doorwarden.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Nonces for DPoP proofs (RFC 9449 §8): nobody can make a proof today for tomorrow. A nonce is the keyed hash of its
/// window of time, so nothing is kept, and all nodes with one secret take each other's. Safe for use by many threads.
public final class DpopNonces {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKeySpec key;
    private final InstantSource clock;

    /// @param secret at least 32 bytes that no client knows
    public DpopNonces(byte[] secret, InstantSource clock) {
        if (secret.length < 32) {
            throw new IllegalArgumentException("The secret of DPoP nonces needs at least 32 bytes.");
        }
        this.key = new SecretKeySpec(hash(new SecretKeySpec(secret, ALGORITHM), "doorwarden DPoP nonces"), ALGORITHM);
        this.clock = clock;
    }

    /// What a proof that is made now must have.
    public String current() {
        return of(window());
    }

    /// Whether it is the present one or the one before.
    boolean good(String nonce) {
        var now = window();
        return same(nonce, of(now)) || same(nonce, of(now - 1));
    }

    private long window() {
        return Math.floorDiv(clock.millis(), DpopLimits.NONCE_WINDOW.toMillis());
    }

    private String of(long window) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash(key, "" + window), BYTES));
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hash(SecretKeySpec key, String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA256.", e);
        }
    }
}
