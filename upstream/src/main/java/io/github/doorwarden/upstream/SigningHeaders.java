package io.github.doorwarden.upstream;

import java.util.List;

/// Names of the header fields of a signed request.
///
/// @param user      whom the call is for; the field is left out when nobody is named
/// @param timestamp seconds since 1970
/// @param signature `v1=` and the code in hex
public record SigningHeaders(String tenant, String user, String timestamp, String nonce, String keyId,
        String signature) {

    /// What both sides use unless told otherwise.
    public static final SigningHeaders USUAL = new SigningHeaders("X-Tenant-Id", "X-User-Id", "X-Timestamp", "X-Nonce",
            "X-Key-Id", "X-Signature");

    public SigningHeaders {
        var all = List.of(tenant, user, timestamp, nonce, keyId, signature);
        if (all.stream().map(String::toLowerCase).distinct().count() != all.size()) {
            throw new IllegalArgumentException("The fields of a signature need six different names.");
        }
        for (var name : all) {
            if (!UpstreamCall.maySet(name)) {
                throw new IllegalArgumentException(name + " cannot be a field of a signature: it is no header name, or "
                        + "one that carries credentials or frames the message.");
            }
        }
    }
}
