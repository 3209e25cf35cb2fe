package io.github.doorwarden.sources.files;

import java.time.Duration;

/// Every bound of this source that is not configured, and why it is what it is.
final class Limits {

    /// Files of one dataset: three years of daily ones. Each costs a look every [#LOOK].
    static final int FILES = 1_200;

    /// Entries of the folder that are looked at for one dataset: far more than a folder of data has, far less than a
    /// home folder that was named by mistake.
    static final int ENTRIES = 20_000;

    /// Nesting of folders below the root; also where a ring of links ends.
    static final int DEPTH = 16;

    /// Between two looks at the files: soon enough for who edits and tries, and a thousand files cost milliseconds.
    static final Duration LOOK = Duration.ofSeconds(2);

    /// Of the first record of a CSV file, the names of its columns.
    static final int HEADER_BYTES = 64 * 1024;

    /// Columns of a file, declared or not: wider ones are matrices, not tables.
    static final int COLUMNS = 2_000;

    /// How long a source that is closed waits for its questions; they are cancelled with their calls, and quick.
    static final Duration CLOSING = Duration.ofSeconds(5);

    /// Questions that one source works on at the same time; the others wait for their turn until their deadlines.
    static final int CONCURRENT = 4;

    /// Of a text that a caller filters by.
    static final int VALUE_CHARS = 200;

    /// Values of one filter by `in`.
    static final int VALUES = 100;

    /// Of an offset into rows or groups; who pages further should ask for something narrower.
    static final int OFFSET = 1_000_000;

    /// Points of one series in an answer, the newest: ten years of months, and about the tokens of a usual answer.
    static final int POINTS = 120;

    /// Periods that one trend is computed over: five years of days. Gaps count.
    static final int PERIODS = 2_000;

    /// Files that one answer names; of the others it says how many there are.
    static final int NAMED_FILES = 12;

    /// Groups that one warning about small samples names.
    static final int NAMED_GROUPS = 5;

    /// Values of a dimension that an empty answer offers, or a profile shows.
    static final int NAMED_VALUES = 20;

    /// Different texts of a column that is kept as numbers into a list of them: far more than what people group by has,
    /// and the list is small beside the rows.
    static final int WORDS = 10_000;

    /// Mistakes of one file that a warning tells: the first shows what is wrong, the others that it goes on.
    static final int NAMED_MISTAKES = 3;

    /// Significant digits of figures: a double has fifteen, and the last ones are noise of the arithmetic.
    static final int DIGITS = 12;

    /// For the load of one version; a file that takes longer is not for memory.
    static final Duration LOAD = Duration.ofMinutes(5);

    /// What is fetched of an object in one request: one in memory at a time.
    static final int PART_BYTES = 8 * 1024 * 1024;

    /// Objects that are listed; a thousand come with each request.
    static final int OBJECTS = 20_000;

    /// Pages of a listing: [#OBJECTS] come in twenty, and stores that put fewer into one need no more than this.
    static final int PAGES = 1_000;

    /// A page of a listing: a thousand entries of at most 1,024 bytes of key, thrice that when escaped.
    static final int LISTING_BYTES = 4 * 1024 * 1024;

    /// How long a signed address is good for: as long as one call may take.
    static final Duration SIGNED = Duration.ofMinutes(2);

    /// Of the name of a column that a file has and nobody declared, where a sentence repeats it.
    static final int NAME_CHARS = 60;

    private Limits() {}
}
