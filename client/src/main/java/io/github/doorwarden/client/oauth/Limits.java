package io.github.doorwarden.client.oauth;

import java.time.Duration;

/// Every bound of signing in, each with its reason.
final class Limits {

    /// Of a document or an answer of an authorization server: those of large providers have some 10 KiB, a token with
    /// many groups as much again.
    static final int ANSWER_BYTES = 256 * 1024;

    /// For one exchange with an authorization server, body included: some ask a directory behind them.
    static final Duration EXCHANGE = Duration.ofSeconds(20);

    /// For opening a connection.
    static final Duration CONNECT = Duration.ofSeconds(10);

    /// Of one `WWW-Authenticate` field: servers bound all fields together to 8 to 64 KiB.
    static final int CHALLENGE_CHARS = 16 * 1024;

    /// Challenges in one answer, and parameters of one; nobody sends more than a few.
    static final int CHALLENGES = 32;

    /// Scopes that are asked for: consent pages list them one by one.
    static final int SCOPES = 200;

    /// Of one token: what fits into the header of a request everywhere.
    static final int TOKEN_CHARS = 32 * 1024;

    /// How long a person may take to sign in; also how long the listener is open (RFC 8252 §8.3).
    static final Duration SIGN_IN = Duration.ofMinutes(5);

    /// How long another process or thread that signs in is waited for: one sign-in that was taken over, and some.
    static final Duration TURN = Duration.ofMinutes(10);

    /// After a sign-in that failed, nobody is asked again by itself for so long: a program that tries all its lists in
    /// turn must not open a tab for each.
    static final Duration QUIET = Duration.ofSeconds(30);

    /// The same after a server has refused a token that was made for it a moment before: another one is no better.
    static final Duration HOPELESS = Duration.ofMinutes(10);

    /// After so long a person is told that another process is waited for.
    static final Duration TURN_IN_SILENCE = Duration.ofSeconds(2);

    /// A sign-in that another process left behind is taken over until then; codes are good for ten minutes at most
    /// (RFC 6749 §4.1.2).
    static final Duration TAKE_OVER = Duration.ofMinutes(8);

    /// When a process died while it opened the browser, nobody knows whether there is a tab: so long an answer is
    /// waited for before another tab is opened.
    static final Duration REOPEN = Duration.ofSeconds(20);

    /// How long the port of a process that was killed may take to become free.
    static final Duration REBIND = Duration.ofSeconds(3);

    /// Between two looks at something that another process holds.
    static final Duration LOOK = Duration.ofMillis(150);

    /// Of the head of a request to the listener: a code and a state, with room.
    static final int CALLBACK_BYTES = 16 * 1024;

    /// For one request to the listener: it comes from this machine.
    static final Duration CALLBACK_READ = Duration.ofSeconds(5);

    /// A token is renewed so long before it ends, so that a request does not arrive with a dead one.
    static final Duration EARLY = Duration.ofSeconds(30);

    /// How often one request may lead to new credentials (MCP 2026-07-28, Step-Up Authorization Flow: "no more than a
    /// few times").
    static final int ATTEMPTS = 3;

    /// Step-ups for one operation and one set of scopes: with the first sign-in that makes three.
    static final int STEP_UPS = 2;

    /// Operations whose step-ups are remembered.
    static final int OPERATIONS = 1_000;

    /// Of an assertion or a proof that we sign ourselves (RFC 7523 §3).
    static final Duration OWN_ASSERTION = Duration.ofSeconds(60);

    /// For a program of the system that keeps a key: a person may have to unlock the keychain.
    static final Duration KEYCHAIN = Duration.ofSeconds(30);

    /// Of what such a program prints.
    static final int KEYCHAIN_BYTES = 64 * 1024;

    /// Of one kept state: tokens of the largest size, twice.
    static final int STATE_BYTES = 512 * 1024;

    private Limits() {}
}
