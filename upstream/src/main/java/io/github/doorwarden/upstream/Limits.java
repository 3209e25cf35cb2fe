package io.github.doorwarden.upstream;

import java.time.Duration;

/// Every bound of outbound traffic that is not configured, and why it is what it is.
final class Limits {

    /// Status line and header fields of one fetched document. Twice what common servers send; a CDN adds about 2 KiB.
    static final int HEADER_BYTES = 16 * 1024;

    /// Addresses of one name. Large services publish fewer than twenty; more is somebody playing games.
    static final int ADDRESSES = 32;

    /// A DNS name (RFC 1035 §2.3.4).
    static final int HOST_CHARACTERS = 253;

    /// A token answer; tokens of large directories with groups inside reach 20 KiB.
    static final int TOKEN_ANSWER_BYTES = 64 * 1024;

    /// For one round to a token endpoint, which does no heavy work.
    static final Duration TOKEN_ENDPOINT = Duration.ofSeconds(10);

    /// A token is renewed this long before it expires: longer than the slowest call that carries it.
    static final Duration TOKEN_MARGIN = Duration.ofSeconds(60);

    /// Assumed when the token endpoint names no `expires_in` (RFC 6749 §5.1 only recommends it).
    static final Duration UNSTATED_TOKEN_LIFE = Duration.ofMinutes(5);

    /// After a failed round nobody asks again for so long; and a token younger than this is not renewed because of a
    /// 401. Keeps a broken identity provider from being asked once per call.
    static final Duration TOKEN_BACK_OFF = Duration.ofSeconds(5);

    /// Of an identity provider: metadata is below 10 KiB, key sets of large directories below 100, user information and
    /// introspection with all groups as large as their tokens.
    static final int PROVIDER_ANSWER_BYTES = 256 * 1024;

    /// Tokens got in exchange that are kept, a kilobyte or two each: one for each caller of a busy quarter of an hour.
    static final int EXCHANGED_TOKENS = 10_000;

    /// Failures in a row after which a backend is spared: a restart of one behind a load balancer costs two or three.
    static final int BREAKER_FAILURES = 5;

    /// How long nothing is sent then; it doubles with each try that fails. A process that crashed is back in seconds.
    static final Duration BREAKER_PAUSE = Duration.ofSeconds(5);

    /// Longest such pause: an operator who has mended something does not wait longer to see it.
    static final Duration BREAKER_PAUSE_MAX = Duration.ofSeconds(60);

    /// Before a call is sent a second time, when the backend does not say how long: a connection that broke because
    /// its server went down for a restart finds the next one by then.
    static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    /// Longest `Retry-After` that is waited for; the model can do something else meanwhile.
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /// A key that tenant headers are signed with: the length of the hash (RFC 2104 §3).
    static final int SIGNING_KEY_BYTES = 32;

    /// Tenants whose keys are kept, some hundred bytes each: as many as one gateway serves in an hour.
    static final int TENANT_KEYS = 10_000;

    /// An administration that is down does not stop calls for so many times what its keys are kept for: with five
    /// minutes an hour, and overlaps of rotations are a day.
    static final int KEYS_OUTLIVE = 12;

    /// Of what a backend calls a session: signed ones with their facts inside are below half of it.
    static final int SESSION_CHARACTERS = 2_048;

    /// Of a tenant or a caller in signed headers: names of organisations and e-mail addresses are shorter.
    static final int SIGNED_VALUE_CHARACTERS = 256;

    /// How far the clock of whoever signs may be off, and so how long a signature has to be remembered.
    static final Duration SIGNATURE_WINDOW = Duration.ofMinutes(5);

    /// Signatures that a verifier without a store of its own remembers: 300 a second, for the whole window.
    static final int SIGNATURES_REMEMBERED = 100_000;

    private Limits() {}
}
