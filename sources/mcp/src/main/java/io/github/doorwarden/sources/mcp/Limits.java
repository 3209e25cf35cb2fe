package io.github.doorwarden.sources.mcp;

import java.time.Duration;

/// Every bound of this module that is not configured, each with its reason; those towards a server are the client's.
final class Limits {

    /// The longest name of a tool that every client takes.
    static final int NAME_CHARS = 64;

    /// Hex digits of the hash that tells two names apart: a collision among a thousand names is one in 30,000.
    static final int NAME_HASH = 6;

    /// Of a description: what a model can still weigh among dozens of tools.
    static final int DESCRIPTION_CHARS = 8_000;

    /// Of one definition as JSON. The largest seen in public have 40 KiB.
    static final int DEFINITION_CHARS = 256 * 1024;

    /// Nodes of one schema after its references were put in: a schema that multiplies itself ends here.
    static final int SCHEMA_NODES = 5_000;

    /// How deep references lead into themselves before a schema says no more.
    static final int SCHEMA_REF_DEPTH = 3;

    /// Sentences of one source about what it cannot offer; the rest is counted.
    static final int WARNINGS = 50;

    /// How long the start waits for a server that was never seen before: without this, the first client would find
    /// nothing. One that was seen before is listed at once, as it was.
    static final Duration FIRST_SIGHT = Duration.ofSeconds(15);

    /// What a server that was never seen before gets to offer all that it has: many add tools right after the
    /// handshake, and what comes later is held back.
    static final Duration SETTLING = Duration.ofMillis(500);

    /// How long a call waits while the server is just being connected.
    static final Duration CONNECTING = Duration.ofSeconds(10);

    /// How long a call waits for a place among those that run.
    static final Duration SLOT = Duration.ofSeconds(10);

    /// Beyond the time that a call may take: so that it ends with a sentence of its own.
    static final Duration MARGIN = Duration.ofSeconds(2);

    /// How long a connection may take to end in good order: a process gets as long to end by itself, and to be told to.
    static final Duration GOODBYE = Duration.ofSeconds(5);

    /// Calls in a row without an answer after which the server is connected anew, and calls are refused meanwhile.
    static final int FAULTS = 5;

    /// Before the second attempt to connect; doubled each time.
    static final Duration PAUSE = Duration.ofSeconds(1);

    /// The longest pause between two attempts: somebody who has mended a server does not wait long.
    static final Duration PAUSE_MOST = Duration.ofSeconds(30);

    /// A connection that lasted so long begins with the first pause again.
    static final Duration HEALTHY = Duration.ofMinutes(1);

    /// How often approvals are looked for.
    static final Duration LOOK = Duration.ofSeconds(1);

    /// Between two readings of the lists, however often the server says that they changed.
    static final Duration RELIST = Duration.ofSeconds(1);

    /// Resources whose changes are asked for, because it is not known which of them a client watches.
    static final int WATCHED = 200;

    /// Pairs of lines of two wordings that are held against each other for whoever approves: 3,000 lines each, in 36
    /// MB.
    static final int COMPARED = 9_000_000;

    /// How often the escapes of a URI are undone to see whether it is withheld: servers undo them once, some twice.
    static final int ESCAPES = 4;

    /// Rounds of questions within one call, or questions of a server that asks one by one: more is a loop.
    static final int ROUNDS = 16;

    /// How long suggestions for an argument may take: a person is typing.
    static final Duration COMPLETION = Duration.ofSeconds(4);

    private Limits() {}
}
