package io.github.doorwarden.upstream;

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

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
