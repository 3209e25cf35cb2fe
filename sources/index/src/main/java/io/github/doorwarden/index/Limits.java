package io.github.doorwarden.index;

import java.time.Duration;

/// Every bound of this module, each with its reason.
final class Limits {

    /// Looks take at most this share of one core: what takes half a second is looked at every ten.
    static final int SHARE = 20;

    /// But nobody waits longer than this for a look, however long the last one took: the first one, which reads
    /// everything, may take an hour, and what was removed meanwhile has to go.
    static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /// How long ending waits for a look: it may hang in a call to somewhere.
    static final Duration END = Duration.ofSeconds(10);

    /// For the vector of a query: a person waits; without it, the words alone rank.
    static final Duration QUERY = Duration.ofSeconds(5);

    /// After a vector could not be had, words alone rank for so long; or no round is made.
    static final Duration BACK_OFF = Duration.ofSeconds(30);

    /// For the vectors of one round: hundreds of pieces, on a machine that has other work.
    static final Duration ROUND = Duration.ofMinutes(5);

    /// Things whose vectors are made in one round, between two looks at what changed: four seconds for the model in
    /// this process. Each round writes a part of the index, so small ones cost merging.
    static final int VECTOR_ROUND = 64;

    /// Of their texts together, the last one not counted.
    static final int VECTOR_ROUND_CHARS = 200_000;

    /// Rounds between two commits: what was made is in the cache anyway.
    static final int ROUNDS_PER_COMMIT = 20;

    /// How long a start waits when there is an index from before, which answers meanwhile: for what changed in
    /// something small.
    static final Duration NEXT_LOOK = Duration.ofMillis(500);

    /// Entries between two commits of a long run: what a crash costs.
    static final int COMMIT_EVERY = 5_000;

    /// In a long run, until what has been read can be found for the first time; then twice as long each time, because
    /// each costs a part of the index that is merged later, and never longer than the second.
    static final Duration SHOW_EVERY = Duration.ofSeconds(2);
    static final Duration SHOW_AT_LEAST_EVERY = Duration.ofSeconds(15);

    /// What an embedder refused is not sent to it again for so long: it may have been too busy for that one alone, but
    /// most often it refuses what it refused before.
    static final Duration REFUSED = Duration.ofHours(1);

    private Limits() {}
}
