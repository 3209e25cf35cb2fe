package io.github.doorwarden.identity;

import java.time.Duration;

/// The bounds of this module.
///
/// @param tokenChars          longest access token looked at; ours have some 900 characters, foreign ones with many
///                            groups several
///                            thousand, and the engine refuses longer header sections anyway
/// @param cachedTokens        verified tokens kept; some 300 bytes each
/// @param cachedFor           how long a verified token is believed without looking at it again; revocation of a grant
///                            ends it at once
/// @param verificationsAtOnce signature checks are pure computing, and virtual threads are not time-sliced: more of
///                            them at once
///                            than this would starve every other request
/// @param clockSkew           how far the clock of another issuer may be off
public record Limits(int tokenChars, int cachedTokens, Duration cachedFor, int verificationsAtOnce,
        Duration clockSkew) {

    public static final Limits STANDARD = new Limits(8_000, 10_000, Duration.ofSeconds(55),
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Duration.ofSeconds(5));

    public Limits {
        if (tokenChars < 1 || cachedTokens < 1 || verificationsAtOnce < 1) {
            throw new IllegalArgumentException("The limits of token verification are at least 1.");
        }
        if (clockSkew.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("A clock skew of more than ten minutes would keep dead tokens alive: "
                    + clockSkew);
        }
    }
}
