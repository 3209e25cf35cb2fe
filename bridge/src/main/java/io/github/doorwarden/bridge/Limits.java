package io.github.doorwarden.bridge;

import java.time.Duration;

/// Every bound of the bridge, each with its reason.
final class Limits {

    /// One message, from either side: what a client of ours takes from a server.
    static final int MESSAGE_BYTES = 8 * 1024 * 1024;

    /// Requests of the host that run at the same time. Hosts have a handful; one that has more does not listen.
    static final int CALLS = 256;

    /// Questions of the server that the host has not answered. A person answers one at a time.
    static final int QUESTIONS = 64;

    /// For the whole of `initialize` or `server/discover`: hosts give up after 60 s, and are to hear why before that.
    static final Duration OPENING = Duration.ofSeconds(50);

    /// How long the first request waits for a person who signs in before it is answered without the server: hosts that
    /// give up earliest do so after 30 s, and take the listener that the browser returns to with them.
    static final Duration SIGN_IN = Duration.ofSeconds(15);

    /// How long other requests wait for that person.
    static final Duration SIGNING_IN = Duration.ofSeconds(45);

    /// Between two words to the host that somebody is to sign in, so that its own deadlines begin anew.
    static final Duration REMIND = Duration.ofSeconds(10);

    /// How long a request runs without any sign of its server, unless the command line says otherwise: twice as long as
    /// hosts wait.
    static final Duration SILENCE = Duration.ofMinutes(10);

    /// How long a request runs at most, signs or not, and a subscription before it is opened anew.
    static final Duration CALL = Duration.ofHours(12);

    /// For a message that is not answered.
    static final Duration TELLING = Duration.ofSeconds(20);

    /// For requests that still run when the host has no more to say: a program that is fed from a file reads their
    /// answers, and a host kills what does not end.
    static final Duration DRAIN = Duration.ofSeconds(5);

    /// For saying goodbye: a host kills what does not end with its input.
    static final Duration GOODBYE = Duration.ofSeconds(1);

    /// For the first event of a stream of 2024-11-05, which says where messages go: a server says it at once, and the
    /// whole opening has to fit into [#OPENING].
    static final Duration ENDPOINT = Duration.ofSeconds(10);

    /// Such a stream is a whole session, and its end breaks off what runs: longer than anybody works without a pause.
    static final Duration SESSION = Duration.ofDays(7);

    /// What a server tells on it before the host is ready for it; well-behaved ones tell nothing.
    static final int EARLY = 16;

    /// Of the body of a refusal, where a word is looked for.
    static final int REFUSAL_BYTES = 16 * 1024;

    /// How often an interrupted stream is taken up again within one request.
    static final int RESUMES = 50;

    /// Between two attempts at a stream, when the server does not say; twice as long after each failure.
    static final Duration PAUSE = Duration.ofSeconds(1);

    /// The longest pause between two attempts.
    static final Duration PAUSE_MOST = Duration.ofSeconds(60);

    /// Rounds of questions of one request.
    static final int ROUNDS = 20;

    /// Tools whose arguments are mirrored into headers; no model works with more.
    static final int MIRRORING_TOOLS = 1_000;

    /// Pages of a list that is read for those headers.
    static final int PAGES = 100;

    /// Resources that one host has subscribed to.
    static final int SUBSCRIBED = 1_000;

    /// Requests to an earlier server that wait between two rounds of their questions.
    static final int PARKED = 64;

    /// Of the words of a server in a sentence of ours.
    static final int WORDS_CHARS = 500;

    private Limits() {}
}
