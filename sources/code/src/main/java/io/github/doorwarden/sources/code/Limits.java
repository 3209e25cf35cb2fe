package io.github.doorwarden.sources.code;

import java.time.Duration;

/// Every bound of this module that is not configured, each with its reason.
final class Limits {

    /// Of one file: people write thousands of lines, not megabytes.
    static final int FILE_BYTES = 1024 * 1024;

    /// Of one line; longer ones are made by programs, for programs.
    static final int LINE_CHARS = 10_000;

    /// Files of one repository: what a look every few seconds can still compare.
    static final int FILES = 200_000;

    /// Nesting of directories; deeper trees are rings or attacks.
    static final int DEPTH = 64;

    /// Of a path: what Linux opens at once. An index takes words of 32,766 bytes and fails at longer ones.
    static final int PATH_CHARS = 4_096;

    /// Of one file of rules for what is ignored, and its lines: each is tried on each file. Long ones have hundreds.
    static final int IGNORE_BYTES = 64 * 1024;
    static final int IGNORE_LINES = 2_000;

    /// `*` and `**` of one such line each: the library tries every way to spread a name over them.
    static final int IGNORE_STARS = 3;

    /// Archives of one repository.
    static final int ARCHIVES = 1_000;

    /// Symbols of one file; a file with more is data.
    static final int SYMBOLS = 2_000;

    /// Brackets within brackets, before a parser that calls itself is asked: people stop at twenty.
    static final int NESTING = 150;

    /// Of one file, while the ends of its blocks are looked for: each character of a large file may lie in eight.
    static final int SCANNED_CHARS = 8 * FILE_BYTES;

    /// Operands of one sum, before the compiler's parser is asked: it folds texts that are added, each time from the
    /// start.
    static final int OPERANDS = 2_000;

    /// Symbols within symbols; deeper ones belong to the last.
    static final int SCOPES = 12;

    /// Of a symbol's first line.
    static final int SIGNATURE_CHARS = 200;

    /// Of a name that is looked up.
    static final int NAME_CHARS = 200;

    /// Of a part of a path or a glob that is searched for, its `*`, and the work that an automaton of it may take,
    /// which such a glob never reaches.
    static final int PATTERN_CHARS = 300;
    static final int PATTERN_STARS = 8;
    static final int PATTERN_WORK = 1_000_000;

    /// Lines that are ranked as one, and characters: some 230 tokens are what the model in this process reads, twice
    /// that is what a person reads at a glance.
    static final int CHUNK_LINES = 60;
    static final int CHUNK_CHARS = 2_400;

    /// Pieces below this many lines are ranked together with their neighbours: a lone field says little.
    static final int CHUNK_LEAST_LINES = 6;

    /// Of a window over lines without symbols, and how much of it the next one repeats.
    static final int WINDOW_LINES = 40;
    static final int OVERLAP_LINES = 5;

    /// Of a query; the longest questions of models have some hundreds.
    static final int QUERY_CHARS = 1_000;

    /// Different words of a query that are looked for.
    static final int QUERY_TERMS = 48;

    /// Of one word in the index; longer ones are data.
    static final int WORD_CHARS = 100;

    /// Chunks that each ranking gives, before they are fused and thinned.
    static final int CANDIDATES = 100;

    /// The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, 2009).
    static final int FUSION = 60;

    /// Hits of a search.
    static final int RESULTS = 10;
    static final int RESULTS_MOST = 50;

    /// Lines of a hit's snippet.
    static final int SNIPPET_LINES = 25;

    /// Lines of one answer of `read_code`, unless the call names the end.
    static final int READ_LINES = 400;

    /// Of one line in an answer.
    static final int SHOWN_LINE_CHARS = 1_000;

    /// References that are named with a symbol, and files that are searched for them.
    static final int REFERENCES = 30;
    static final int REFERENCE_CHUNKS = 200;

    /// Files that are read together: their parser is made ready once, and 64 of full size still fit into memory.
    static final int BATCH = 64;

    /// How long a start waits for the index: small repositories are complete then, large ones go on in the background.
    static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    /// For one fetch of a Git repository, without an answer and in all.
    static final Duration FETCH_IDLE = Duration.ofSeconds(30);
    static final Duration FETCH = Duration.ofMinutes(15);

    /// Of one repository's objects on this disk: ten times what a large one has at its newest commit.
    static final long FETCH_BYTES = 4L * 1024 * 1024 * 1024;

    /// Of a fetched repository; each fetch leaves one, and reading looks into all of them.
    static final int PACKS = 30;

    /// For one file by `ctags`, and until its process says that it is there.
    static final Duration CTAGS_TIME = Duration.ofSeconds(5);

    /// Of one line that `ctags` writes.
    static final int CTAGS_LINE_CHARS = 64 * 1024;

    /// Searches whose times are kept for percentiles.
    static final int TIMES = 1_000;

    /// Days of searches that are kept for who watches them: longer than a month's trend says nothing new of it.
    static final int LOG_DAYS = 30;

    /// Of one day's searches: some 400,000, far above what people and models ask of one deployment.
    static final long LOG_BYTES = 8L * 1024 * 1024;

    /// Of a query that is kept because it found nothing, and of those that a report names.
    static final int LOG_QUERY_CHARS = 200;
    static final int LOG_QUERIES = 20;

    /// Of one answer of an index elsewhere.
    static final int ANSWER_BYTES = 16 * 1024 * 1024;

    /// For one call of a tool, the answer of an index elsewhere included.
    static final Duration CALL = Duration.ofSeconds(30);

    /// Of a heading: what is longer is a paragraph behind a mark.
    static final int TITLE_CHARS = 200;

    private Limits() {}
}
