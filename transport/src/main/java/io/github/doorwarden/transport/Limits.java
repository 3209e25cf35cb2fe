package io.github.doorwarden.transport;

import java.time.Duration;

/// The bounds of this module.
public final class Limits {

    /// Largest body of a message. Arguments with a document in Base64 fit (3 MB); what is larger belongs in a resource.
    static final int BODY_BYTES = 4 * 1024 * 1024;

    /// How long a client may keep a list, unless configured: changes are announced, but only to clients
    /// that listen.
    public static final Duration TTL = Duration.ofMinutes(1);

    /// Longest such time; a client that keeps a list for more than a day has forgotten that it may change.
    static final Duration TTL_MAX = Duration.ofDays(1);

    /// How often it is looked whether the caller of a stream that stays open may still be told: a revoked grant ends
    /// its streams within this time.
    static final Duration STAY_LOOK = Duration.ofSeconds(15);

    /// Refused tokens put on record per second and endpoint; the others are counted in the next line. Whoever tries
    /// tokens needs no credentials, and must not fill the disk.
    static final int REFUSED_TOKENS_PER_SECOND = 10;

    /// Requests over stdio that run at the same time, subscriptions among them; more are refused at once, because a
    /// reader that waited could not read the cancellation that makes room. A person's client has fewer than ten.
    static final int STDIO_REQUESTS = 64;

    /// How long what runs may go on once a client has closed stdin: clients wait two seconds before they send SIGTERM.
    static final Duration STDIO_FINISH = Duration.ofMillis(1_500);

    /// How long what was then stopped may take to say so.
    static final Duration STDIO_STOP = Duration.ofMillis(250);

    /// Most characters of a client's reason for a cancellation that are logged.
    static final int LOGGED_REASON_CHARS = 200;

    private Limits() {}
}
