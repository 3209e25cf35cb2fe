package io.github.doorwarden.client;

import java.time.Duration;

/// Every bound of the client beside those of the wire, each with its reason.
final class Limits {

    /// Rounds of questions within one request: more is a loop.
    static final int ROUNDS = 16;

    /// Questions of one round: a person is asked them one after the other.
    static final int QUESTIONS = 8;

    /// For a server to say that it has understood what we want to hear.
    static final Duration ACKNOWLEDGED = Duration.ofSeconds(5);

    /// Between two questions after a task, when the server does not say.
    static final Duration POLL = Duration.ofSeconds(1);

    /// The shortest and the longest pause that a server may ask for: more often is a load, more seldom and a person
    /// waits for what is done.
    static final Duration POLL_LEAST = Duration.ofMillis(50);
    static final Duration POLL_MOST = Duration.ofSeconds(30);

    /// How long a task is waited for by whoever says nothing: as long as servers keep one at most.
    static final Duration TASK = Duration.ofDays(1);

    /// For telling a server that nobody waits for a task any more.
    static final Duration CANCELLING = Duration.ofSeconds(5);

    /// Of a server's own words in a message of ours.
    static final int WORDS = 500;

    private Limits() {}
}
