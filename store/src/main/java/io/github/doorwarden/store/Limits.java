package io.github.doorwarden.store;

/// Every bound of this module, each with its reason.
final class Limits {

    /// One writes, the others read; reading blocks a carrier thread, so more than a few would only queue inside SQLite.
    static final int CONNECTIONS = 8;

    /// Another process on the same file (a command beside the running server) commits in milliseconds; a check-point
    /// of a large write-ahead log on a slow disk may take seconds.
    static final int BUSY_TIMEOUT_MILLIS = 10_000;

    /// Audit lines accepted but not yet on disk: about 16 MB at 1 kB each, a quarter of a second of the fastest load
    /// measured.
    static final int AUDIT_PENDING_EVENTS = 16_384;

    /// A group holds the database's writer for about 10 µs a line, so other writers wait 20 ms at most.
    static final int AUDIT_GROUP_EVENTS = 2_048;

    /// How long lines that nobody waits for are gathered; leaves 80 of the promised 100 ms to the disk.
    static final int AUDIT_GATHER_MILLIS = 20;

    /// From here on the writer no longer gathers: half of what may be pending.
    static final int AUDIT_HURRY_EVENTS = AUDIT_PENDING_EVENTS / 2;

    /// How long a caller waits for room, and for its own line: longer than one attempt at the database may take.
    static final int AUDIT_WAIT_MILLIS = 2 * BUSY_TIMEOUT_MILLIS;

    /// Between two attempts at a database that fails.
    static final int AUDIT_RETRY_MILLIS = 500;

    /// Lines read at once when the chain is verified.
    static final int AUDIT_PAGE_LINES = 1_000;

    /// Things that are taken in one transaction: a statement costs about 20 µs, so other writers wait 5 ms at most, as
    /// long as for the write to the disk that they share.
    static final int SPENT_GROUP = 256;

    private Limits() {}
}
