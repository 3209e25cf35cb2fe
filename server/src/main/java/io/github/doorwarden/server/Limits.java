package io.github.doorwarden.server;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Tools on a page of `tools/list`. Many clients never ask for a second page, and models do badly with more tools
    /// than this anyway, so one page should hold all that an endpoint sensibly has.
    static final int PAGE_TOOLS = 200;

    /// A cursor is the name of a tool in base64url: 64 characters become 86.
    static final int CURSOR_CHARS = 100;

    /// Answers to `tools/list` kept per endpoint: dialects times the sets of tools that callers see times pages.
    static final int KEPT_LISTS = 64;

    /// How much of an unknown tool's name is said back: the longest valid name.
    static final int ECHOED_NAME_CHARS = 64;

    /// A model corrects a few mistakes at a time; more only fills its window.
    static final int SCHEMA_MESSAGES = 5;

    /// Of one message about an argument; the longest of ours names a path and a rule.
    static final int SCHEMA_MESSAGE_CHARS = 300;

    /// Steps of checking one value against one schema: a body of 1 MB of small items stays below it, a schema that
    /// multiplies alternatives does not get far above it.
    static final long SCHEMA_STEPS = 1_000_000;

    /// Nesting of schemas while checking, for schemas that refer to themselves.
    static final int SCHEMA_DEPTH = 200;

    /// Characters that one `pattern` may look at for one string, again and again included: linear patterns over 1 MB
    /// pass, a pattern that backtracks without end is stopped after some milliseconds.
    static final int PATTERN_LOOKS = 5_000_000;

    /// Of the arguments in an audit line: enough to see what was asked for.
    static final int AUDIT_ARGUMENTS_CHARS = 4_096;

    /// Of one argument, when they are too long together.
    static final int AUDIT_ARGUMENT_CHARS = 512;

    /// Callers and tools of callers that the limiter knows at once, about 100 bytes each. Newcomers beyond share one
    /// allowance, so that a crowd of addresses costs no memory and gets no more than one caller.
    static final int LIMITED_KEYS = 100_000;

    /// Between two looks for callers that the limiter may forget.
    static final Duration SWEEP = Duration.ofSeconds(10);

    /// One audit line for all calls over the limit of one caller in this time: a flood must not fill the disk.
    static final Duration REFUSALS_TOLD = Duration.ofMinutes(1);

    /// Longest deadline of a tool: beyond it, no client is still listening.
    static final Duration DEADLINE = Duration.ofHours(1);

    /// Nesting of records in a record tool's arguments or result.
    static final int RECORD_DEPTH = 8;

    private Limits() {}
}
