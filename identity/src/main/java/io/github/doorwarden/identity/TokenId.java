package io.github.doorwarden.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The SHA-256 of a token: what stands for it wherever the token itself must not be kept. Compared over all 32 bytes.
public final class TokenId {

    private final byte[] hash;

    private TokenId(byte[] hash) {
        this.hash = hash;
    }

    static TokenId hash(String token) {
        try {
            return new TokenId(MessageDigest.getInstance("SHA-256").digest(token.getBytes(
                    StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /// For logs: enough to find it again, too little to try it out.
    public static String of(String token) {
        return "sha256:" + HexFormat.of().formatHex(hash(token).hash, 0, 4);
    }

    /// The same, and how long that takes says nothing of where they differ.
    boolean same(TokenId other) {
        return MessageDigest.isEqual(hash, other.hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenId id && Arrays.equals(hash, id.hash);
    }

    @Override
    public int hashCode() {
        return (hash[0] & 0xff) << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | hash[3] & 0xff;
    }
}
