package io.github.doorwarden.doctor;

import java.time.Duration;

/// Every bound of an examination. The server is anybody's, and may mean harm: it may answer without end, never, or by
/// sending the doctor somewhere else.
final class Limits {

    /// For one question, to the last byte that is looked at. Clients wait ten to sixty seconds; who needs longer than
    /// this for a greeting is lost with most of them.
    static final Duration PROBE = Duration.ofSeconds(10);

    /// How long a stream is watched, and within which its headers have to come.
    static final Duration HOLD = Duration.ofSeconds(4);

    /// For everything: some eighty questions at a second each, with a few that wait for their end.
    static final Duration TOTAL = Duration.ofMinutes(4);

    /// For tidying up when the time is over: sessions are ended and registrations deleted all the same.
    static final Duration TIDYING = Duration.ofSeconds(20);

    /// To the first byte of a connection.
    static final Duration CONNECT = Duration.ofSeconds(8);

    /// Of one answer. Lists of tools are the largest; GitHub's has 200 KB.
    static final int ANSWER_BYTES = 2 * 1024 * 1024;

    /// Of a document of metadata that is asked for under a foreign Host; real ones have 2 KB.
    static final int DOCUMENT_BYTES = 64 * 1024;

    /// Redirects that are followed for one document, as clients do when they fetch metadata.
    static final int REDIRECTS = 3;

    /// Authorization servers of one resource that are looked at: clients take the first.
    static final int AUTHORIZATION_SERVERS = 1;

    /// Clients that are registered at most, one for each that needs it; what can be deleted again is deleted.
    static final int REGISTRATIONS = 8;

    /// Of an answer, in a finding: enough to recognise it.
    static final int QUOTE_CHARACTERS = 300;

    /// Difference between two clocks that proofs signed a moment ago still bear; most verifiers allow a minute.
    static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    /// Characters of a tool's name: Cursor counts the server's name in its 60, the APIs of the models end at 64.
    static final int TOOL_NAME_CHARACTERS = 60;

    /// Tools that one finding names; the others are counted.
    static final int TOOLS_NAMED = 5;

    /// Findings of one examination, so that a hostile server cannot fill a terminal.
    static final int FINDINGS = 200;

    private Limits() {}
}
