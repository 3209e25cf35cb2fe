package io.github.doorwarden.authserver;

import java.time.Duration;

/// Every bound of the OAuth endpoints, with the reason for its number.
final class Limits {

    /// A query or a form: the largest honest authorization request seen is below 2 KiB, an assertion below 3, and a
    /// client with keys that brings an ID-JAG or exchanges a token sends two of them.
    static final int FORM_BYTES = 12 * 1024;
    /// Far above what any extension of OAuth sends in one request.
    static final int FORM_PARAMETERS = 64;
    static final int PARAMETER_NAME_CHARS = 128;
    /// More than any token of ours, or an assertion with an RSA signature of 4096 bits.
    static final int PARAMETER_VALUE_CHARS = 4 * 1024;

    /// What a browser says of a passkey, as JSON: its id, of up to 1,023 bytes, stands in it three times as base64url.
    static final int CREDENTIAL_CHARS = 6 * 1024;

    /// A code for a person to type, and how long they have (RFC 8628 §6.1: 20 letters without vowels, 34 bits).
    static final int USER_CODE_CHARS = 8;
    static final Duration DEVICE_CODE = Duration.ofMinutes(10);
    /// RFC 8628 §3.2, §3.5: what clients wait between two polls, and how much more after each that came too soon.
    static final Duration DEVICE_INTERVAL = Duration.ofSeconds(5);
    /// Requests for device codes of one client or peer in a minute: each is a row, and one person needs one.
    static final int DEVICE_CODES_PER_MINUTE = 10;

    /// Device codes that are kept at once, whoever asked: each a row of some 300 bytes for twenty minutes at most.
    static final int DEVICE_CODES_AT_MOST = 10_000;

    /// Dynamic registration: the largest known body, with contacts, logo and policy URLs, is below 2 KiB.
    static final int REGISTRATION_BYTES = 16 * 1024;
    /// Nothing in a registration is nested deeper than a key inside a key set.
    static final int JSON_DEPTH = 8;
    static final int REDIRECT_URIS = 20;
    static final int REDIRECT_URI_CHARS = 1024;
    static final int CLIENT_NAME_CHARS = 80;
    /// Of an id that a client presents, ours are 25 long; documents have URLs.
    static final int CLIENT_ID_CHARS = 1024;
    static final int SCOPES = 100;

    /// Client ID Metadata Document §8.7.
    static final int DOCUMENT_BYTES = 5 * 1024;
    /// A person waits for it behind the sign-in page.
    static final Duration DOCUMENT_DEADLINE = Duration.ofSeconds(5);
    /// Below it every authorization would fetch; above it a revoked redirect URI would live too long.
    static final Duration DOCUMENT_KEPT_AT_LEAST = Duration.ofMinutes(5);
    static final Duration DOCUMENT_KEPT_AT_MOST = Duration.ofHours(24);
    /// 5 KiB each: 5 MiB at worst.
    static final int DOCUMENTS_CACHED = 1_000;
    /// Fetches to one host, and to all: nobody may use this server to bother another one.
    static final int FETCHES_PER_HOST_PER_MINUTE = 10;
    static final int FETCHES_PER_MINUTE = 100;

