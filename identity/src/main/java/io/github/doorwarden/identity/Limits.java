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

    /// A static token that nobody guesses: 128 random bits in hexadecimal digits.
    static final int SERVICE_TOKEN_CHARS = 32;
    /// From this age on, a key set is refreshed while the old one is still used: whoever needs it does not wait.
    static final Duration KEYS_REFRESHED_FROM = Duration.ofMinutes(5);
    /// A key that its issuer took back is dead after this at the latest: what RFC 9068 issuers announce in
    /// `Cache-Control` lies between 5 minutes and a day, and a stolen key is taken back to be dead soon.
    public static final Duration KEYS_KEPT = Duration.ofMinutes(10);
    /// As long as an issuer may be down before nobody comes in any more.
    public static final Duration KEYS_STALE = Duration.ofHours(6);
    /// Anybody can make up key ids; an honest new key waits so long at worst.
    public static final Duration KEYS_UNKNOWN_WINDOW = Duration.ofMinutes(5);
    /// After a fetch that failed: soon enough for people who wait, seldom enough for a server that struggles.
    static final Duration KEYS_RETRIED_AFTER = Duration.ofSeconds(15);
    /// The largest key set in use, with certificate chains, has some 30 KiB.
    public static final int KEYS_BYTES = 128 * 1024;
    /// Issuers publish 2 to 20.
    static final int KEYS_AT_MOST = 100;
    /// Endpoints of a provider move once in years.
    static final Duration METADATA_KEPT = Duration.ofHours(1);
    /// After metadata that could not be had: nobody can come in meanwhile, and each attempt is two requests.
    static final Duration METADATA_RETRIED_AFTER = Duration.ofSeconds(5);
    /// Who asks for health waits no longer for somebody else.
    static final Duration HEALTH_LOOK = Duration.ofSeconds(1);
    /// Tokens that an introspection endpoint just called inactive: each is asked for once in this time.
    static final Duration INACTIVE_KEPT = Duration.ofSeconds(5);
    static final int INACTIVE_TOKENS = 10_000;
    /// Questions to one introspection endpoint at the same time; more would wait there instead of here.
    static final int INTROSPECTIONS_AT_ONCE = 32;
    /// Whoever waits longer for its turn is told to try again.
    static final Duration INTROSPECTION_TURN = Duration.ofSeconds(5);
    /// Scopes and group names of one token: a directory's token is full at some 200 groups.
    static final int CLAIM_VALUES = 1_000;
    /// Name or id of an organisation in a claim: what goes into a signed header.
    static final int TENANT_CHARS = 256;
    /// People whose organisations are remembered, some hundred bytes each: those of a busy minute.
    static final int PEOPLE_OF_ORGANIZATIONS = 10_000;
    /// Of a hundred each; nobody works for more, and a list that never ends keeps nobody busy.
    static final int MEMBERSHIP_PAGES = 10;
    /// An organisation API that is down is asked for one person so often at most.
    static final Duration ORGANIZATIONS_RETRIED_AFTER = Duration.ofSeconds(5);
    /// RFC 7518 §3.3.
    static final int RSA_BITS = 2048;
    /// Keys of strangers: a check costs with the square of the modulus and with the length of the exponent.
    static final int RSA_MOST_BITS = 4096;
    static final int RSA_EXPONENT_BITS = 64;

    /// How long an assertion of ours is good: it is made for one request, and servers' clocks are wrong by seconds.
    static final Duration OWN_ASSERTION_LIFE = Duration.ofMinutes(1);

    /// The same with another memory for verified tokens.
    public Limits remembering(int entries, Duration believed) {
        return new Limits(tokenChars, entries, believed, verificationsAtOnce, clockSkew);
    }

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
