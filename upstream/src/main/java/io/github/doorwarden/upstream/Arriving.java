package io.github.doorwarden.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An answer that is read while it comes, such as a stream of events; good for as long as its [Reader] runs, on that
/// thread.
///
/// @param headers names in lower case; never shown to a caller
/// @param body    decoded; whoever reads it bounds it
/// @param secret  the credential that it was asked with; empty when there was none
public record Arriving(int status, Map<String, List<String>> headers, InputStream body, String secret) {

    /// Reads one answer. What it throws reaches whoever called.
    @FunctionalInterface
    public interface Reader<T> {
        T read(Arriving answer) throws IOException, UpstreamFailure, InterruptedException;
    }

    /// The first value of a field, by its name in lower case.
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /// A piece of the body with the credential crossed out: a backend that echoes its request must not hand it to the
    /// caller.
    public byte[] without(byte[] piece) {
        return secret.isEmpty() ? piece : new UpstreamAnswer(status, Map.of(), piece).without(secret).body();
    }

    /// Without the credential.
    @Override
    public String toString() {
        return "Arriving[" + status + "]";
    }
}
