package io.github.doorwarden.sources.files;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs the address of a GET for an object store (AWS Signature Version 4, Authenticating Requests: Using Query
/// Parameters). The signature covers host, path and parameters, and holds for a short time. Immutable.
///
/// @param host as the request's Host field will have it
record Presign(String host, String region, String accessKey, String secretKey) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    static Presign of(FilesSettings.Location location) {
        return new Presign(host(location.endpoint()), location.region(), location.accessKey(), location.secretKey());
    }

    private static String host(URI endpoint) {
        var usual = "https".equals(endpoint.getScheme()) ? 443 : 80;
        return endpoint.getPort() < 0 || endpoint.getPort() == usual ? endpoint.getHost()
                : endpoint.getHost() + ":" + endpoint.getPort();
    }

    /// @param path       not encoded, beginning with `/`
    /// @param parameters not encoded
    /// @return path and query of the request
    String target(String path, Map<String, String> parameters, Instant now, Duration valid) {
        var time = TIME.format(now);
        var scope = time.substring(0, 8) + "/" + region + "/s3/aws4_request";
        var all = new TreeMap<>(parameters);
        all.put("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        all.put("X-Amz-Credential", accessKey + "/" + scope);
        all.put("X-Amz-Date", time);
        all.put("X-Amz-Expires", Long.toString(valid.toSeconds()));
        all.put("X-Amz-SignedHeaders", "host");
        var encoded = new TreeMap<String, String>();
        all.forEach((name, value) -> encoded.put(encode(name, false), encode(value, false)));
        var query = encoded.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("&"));
        var canonical = "GET\n" + encode(path, true) + "\n" + query + "\nhost:" + host + "\n\nhost\nUNSIGNED-PAYLOAD";
        var toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + HexFormat.of().formatHex(sha256(canonical));
        return encode(path, true) + "?" + query + "&X-Amz-Signature=" + HexFormat.of().formatHex(hmac(key(time
                .substring(0, 8)), toSign));
    }

    private byte[] key(String day) {
        var ofDay = hmac(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8), day);
        return hmac(hmac(hmac(ofDay, region), "s3"), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256.", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }

    /// Everything but letters, digits and `-._~`; in a path, `/` stays.
    private static String encode(String text, boolean path) {
        var out = new StringBuilder();
        for (var each : text.getBytes(StandardCharsets.UTF_8)) {
            var at = (char) (each & 0xff);
            if (at < 128 && (Character.isLetterOrDigit(at) || "-._~".indexOf(at) >= 0 || path && at == '/')) {
                out.append(at);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return out.toString();
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "Presign(" + host + ", " + region + ")";
    }
}
