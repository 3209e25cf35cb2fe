package io.github.doorwarden.sources.skills;

import io.github.doorwarden.server.Skill;
import java.time.Duration;

/// Every bound of this module, each with its reason. Those of one skill are the specification's own ([Skill]).
final class Limits {

    /// All files of one source together, kept in memory so that what is read is what the digests say: four skills of
    /// the largest kind, or a thousand of the usual one.
    static final long SOURCE_BYTES = 4 * Skill.MOST_BYTES;

    /// Files and directories that are looked at: far more than any collection of skills, far less than a home folder
    /// that was named by mistake.
    static final int ENTRIES = 20_000;

    /// Nesting of directories below the folder; also where a ring of links ends.
    static final int DEPTH = 16;

    /// Between two looks at the folder: soon enough for who edits and tries, and thousands of files cost milliseconds.
    static final Duration LOOK = Duration.ofSeconds(2);

    private Limits() {}
}
