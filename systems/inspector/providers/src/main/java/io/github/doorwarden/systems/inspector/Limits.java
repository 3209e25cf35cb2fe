package io.github.doorwarden.systems.inspector;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Of an expression, in characters: longer than anybody types, short enough to be read at once.
    static final int EXPRESSION_CHARS = 1_000;

    /// Parentheses, signs and powers within each other: each is a frame of the stack.
    static final int DEPTH = 64;

    /// Of every value on the way, before and after its point: a product of two of them takes microseconds.
    static final int DIGITS = 1_000;

    /// Of a quotient or root that has no end, unless asked otherwise.
    static final int USUAL_DIGITS = 20;

    /// Numbers of one list.
    static final int NUMBERS = 10_000;

    /// Of one number in a list, in characters.
    static final int NUMBER_CHARS = 200;

    /// What is factored: trial division takes a few milliseconds up to its root.
    static final long FACTORED = 1_000_000_000_000L;

    /// Lines that are kept for one caller.
    static final int KEPT_LINES = 200;

    /// Callers whose lines are kept; beyond that, those who were quiet longest are forgotten.
    static final int KEPT_CALLERS = 100;

    /// Of one line.
    static final int LINE_CHARS = 1_000;

    /// Between two lines of a countdown.
    static final Duration PAUSE = Duration.ofMillis(50);

    private Limits() {}
}
