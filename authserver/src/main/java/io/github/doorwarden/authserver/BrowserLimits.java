package io.github.doorwarden.authserver;

import java.time.Duration;

/// Every bound of the side that people's browsers see, and why it is that number.
final class BrowserLimits {

    /// A sign-in form: an address, a password, a token. The request under way travels in the query, not here.
    static final int FORM_BYTES = 8_192;

    /// Organisations that a person chooses from: more are no longer a list that anybody reads.
    static final int ORGANIZATIONS = 100;

    /// Of an agent's name on a page: longer ones push the facts below the fold.
    static final int NAME_CHARS = 80;

    /// RFC 5321 §4.5.3.1: the longest address that can be delivered to.
    static final int EMAIL_CHARACTERS = 254;

    /// NIST SP 800-63B asks for at least 8; guesses are throttled, but a stolen database is not.
    static final int PASSWORD_AT_LEAST_CHARACTERS = 10;

    /// Far beyond any passphrase, and a cheap thing to hash.
    static final int PASSWORD_AT_MOST_CHARACTERS = 256;

    /// Password hashes at once, each with 19 MiB of heap: at most 76 MiB, and no more than the machine can work on.
    static final int HASHES_AT_ONCE = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);

    /// How long a sign-in waits for its turn to hash: some sixty others have gone before it by then.
    static final Duration HASH_WAIT = Duration.ofSeconds(5);

    /// Keys that one throttle remembers; some 100 bytes each.
    static final int THROTTLE_KEYS = 20_000;

    /// One address from one place: five mistakes are human, then 2 s, 4 s … 15 min.
    static final Throttle.Rule TRIES_PER_PLACE =
            new Throttle.Rule(5, Duration.ofSeconds(2), Duration.ofMinutes(15), Duration.ofHours(1));

    /// All addresses from one peer. It may be a whole office behind one address, so the wait stays short.
    static final Throttle.Rule TRIES_PER_PEER =
            new Throttle.Rule(40, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofHours(1));

    /// One address from everywhere: slows many machines that guess together, without shutting its owner out for long.
    static final Throttle.Rule TRIES_PER_ACCOUNT =
            new Throttle.Rule(50, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofHours(1));

    /// Magic links per address and per peer: each is a message in somebody's inbox.
    static final Throttle.Rule LINKS =
            new Throttle.Rule(5, Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofHours(1));

    /// A browser that a person has not signed in with for so long is a stranger again.
    static final Duration KNOWN_BROWSER = Duration.ofDays(180);

    /// Signing in at a provider, with a second factor that has to be found first.
    static final Duration UPSTREAM_FLOW = Duration.ofMinutes(10);

    /// Sign-ins at a provider that one peer may begin: each is a row for as long, and begins before anybody is known.
    static final int UPSTREAM_FLOWS_PER_PEER_PER_MINUTE = 60;

    /// OpenID Connect Core §2: a subject has at most 255.
    static final int SUBJECT_CHARS = 255;

    /// Documents of unknown clients that one peer may have fetched in a minute before anybody has signed in: a person
    /// connects one client at a time.
    static final int UNKNOWN_CLIENTS_PER_PEER_PER_MINUTE = 5;

    /// The style sheet's address changes with its content, so it may be kept for good.
    static final Duration ASSET = Duration.ofDays(365);

    /// Between the password and the code: to find the phone and unlock it.
    static final Duration SECOND_STEP = Duration.ofMinutes(10);

    /// A code of six digits is guessed in three of a million tries: five free ones, then 30 s, 1 min … 15 min.
    static final Throttle.Rule CODES =
            new Throttle.Rule(5, Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofHours(1));

    /// From the QR code to the first code of a new app.
    static final Duration ENROLMENT = Duration.ofMinutes(15);

    /// As many as fit on a note in a wallet.
    static final int RECOVERY_CODES = 10;

    /// What changes how somebody signs in needs a sign-in that is no older: whoever finds a browser open changes
    /// nothing.
    static final Duration FRESH = Duration.ofMinutes(10);

    /// Guesses of a device's code, per person and per peer: eight of twenty letters are 25 thousand million.
    static final Throttle.Rule USER_CODES =
            new Throttle.Rule(5, Duration.ofSeconds(10), Duration.ofMinutes(15), Duration.ofHours(1));

    /// Keys of one person: one for each device that they own, and some.
    static final int PASSKEYS = 20;

    /// As WebAuthn recommends for ceremonies with user verification (level 3, §15.1).
    static final Duration CEREMONY = Duration.ofMinutes(5);

    /// What a person calls a passkey.
    static final int PASSKEY_NAME_CHARS = 40;

    /// Messages on their way to the mail server at once; each holds a connection.
    static final int MAILS_AT_ONCE = 20;

    /// For each step with the mail server; nobody waits for it.
    static final Duration MAIL_WAIT = Duration.ofSeconds(20);

    private BrowserLimits() {}
}
