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

    private Limits() {}
}
