package io.github.doorwarden.http;

import java.time.Duration;

/// Every bound of the HTTP engine. What a request may cost before anybody knows who sent it is decided here and nowhere
/// else; the body size alone is per [Route]. Sizes are bytes, and the constructor refuses combinations that would
/// defeat each other.
///
/// @param headerBytes        request line and fields together; more is 431
/// @param headerFields       fields of one request; more is 431
/// @param headerDeadline     from the first byte of a request to the end of its fields; then the connection is closed
/// @param bodyDeadline       from the end of the fields to the end of the body; then 408
/// @param idleTimeout        how long a connection may move no byte while nothing runs on it
/// @param writeDeadline      how long the client of an [EventStream] may take to read what was written; then it is gone
/// @param heartbeat          how long an [EventStream] may be silent; then a comment is written
/// @param concurrentRequests handlers that run at once, without those whose stream rests; one more is 503
/// @param restingStreams     event streams that only wait for events; one more is 503
/// @param connections        open connections; further ones wait in the listen queue of the kernel
/// @param pendingBodyBytes   bytes of all bodies held at once, the small ones apart; beyond it 503
/// @param drain              how long [HttpServer#close()] waits for running calls
public record Limits(int headerBytes, int headerFields, Duration headerDeadline, Duration bodyDeadline,
                     Duration idleTimeout, Duration writeDeadline, Duration heartbeat, int concurrentRequests,
                     int restingStreams, int connections, int pendingBodyBytes, Duration drain) {

    /// What a resting [EventStream] may take to say goodbye when the server shuts down: one event to write, and no
    /// more.
    static final Duration GOODBYE = Duration.ofSeconds(1);

    /// A body up to this size is not charged to [#pendingBodyBytes] over HTTP/1.1: nearly every call fits, and it is
    /// one for each connection.
    static final int UNCHARGED_BODY_BYTES = 8 * 1024;

    /// Fields that the parser recognises from the request before, names and values together: Host, Accept and the like
    /// fit. A bearer token must not: it would be kept as long as the connection, and looking it up character by
    /// character costs more than reading it anew (a fifth of the CPU time of a whole call, measured).
    static final int REPEATED_FIELDS_CHARS = 256;

    /// How long a front waits for the connection to a server behind it, which is near.
    static final Duration FRONT_CONNECT = Duration.ofSeconds(5);

    /// How long an answer that a front passes on may be silent: longer than the longest deadline of a tool.
    static final Duration FRONT_SILENCE = Duration.ofMinutes(65);

    /// Header of a request that a front passes on, and of the answer: as large as the servers behind it take.
    static final int FRONT_HEADER_BYTES = 64 * 1024;

    /// What is read and thrown away of a body that is too large, so that its sender gets to read the 413 instead of a
    /// reset.
    static final int DISCARDED_BODY_BYTES = 1024 * 1024;

    /// Names of `Mcp-Param-*` fields that one preflight may ask for: more than any tool has parameters mapped to
    /// fields.
    static final int PREFLIGHT_FIELDS = 64;

    /// One field name in a preflight: longer than any that a tool can declare.
    static final int PREFLIGHT_NAME_CHARS = 128;

    /// Requests at once on one HTTP/2 connection: the least that RFC 9113 §6.5.2 recommends. All connections together
    /// run no more requests than [#connections()], as with HTTP/1.1.
    static final int STREAMS_PER_CONNECTION = 100;

    /// Frames of one HTTP/2 connection in a second that are cheap to send and make work: resets, settings, pings, empty
    /// data. Somebody who stops all requests of a connection at once sends [#STREAMS_PER_CONNECTION] of them; one who
    /// does nothing but begin and reset is cut off (CVE-2023-44487).
    static final int CONTROL_FRAMES_PER_SECOND = 128;

    /// What all requests of one HTTP/2 connection may send ahead of being read; one may use it alone. At 100 ms a body
    /// of
    /// 4 MiB takes 2 s, and bodies are read as they come.
    static final int WINDOW_BYTES = 256 * 1024;

    /// How often the certificate's files are looked at. They are small, and who replaces them expects to see it.
    static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(5);

    /// How long before its end a certificate is warned about: half of the 30 days that renewers begin before.
    static final Duration CERTIFICATE_WARNING = Duration.ofDays(14);

    /// A serialised origin: the longest DNS name, its scheme and its port.
    static final int ORIGIN_CHARS = 300;

    public static final Limits STANDARD = new Limits(
            8 * 1024,                  // a bearer token of 4 KiB and a browser's cookies fit; common among proxies
            100,                       // browsers send about 20, proxies add about 10
            Duration.ofSeconds(10),    // a slow mobile link sends 8 KiB in less
            Duration.ofSeconds(30),    // 4 MiB at 1.1 Mbit/s
            Duration.ofSeconds(75),    // above the 60 s for which proxies keep idle connections, so they close first
            Duration.ofSeconds(30),    // the same 4 MiB the other way
            Duration.ofSeconds(25),    // below the 30 s of the least patient proxies
            1024,                      // each may hold a connection to a database or an API: far more than those have
            10_000,                    // 120 MiB when all of them wait; leaves connections for calls
            16 * 1024,                 // below the usual 1 Mi descriptors of a service, 160 MiB when all are idle
            64 * 1024 * 1024,          // a quarter of the smallest heap that we recommend
            Duration.ofSeconds(25));   // below the 30 s after which Kubernetes kills

    /// How long a front keeps an unused connection to a server behind it. The server, under the same limits, closes it
    /// after [#idleTimeout]; were it the same time, a request could meet the closing.
    Duration frontIdle() {
        return idleTimeout.multipliedBy(4).dividedBy(5);
    }

    public Limits {
        require(headerBytes >= 1024, "headerBytes must be at least 1024, the size of a request with a bearer token");
        require(headerFields >= 8, "headerFields must be at least 8, the number that a plain MCP client sends");
        require(concurrentRequests >= 1, "concurrentRequests must be at least 1");
        require(connections >= 1, "connections must be at least 1");
        require(restingStreams >= 0, "restingStreams must not be negative");
        require(restingStreams < connections, "restingStreams must be fewer than connections, so that calls find one");
        require(pendingBodyBytes >= UNCHARGED_BODY_BYTES, "pendingBodyBytes must be at least " + UNCHARGED_BODY_BYTES);
        requirePositive(headerDeadline, "headerDeadline");
        requirePositive(bodyDeadline, "bodyDeadline");
        requirePositive(idleTimeout, "idleTimeout");
        requirePositive(writeDeadline, "writeDeadline");
        requirePositive(heartbeat, "heartbeat");
        require(heartbeat.compareTo(idleTimeout) < 0, "heartbeat must be shorter than idleTimeout, which it prevents");
        require(!drain.isNegative(), "drain must not be negative");
    }

    private static void requirePositive(Duration value, String name) {
        require(value.isPositive(), name + " must be longer than nothing");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
