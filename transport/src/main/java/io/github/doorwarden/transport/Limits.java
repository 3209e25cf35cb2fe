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
    public static final Duration STAY_LOOK = Duration.ofSeconds(15);

    /// How long a legacy session may be used after its `initialize`: a working day and the night after it. Whoever
    /// finds an id later finds nothing behind it.
    public static final Duration SESSION_LIFE = Duration.ofHours(24);

    /// Longest session id that is looked at; ours have 144 characters, and dashes may be between all of them.
    public static final int SESSION_ID_CHARS = 300;

    /// Sessions that have something in memory at once, some kilobytes each when they rest.
    public static final int SESSIONS_LIVE = 10_000;

    /// The same of one caller: a person with several clients and windows has fewer than ten.
    public static final int SESSIONS_LIVE_PER_CALLER = 64;

    /// How long the memory of a session outlives the last request or stream: longer than a client takes to come back
    /// over a bad network.
    public static final Duration SESSION_IDLE = Duration.ofMinutes(10);

    /// Sessions that one caller may end per minute. Each is a row on disk for a day.
    public static final int ENDINGS_PER_MINUTE = 60;

    /// How far back a node looks when it asks which sessions others have ended: clocks of nodes differ, and a write
    /// that began earlier can be seen later.
    public static final Duration ENDED_OVERLAP = Duration.ofSeconds(30);

    /// Events of one session that are kept for a client that comes back: a long call with its progress.
    public static final int REPLAY_EVENTS = 256;

    /// Their bytes; a larger answer cannot be fetched again.
    public static final int REPLAY_BYTES = 1024 * 1024;

    /// The bytes that all sessions keep: a quarter of the smallest heap that we recommend. Beyond it a session keeps
    /// nothing new.
    public static final long REPLAY_BYTES_TOTAL = 64L * 1024 * 1024;

    /// How long a client waits before it opens a stream again that the server ended, unless a tool says otherwise: time
    /// enough for another node to take over.
    public static final Duration RETRY = Duration.ofSeconds(1);

    /// Longest pause that a tool may send a client away for; longer, and the answer is no longer kept.
    public static final Duration PAUSE_MAX = SESSION_IDLE.dividedBy(2);

    /// Requests of one conversation over the transport of 2024-11-05 that run at once: more than the calls that one
    /// caller may make at once, and all of them together cost some kilobytes.
    public static final int OLD_REQUESTS_RUNNING = 64;

    /// How much of the reason for a cancellation is logged.
    public static final int REASON_CHARS = 200;

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