    /// What is generated has 256 bits; what an operator writes down must not be a word.
    static final int SECRET_CHARS_AT_LEAST = 32;
    /// Wrong secrets per client and peer in a minute before the next is not even looked at.
    static final int WRONG_SECRETS_PER_MINUTE = 10;
    /// Wrong secrets per peer whatever the client: walking through client ids.
    static final int WRONG_SECRETS_PER_PEER_PER_MINUTE = 60;
    /// RFC 7523bis §4, FAPI 2.0 §5.3.2.1: as long as a client needs to send what it has just made.
    static final Duration CLIENT_ASSERTION_LIFE = Duration.ofMinutes(5);
    /// What an identity provider says of a person: made for one request, but by clocks and queues of others.
    static final Duration ID_JAG_LIFE = Duration.ofHours(1);
    /// What a platform says of a program: projected into its file system for an hour or several.
    static final Duration WORKLOAD_ASSERTION_LIFE = Duration.ofHours(24);
    /// How long deleting a person waits for third parties to hear that their tokens are given back.
    static final Duration GIVING_BACK = Duration.ofSeconds(10);
    /// How far the clocks of those who make assertions may be off.
    static final Duration ASSERTION_SKEW = Duration.ofSeconds(30);
    /// The end of the year 9999: beyond it no library agrees with another on what a time is.
    static final double LAST_SECOND = 253_402_300_800.0;
    /// Keys that one signature is checked with when its header names none: a signer has one in use, and the next.
    static final int KEYS_TRIED = 4;
    /// Key sets of clients and issuers: 20 KiB each at worst.
    static final int KEY_SETS_CACHED = 1_000;
    /// RFC 9126 §2.2: between pushing and sending the browser there is one round trip.
    static final Duration PUSHED_LIFE = Duration.ofSeconds(90);
    /// From then on a person signs in, perhaps by a link in a mail, and reads the consent page.
    static final Duration PUSHED_AND_OPENED_LIFE = Duration.ofMinutes(20);
    /// Up to [#FORM_BYTES] each, kept for some 20 minutes.
    static final int PUSHED_AT_MOST = 10_000;
    /// A person starts one; an office behind one address starts a few at once.
    static final int PUSHED_PER_PEER_PER_MINUTE = 60;
    /// A token that was exchanged so often came through that many hands.
    static final int ACTORS = 4;

    /// Peers and clients that a throttle remembers at once; the coldest is forgotten first.
    static final int THROTTLED_KEYS = 20_000;

    /// A spent code is remembered this long after its end, so that using it again is noticed.
    static final Duration SPENT_CODE_KEPT = Duration.ofHours(24);
    /// A dead refresh token is remembered this long after its end, so that the log can say what it was.
    static final Duration DEAD_REFRESH_TOKEN_KEPT = Duration.ofDays(7);
    /// When the table of dynamic registrations is full, one that was never used makes room after this long.
    static final Duration UNUSED_REGISTRATION_SAFE = Duration.ofMinutes(10);
    /// "Last used" is written at most this often per client.
    static final Duration TOUCH_EVERY = Duration.ofMinutes(15);
    /// Grants that a person's or an operator's page lists at once.
    static final int LISTED = 1_000;

    /// How long a reader may keep metadata and the key set.
    static final Duration METADATA_KEPT = Duration.ofMinutes(5);
    /// A new key is published this long before it signs: twice what readers keep the key set.
    static final Duration KEY_PUBLISHED_BEFORE_USE = METADATA_KEPT.plus(METADATA_KEPT);
    /// After so long without news of revocations no token is believed until they have been asked for: ten polls that
    /// failed, or a process that was stopped meanwhile.
    static final Duration REVOCATIONS_UNHEARD = Duration.ofSeconds(5);
    /// Clocks of resource servers may be this wrong.
    static final Duration CLOCK_SKEW = Duration.ofMinutes(1);
    static final int SIGNING_KEY_BITS = 3072;

    /// Of one token of a third party: those with all groups of a large directory inside reach 20 KiB.
    static final int ACCOUNT_TOKEN_CHARS = 32 * 1024;
    /// Of the scopes that a third party names, for people: more is cut.
    static final int ACCOUNT_SCOPE_CHARS = 1_000;
    /// A third party's token is renewed so long before it ends, or after half its life: longer than a call with it.
    static final Duration ACCOUNT_MARGIN = Duration.ofSeconds(60);
    /// For one renewal, and then some: finding a provider's token endpoint and asking it take 30 s at most. Whoever
    /// crashed over it holds nobody up for longer.
    static final Duration ACCOUNT_LEASE = Duration.ofSeconds(45);
    /// A third party that has just renewed a token is not asked again because that one is refused.
    static final Duration ACCOUNT_BACK_OFF = Duration.ofSeconds(5);
    /// Between two notes that an account is used: each is a write, and people look by the minute.
    static final Duration USE_NOTED = Duration.ofMinutes(1);
    /// From a question of an agent to the yes of a person, who may have to sign in first.
    static final Duration CONNECT_LINK = Duration.ofMinutes(10);
    /// Links of one person that hold at once: agents ask again and again, and only the newest matter.
    static final int CONNECT_LINKS = 50;

    private Limits() {}
}
