package io.github.doorwarden.authserver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/// Random values that are handed out, and the SHA-256 under which they are kept. What is hashed here has at least 128
/// random bits, so a fast hash without salt is enough (OAuth 2.1 §7.7).
final class Hashes {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private Hashes() {}

    /// 43 characters, 256 bits.
    static String secret() {
        return random(32);
    }

    /// 22 characters, 128 bits: an id that must not be guessed, but may be shown. None begins with a hyphen, because
    /// people write them after a command, where that would be an option.
    static String id() {
        var id = random(16);
        return id.startsWith("-") ? id() : id;
    }

    private static String random(int bytes) {
        var value = new byte[bytes];
        RANDOM.nextBytes(value);
        return BASE64URL.encodeToString(value);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /// The S256 challenge of a verifier (RFC 7636 §4.2), also the form in which digests are compared as text.
    static String sha256Base64Url(String text) {
        return BASE64URL.encodeToString(sha256(text));
    }

    static String base64Url(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Empty for what is none.
    static Optional<String> fromBase64Url(String encoded) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// In constant time.
    static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    /// In constant time for texts of one length.
    static boolean same(String one, String other) {
        return same(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
