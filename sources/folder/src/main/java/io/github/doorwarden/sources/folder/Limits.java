package io.github.doorwarden.sources.folder;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Files and directories that are looked at: far more than anybody gives a model to work in, far less than a home
    /// folder that was named by mistake.
    static final int ENTRIES = 20_000;

    /// Nesting of directories below the folder.
    static final int DEPTH = 16;

    /// Of a path as a caller writes it, in characters: twice what most file systems take of a name.
    static final int PATH_CHARS = 512;

    /// Files that are listed as resources, in the order of their paths. Clients load the whole list into their
    /// interface; further files can be read through the template and the tools.
    static final int LISTED_FILES = 1_000;

    /// Of one file that is read as a resource or for its lines: it is in memory as a whole, twice.
    static final int FILE_BYTES = 4 << 20;

    /// What a model is given of a file at once, in characters: about 8,000 tokens.
    static final int ANSWER_CHARS = 32_000;

    /// Lines of one answer, and of one file that is written.
    static final int LINES = 2_000;

    /// Entries of one answer of the list: about 8,000 tokens.
    static final int LISTED_ENTRIES = 500;

    /// Lines that one search answers with: more than a model reads closely.
    static final int HITS = 100;

    /// Of one line that is shown by a search.
    static final int HIT_CHARS = 200;

    /// What one search looks at, so that it ends within a second of a usual disk.
    static final long SEARCHED_BYTES = 64L << 20;

    /// Of a text that is searched for.
    static final int QUERY_CHARS = 200;

    /// Of one file that is written: what a model can write at once is a tenth of it.
    static final int WRITTEN_BYTES = 1 << 20;

    /// All files of the folder together, where writing is allowed: a caller that writes in a loop is stopped before the
    /// disk is full.
    static final long FOLDER_BYTES = 256L << 20;

    /// Between two looks at the folder: soon enough for who edits and tries, and thousands of files cost milliseconds.
    static final Duration LOOK = Duration.ofSeconds(2);

    private Limits() {}
}
