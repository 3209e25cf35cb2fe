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

    private Limits() {}
}
