package io.github.doorwarden.http;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/// Where the certificate of this server lies, as PEM (RFC 7468): its chain, the server's own first, and its key in
/// PKCS#8, not encrypted. Both are read again when they change, without a restart.
///
/// @param clock against which the end of the certificate is judged
public record TlsFiles(Path certificate, Path key, InstantSource clock) {

    public TlsFiles {
        Objects.requireNonNull(certificate);
        Objects.requireNonNull(key);
        Objects.requireNonNull(clock);
    }

    /// Reads both and throws away what was read.
    ///
    /// @throws IllegalArgumentException with a sentence that says which file is wrong and what to do
    public void check() {
        KeyPair.read(this);
    }
}
