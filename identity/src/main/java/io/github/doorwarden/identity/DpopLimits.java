package io.github.doorwarden.identity;

import java.time.Duration;

/// The bounds of DPoP proofs, each with its reason.
final class DpopLimits {

    /// A proof with a 4096-bit RSA key in its header has some 1,900 characters, one of P-256 some 500.
    static final int PROOF_CHARS = 4_000;

    /// Clocks of clients are wrong by minutes, those of agents on laptops above all; how long a proof is remembered
    /// follows from it.
    static final Duration PROOF_AGE = Duration.ofMinutes(5);

    /// A UUID has 36 characters; what is longer only fills the table of spent things.
    static final int JTI_CHARS = 256;

    /// Below it a key can be broken; above it one check costs a stranger little and us much.
    static final int RSA_BITS_AT_LEAST = 2_048;
    static final int RSA_BITS_AT_MOST = 4_096;

    /// How long one nonce is handed out; it is taken for as long again, so no client is ever refused one that it has
    /// just been given.
    static final Duration NONCE_WINDOW = Duration.ofMinutes(2);

    private DpopLimits() {}
}
