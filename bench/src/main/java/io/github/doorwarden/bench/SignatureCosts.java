package io.github.doorwarden.bench;

import io.github.doorwarden.upstream.SignatureVerifier;
import io.github.doorwarden.upstream.SigningHeaders;
import io.github.doorwarden.upstream.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What it costs to believe a signed request: the verifier makes the same signature to compare, so making one costs no
/// more. The requests are signed here from the words of decision 55.
final class SignatureCosts {

    private static final int WARM = 5_000;
    private static final int MEASURED = 20_000;
    private static final String PATH = "/v1/notes";
    private static final byte[] BODY = ("{\"title\":\"What was said about the order\",\"body\":\"" + "word ".repeat(200)
            + "\"}").getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "a secret of the bench, for signatures alone";

    private SignatureCosts() {}

    /// Milliseconds of each request, ascending.
    static double[] millis() throws Exception {
        var clock = InstantSource.system();
        var key = SigningKey.of("bench", SECRET);
        var verifier = new SignatureVerifier(SigningHeaders.USUAL, (id, tenant) -> Optional.of(key),
                SignatureVerifier.inMemory(clock), clock);
        var millis = new double[MEASURED];
        for (var i = -WARM; i < MEASURED; i++) {
            var fields = signed(clock.instant().getEpochSecond(), "nonce-of-bench-" + (WARM + i));
            var began = System.nanoTime();
            verifier.verify("POST", PATH, fields::get, BODY);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private static Map<String, String> signed(long time, String nonce) throws Exception {
        var digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BODY));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var text = String.join("\n", "v1", "POST", PATH, "", digest, "acme", "p_bench", Long.toString(time), nonce);
        return Map.of("X-Tenant-Id", "acme", "X-User-Id", "p_bench", "X-Timestamp", Long.toString(time), "X-Nonce",
                nonce, "X-Key-Id", "bench", "X-Signature",
                "v1=" + HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII))));
    }
}
