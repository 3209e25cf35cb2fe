package io.github.doorwarden.systems.toolbridge;

import java.time.Duration;

/// Every bound of ToolBridge, each with the reason for its number.
final class Limits {

    /// A batch of 100 records with the longest text that is sensible; a single record is below 100 KB.
    static final int BODY_BYTES = 1024 * 1024;
    /// The longest query that the routes can make sense of is far shorter.
    static final int QUERY_CHARS = 4_096;
    /// Signed tokens of real providers stay below 4 KB.
    static final int TOKEN_CHARS = 8_192;
    /// Nothing in a header field that is read here is longer.
    static final int FIELD_CHARS = 8_192;

    static final int TITLE_CHARS = 200;
    static final int TOPIC_CHARS = 500;
    static final int TEXT_CHARS = 20_000;
    static final int REASON_CHARS = 500;
    static final int USER_CHARS = 200;
    static final int EMAIL_CHARS = 254;
    static final int HOST_CHARS = 253;
    /// More tags than this do not sort anything.
    static final int TAGS = 20;
    static final int TAG_CHARS = 40;

    static final int PAGE_ITEMS = 100;
    static final int PAGE_ITEMS_DEFAULT = 25;
    static final int FEED_ITEMS = 500;
    static final int FEED_ITEMS_DEFAULT = 100;
    /// Who has not found it among so many hits needs other words.
    static final int SEARCH_DEPTH = 1_000;
    static final int SEARCH_CHARS = 200;
    static final int SEARCH_WORDS = 12;

    /// A person's question fits; what a database would have to think about for long does not.
    static final int CONDITION_DEPTH = 5;
    static final int CONDITIONS = 50;
    static final int CONDITION_VALUES = 100;
    static final int GROUP_FIELDS = 3;
    static final int MEASURES = 5;
    static final int GROUPS = 500;
    static final int GROUPS_DEFAULT = 100;
    static final int OPERATIONS = 100;

    /// One tool call takes a second at most; a minute also covers a slow one.
    static final Duration SESSION_LIFE = Duration.ofMinutes(1);
    /// One user's calls at a time, each with a session, and those that were never ended in the last minute.
    static final int SESSIONS_PER_USER = 1_000;
    /// Twice the life of what is swept is never in the tables.
    static final Duration SWEEP_EVERY = Duration.ofSeconds(30);

    /// Shown and warned of when a secret is older.
    static final Duration SECRET_AGE = Duration.ofDays(90);
    static final Duration SECRET_OVERLAP = Duration.ofDays(1);
    static final Duration SECRET_OVERLAP_MAX = Duration.ofDays(7);
    static final int SECRET_BYTES = 32;
    static final int AUDIT_ITEMS = 500;

    /// PostgreSQL connections for reading, and as many for writing: two cores of a database are busy with far fewer.
    static final int CONNECTIONS = 12;
    static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);
    /// No request needs longer; a statement that does holds up others.
    static final Duration STATEMENT = Duration.ofSeconds(30);
    /// Two transactions that wait for each other: PostgreSQL ends one of them, which is run again.
    static final int TRANSACTION_TRIES = 5;

    /// Streams of changes at a time; gateways have one each.
    static final int STREAMS = 50;
    static final Duration STREAM_KEEPALIVE = Duration.ofSeconds(15);
    /// How late a change of another process on the same database is heard of.
    static final Duration STREAM_POLL = Duration.ofSeconds(1);

    /// Vectors compared per question; beyond, an index for vectors is the right thing.
    static final int VECTORS_COMPARED = 20_000;
    static final int VECTOR_BATCH = 16;
    static final Duration VECTORS_WITHIN = Duration.ofSeconds(30);
    static final Duration VECTORS_PAUSE = Duration.ofMillis(20);
    static final Duration VECTORS_IDLE = Duration.ofSeconds(2);
    /// After a model that failed; somebody may have to act.
    static final Duration VECTORS_FAILED = Duration.ofMinutes(1);
    static final int SEMANTIC_ITEMS = 50;
    static final int SEMANTIC_ITEMS_DEFAULT = 10;
    static final int SEMANTIC_CHARS = 1_000;
    static final int SUGGESTIONS = 10;

    /// A warning from this many refused calls in the window on: people mistype less often.
    static final int FAILURES_RISING = 20;
    static final Duration FAILURES_WINDOW = Duration.ofMinutes(5);

    /// How long a vector that is being made may take once the process is asked to stop: as long as running calls.
    static final Duration DRAIN = Duration.ofSeconds(2);

    private Limits() {}
}
