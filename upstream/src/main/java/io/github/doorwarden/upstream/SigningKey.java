package io.github.doorwarden.upstream;

import java.nio.charset.StandardCharsets;

/// A key that both sides of a signature have.
///
/// @param id     tells the backend which key it is, so that keys can be changed while calls run
/// @param secret at least 32 bytes
public record SigningKey(String id, byte[] secret) {

    public SigningKey {
        if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("The id of a signing key has 1 to 64 characters of A-Z a-z 0-9 . _ -");
        }
        if (secret.length < Limits.SIGNING_KEY_BYTES) {
            throw new IllegalArgumentException("The signing key " + id + " is too short to be safe: take at least "
                    + Limits.SIGNING_KEY_BYTES + " bytes, for example from openssl rand -hex 32.");
        }
        secret = secret.clone();
    }

    /// A key that is written down as text: its bytes in UTF-8.
    public static SigningKey of(String id, String secret) {
        return new SigningKey(id, secret.getBytes(StandardCharsets.UTF_8));
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "SigningKey(" + id + ")";
    }
}
