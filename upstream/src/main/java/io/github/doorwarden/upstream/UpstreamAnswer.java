package io.github.doorwarden.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an upstream answered, whole and bounded, whatever its status.
///
/// @param headers names in lower case; never shown to a caller
/// @param body    decoded, never null; it belongs to the receiver
public record UpstreamAnswer(int status, Map<String, List<String>> headers, byte[] body) {

    /// The first value of a field, by its name in lower case.
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /// This answer, with each occurrence of the credential that it was asked with crossed out: a backend that echoes
    /// its request must not hand it to the caller.
    UpstreamAnswer without(String secret) {
        var wanted = secret.getBytes(StandardCharsets.US_ASCII);
        var crossed = body;
        for (var at = 0; at <= body.length - wanted.length; at++) {
            if (body[at] == wanted[0] && Arrays.equals(body, at, at + wanted.length, wanted, 0, wanted.length)) {
                crossed = crossed == body ? body.clone() : crossed;
                Arrays.fill(crossed, at, at + wanted.length, (byte) '*');
                at += wanted.length - 1;
            }
        }
        return crossed == body ? this : new UpstreamAnswer(status, headers, crossed);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
