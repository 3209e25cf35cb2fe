package io.github.doorwarden.systems.backend;

import java.time.Duration;

/// The bounds that all backends have alike, each with the reason for its number.
final class Limits {

    static final Duration JWKS_LIFE = Duration.ofHours(1);
    /// From this age on a call refreshes the keys in the background while it goes on with the known ones.
    static final Duration JWKS_REFRESH_FROM = Duration.ofMinutes(50);
    /// While the provider is down its last keys are good for this long.
    static final Duration JWKS_STALE = Duration.ofHours(24);
    /// RFC 7517 says nothing; one refetch for unknown keys per five minutes keeps a storm of forged tokens from
    /// becoming a storm of fetches.
    static final Duration JWKS_UNKNOWN_KEY_PAUSE = Duration.ofMinutes(5);
    /// The pause after a failed fetch while no key is known at all.
    static final Duration JWKS_FAILED_PAUSE = Duration.ofSeconds(1);
    /// The same while stale keys serve: a provider that hangs must not hold up one call after another.
    static final Duration JWKS_STALE_PAUSE = Duration.ofMinutes(1);
    static final Duration JWKS_TIMEOUT = Duration.ofSeconds(5);
    static final int JWKS_BYTES = 256 * 1024;
    static final int JWKS_KEYS = 50;
    static final int RSA_BITS_MIN = 2_048;
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /// SQLite connections for reading; two cores are busy with four.
    static final int READERS = 4;
    static final Duration BUSY = Duration.ofSeconds(10);
    /// How long running calls may take to end once the process is asked to stop.
    static final Duration DRAIN = Duration.ofSeconds(2);

    private Limits() {}
}
