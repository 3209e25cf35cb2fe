package io.github.doorwarden.authserver;

import java.util.Locale;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Time-based one-time codes (RFC 6238) as every authenticator app makes them: SHA-1, six digits, thirty seconds. Pure.
final class Totp {

    static final int SECONDS = 30;
    static final int DIGITS = 6;
    /// RFC 4226 §4: 160 bits recommended.
    private static final int SECRET_BYTES = 20;
    /// RFC 6238 §5.2: one step for the way of the code, and for clocks that are not quite right.
    private static final int STEPS_OFF = 1;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Totp() {}

    static byte[] secret() {
        var secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    static long step(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), SECONDS);
    }

    static String code(byte[] secret, long step) {
        return code(secret, step, DIGITS);
    }

    /// RFC 4226 §5.3.
    static String code(byte[] secret, long step, int digits) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            var hash = mac.doFinal(java.nio.ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            var at = hash[hash.length - 1] & 0xf;
            var number = (hash[at] & 0x7f) << 24 | (hash[at + 1] & 0xff) << 16 | (hash[at + 2] & 0xff) << 8
                    | hash[at + 3] & 0xff;
            return String.format(Locale.ROOT, "%0" + digits + "d", number % (int) Math.pow(10, digits));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The step that the code belongs to, one before or after now included; empty when it is wrong. Takes the same time
    /// whichever it is.
    static OptionalLong matching(byte[] secret, String typed, Instant now) {
        var found = OptionalLong.empty();
        for (var step = step(now) - STEPS_OFF; step <= step(now) + STEPS_OFF; step++) {
            if (Hashes.same(code(secret, step), typed)) {
                found = OptionalLong.of(step);
            }
        }
        return found;
    }

    /// RFC 4648 §6, without padding.
    static String base32(byte[] bytes) {
        var text = new StringBuilder();
        var buffer = 0;
        var bits = 0;
        for (var each : bytes) {
            buffer = buffer << 8 | each & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt(buffer >> bits & 31));
            }
        }
        return bits == 0 ? text.toString() : text.append(BASE32.charAt(buffer << 5 - bits & 31)).toString();
    }
}
