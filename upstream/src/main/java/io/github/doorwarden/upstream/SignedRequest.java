package io.github.doorwarden.upstream;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What a signature of ours covers: the request, for whom, when, and a nonce. The text that is signed has nine lines,
/// ended by line feeds but for the last: `v1`, method, path, query, SHA-256 of the body in hex, tenant, user, seconds
/// since 1970, nonce. See `docs/decisions/0055-sign-the-tenant-into-each-call.md`.
///
/// @param path  as on the request line, up to the first `?`
/// @param query as on the request line, without the `?`; empty when there is none
/// @param body  empty when there is none
/// @param time  to the second
record SignedRequest(String method, String path, String query, byte[] body, Party party, Instant time, String nonce) {

    static final String VERSION = "v1";

    SignedRequest {
        for (var part : new String[] {method, path, query, nonce}) {
            if (part.chars().anyMatch(c -> c < '!' || c > '~')) {
                throw new IllegalArgumentException("What is signed is visible ASCII.");
            }
        }
    }

    String text() {
        return String.join("\n", VERSION, method, path, query, sha256(body), party.tenant(), party.user(),
                Long.toString(time.getEpochSecond()), nonce);
    }

    /// The value of the signature's field: `v1=` and HMAC-SHA256 in lower-case hex.
    String signature(byte[] key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return VERSION + "=" + HexFormat.of().formatHex(mac.doFinal(text().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
