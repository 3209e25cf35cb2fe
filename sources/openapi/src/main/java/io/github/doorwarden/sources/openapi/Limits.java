package io.github.doorwarden.sources.openapi;

import java.time.Duration;

/// Every bound of this source, and why it is what it is.
final class Limits {

    /// Of the document. The largest public one (Microsoft Graph apart) is about 8 MiB.
    static final int DOCUMENT_BYTES = 10 * 1024 * 1024;

    /// `$ref` after `$ref` without anything between them; real documents use two.
    static final int REF_HOPS = 16;

    /// Nesting of a converted schema. Models stop following long before that, and validators recurse.
    static final int SCHEMA_DEPTH = 10;

    /// Nodes of one tool's schema, so that references cannot multiply without end. Whoever has more needs a curated
    /// tool.
    static final int SCHEMA_NODES = 3_000;

    /// Of a tool; descriptions are paid for in every conversation.
    static final int TOOL_DESCRIPTION_CHARACTERS = 1_024;

    /// Of an argument or a property.
    static final int PROPERTY_DESCRIPTION_CHARACTERS = 400;

    /// A name that clients can still prefix with `mcp__<server>__` and stay within 64.
    static final int COMFORTABLE_NAME_CHARACTERS = 45;

    /// A name of an argument (the strictest client's rule).
    static final int ARGUMENT_NAME_CHARACTERS = 64;

    /// A sentence that the backend gave as the reason of an error.
    static final int REASON_CHARACTERS = 500;

    /// Reasons of one error: the first few tell what is wrong.
    static final int REASONS = 5;

    /// One JSONata expression over one answer.
    static final Duration SHAPING = Duration.ofSeconds(2);

    /// Recursion of a JSONata expression.
    static final int SHAPING_DEPTH = 200;

    /// What a tool has on top of its upstream's deadline, so that the readable sentence about it wins.
    static final Duration TOOL_MARGIN = Duration.ofSeconds(2);

    /// Of the arguments in a preview: what a person reads before saying yes. What is cut is announced.
    static final int PREVIEW_CHARACTERS = 4_000;

    /// Who calls, as a backend is told it: as long as an e-mail address usually is, and as the audit tables of backends
    /// take.
    static final int CALLER_CHARS = 64;

    private Limits() {}
}
