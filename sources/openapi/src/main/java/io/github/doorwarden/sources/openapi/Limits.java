package io.github.doorwarden.sources.openapi;

import java.time.Duration;
import java.util.List;

/// Every bound of this source, and why it is what it is.
final class Limits {

    /// Of a document in files, all its parts together. GitHub's is 13 MB, Kubernetes' 5, Stripe's 6; Microsoft Graph's,
    /// with 30, is to be cut down first.
    static final int DOCUMENT_BYTES = 16 * 1024 * 1024;

    /// Of a document that is fetched, all its parts together: it comes from elsewhere, and is kept.
    static final int FETCHED_BYTES = 10 * 1024 * 1024;

    /// Further documents that one refers to, those included that cannot be had. Real sets have one for each path.
    static final int DOCUMENT_PARTS = 500;

    /// For fetching one document, to its last byte.
    static final Duration DOCUMENT_FETCH = Duration.ofSeconds(20);

    /// For all further documents together: 500 of them at a quarter of a second each. A start waits no longer for a
    /// host that is slow with every one.
    static final Duration DOCUMENT_PARTS_FETCH = Duration.ofMinutes(2);

    /// `$ref` after `$ref` without anything between them; real documents use two.
    static final int REF_HOPS = 16;

    /// Nesting of a converted schema: the first of these with which it stays within [#SCHEMA_NODES]. Models stop
    /// following long before the first, and validators recurse.
    static final List<Integer> SCHEMA_DEPTHS = List.of(10, 6, 4, 3, 2);

    /// Nodes of one tool's schema, so that references cannot multiply without end: about 15,000 tokens, and no
    /// conversation wants to pay more for one tool.
    static final int SCHEMA_NODES = 1_000;

    /// The schema of an answer helps programs and costs every conversation; beyond this it is told less deeply, and in
    /// the end not at all.
    static final int OUTPUT_SCHEMA_TOKENS = 1_000;

    /// Of a tool; descriptions are paid for in every conversation.
    static final int TOOL_DESCRIPTION_CHARACTERS = 1_024;

    /// Of a tool's title: a line.
    static final int TITLE_CHARACTERS = 200;

    /// Of an argument or a property.
    static final int PROPERTY_DESCRIPTION_CHARACTERS = 400;

    /// A name that clients can still prefix with `mcp__<server>__` and stay within 64.
    static final int COMFORTABLE_NAME_CHARACTERS = 45;

    /// Before names of tools, of which it leaves the greater part.
    static final int PREFIX_CHARACTERS = 20;

    /// A name of an argument (the strictest client's rule).
    static final int ARGUMENT_NAME_CHARACTERS = 64;

    /// Arguments of one tool that a model still chooses well among; beyond it an inspection advises to hide some.
    static final int COMFORTABLE_ARGUMENTS = 20;

    /// What one tool may cost without remark: a deployment with thirty of them stays below 30,000.
    static final int COMFORTABLE_TOOL_TOKENS = 1_000;

    /// A cursor of ours: sealed, it is half as long again as what the backend gave.
    static final int CURSOR_CHARACTERS = 6_000;

    /// The query of a link to the next part; beyond this servers refuse it anyway.
    static final int LINK_CHARACTERS = 4_000;

    /// All `Link` fields of an answer.
    static final int LINK_FIELD_CHARACTERS = 16_000;

    /// Changes of a document that one warning names.
    static final int TOLD_DIFFERENCES = 10;

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

    /// Between two streams of changes, when the first ended well; it doubles with each failure.
    static final Duration FEED_PAUSE = Duration.ofSeconds(1);

    /// Longest such pause: who follows a record hears of its change a minute late at worst after an outage.
    static final Duration FEED_PAUSE_MAX = Duration.ofSeconds(30);

    /// After so long a stream is opened anew where it was cut, so that one of which nobody sees that it is dead is
    /// noticed.
    static final Duration FEED_READ = Duration.ofMinutes(5);

    /// One event says which record changed, and not how.
    static final int FEED_EVENT_CHARACTERS = 64 * 1024;

    private Limits() {}
}
