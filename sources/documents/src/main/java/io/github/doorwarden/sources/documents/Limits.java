package io.github.doorwarden.sources.documents;

import java.time.Duration;

/// Every bound of this module that is not configured, each with its reason.
final class Limits {

    /// Of one file: the largest manuals as PDF stay below it, a disk image does not.
    static final int FILE_BYTES = 32 * 1024 * 1024;

    /// Of one document's text; the Bible has 4.4 million characters. What is beyond is left out, with a warning.
    static final int TEXT_CHARS = 5_000_000;

    /// Files of one source: what a look every few seconds can still compare.
    static final int FILES = 500_000;

    /// Nesting of directories below a folder; also where a ring of links ends.
    static final int DEPTH = 32;

    /// Pages of one PDF that are read: a whole volume of laws.
    static final int PDF_PAGES = 5_000;

    /// For one PDF: a thousand pages take ten seconds; one that takes longer was made to.
    static final Duration PDF_TIME = Duration.ofSeconds(60);

    /// Heap of the process that reads PDFs: fifty times what usual ones take; one that unpacks to more ends it.
    static final String PDF_HEAP = "384m";

    /// One line of the process that reads PDFs: a text of full length, every character escaped.
    static final int PDF_LINE_CHARS = 6 * TEXT_CHARS + 10_000;

    /// Of front matter: a title, an address and some labels.
    static final int FRONT_MATTER_CHARS = 64 * 1024;

    /// Of a title in a list of hits.
    static final int TITLE_CHARS = 200;

    /// Of an address: what browsers and proxies carry.
    static final int URL_CHARS = 2_000;

    /// Labels of one document, and characters of each.
    static final int LABELS = 32;
    static final int LABEL_CHARS = 128;

    /// Text that is ranked as one: some 230 tokens, because the model in this process reads 256.
    static final int PIECE_CHARS = 1_000;

    /// A section shorter than this is ranked together with the next one: a heading alone says little.
    static final int PIECE_LEAST_CHARS = 300;

    /// How much of a piece the next one repeats, so that a sentence at the border is whole in one of them.
    static final int OVERLAP_CHARS = 150;

    /// Of a query; the longest questions of models have some hundreds.
    static final int QUERY_CHARS = 1_000;

    /// Different words of a query that are looked for.
    static final int QUERY_TERMS = 48;

    /// Pieces that are ranked by each way, per hit that is wanted: several of one document count once.
    static final int PIECES_PER_HIT = 8;

    /// The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, 2009).
    static final int FUSION = 60;

    /// Of a snippet: two or three lines.
    static final int SNIPPET_CHARS = 300;

    /// Longest id that is looked at; ours have 24 characters and a part's number, a store's has up to 64.
    static final int ID_CHARS = 200;

    /// Between two looks at the folders: soon enough for who edits and tries.
    static final Duration LOOK = Duration.ofSeconds(2);

    /// How long a start waits for a new index: small folders are complete then, large ones go on in the background.
    static final Duration FIRST_LOOK = Duration.ofSeconds(10);

    /// Warnings about single documents that are kept for the log at one time.
    static final int WARNINGS = 50;

    /// Of one answer of a store elsewhere: the text of a large file in JSON.
    static final int STORE_ANSWER_BYTES = 16 * 1024 * 1024;

    /// Pages of one answer that are asked for.
    static final int PAGES = 20;

    /// Of one attribute of a file in a vector store.
    static final int ATTRIBUTE_CHARS = 512;

    /// Of a label that becomes the name of such an attribute, which has 64 with what stands in front.
    static final int ATTRIBUTE_LABEL_CHARS = 56;

    /// Files that are put into a vector store at once; it takes up to 500.
    static final int UPLOAD_BATCH = 100;

    /// For one call of an upload: a text of five megabytes over a slow line, and tries after a 429.
    static final Duration UPLOAD_CALL = Duration.ofMinutes(3);

    /// Until a store has read a batch: usually seconds.
    static final Duration UPLOAD_BATCH_TIME = Duration.ofMinutes(15);

    /// Between two looks whether it has.
    static final Duration UPLOAD_POLL = Duration.ofSeconds(1);

    /// For one call of a tool, the answer of a backend elsewhere included.
    static final Duration CALL = Duration.ofSeconds(30);

    private Limits() {}
}
