package io.github.doorwarden.sources.sql;

import java.time.Duration;

/// Every bound of this source, and why it is what it is.
final class Limits {

    /// A name that clients can still prefix with `mcp__<server>__` and stay within 64.
    static final int COMFORTABLE_NAME_CHARACTERS = 45;

    /// Of a text argument whose settings say nothing: a name, a code, a search phrase.
    static final int TEXT_CHARACTERS = 1_000;

    /// Of a date, a time or a UUID: a time with nanoseconds and an offset with seconds has 38.
    static final int FORMATTED_CHARACTERS = 40;

    /// Values of one list argument whose settings say nothing: each becomes a placeholder on most databases, and SQL
    /// Server takes 2,100 of them in all.
    static final int LIST_ITEMS = 100;

    /// Of any list: below what SQL Server takes, and more than a model lists by itself.
    static final int LIST_ITEMS_MOST = 1_000;

    /// Of a number in an argument, in digits: longer ones are no measurement, and a decimal of a million digits costs
    /// more to read than to send.
    static final int NUMBER_DIGITS = 100;

    /// Rows that are fetched at once, where a driver can: some hundred kilobytes of usual rows.
    static final int FETCH_ROWS = 100;

    /// What a driver may hold of one answer, where it can be told so: a single value may be 1 GB in PostgreSQL, and it
    /// is whole in memory before anybody can cut it.
    static final int DRIVER_BYTES = 32 * 1024 * 1024;

    /// Values of one list or array that are passed on.
    static final int ARRAY_ITEMS = 200;

    /// Digits that every client reads exactly: a double holds 15.
    static final int EXACT_DIGITS = 15;

    /// Digits that are written out for a number without an exponent; beyond, it is shown with one.
    static final int PLAIN_DIGITS = 60;

    /// What a tool has on top of connecting and running: cancelling and the answer's own way, so that the readable
    /// sentence about a slow statement wins.
    static final Duration TOOL_MARGIN = Duration.ofSeconds(5);

    /// How long a cancelled statement may take to end before its connection is thrown away.
    static final Duration CANCELLING = Duration.ofSeconds(2);

    /// How long a failed connection keeps the next calls from waiting for another.
    static final Duration DOWN = Duration.ofSeconds(1);

    /// Between two looks whether the database is there, when health is asked more often.
    static final Duration LOOK = Duration.ofSeconds(5);

    /// How long a connection may lie unused.
    static final Duration IDLE = Duration.ofMinutes(5);

    /// How long a connection is used at most: load balancers and servers close older ones without a word.
    static final Duration LIFETIME = Duration.ofMinutes(25);

    /// Reasons that the self-check gives, and tables that one of them names: the first few tell what is wrong.
    static final int REASONS = 20;

    /// Of the statement in a preview: what a person reads before saying yes.
    static final int PREVIEW_CHARACTERS = 4_000;

    private Limits() {}
}
