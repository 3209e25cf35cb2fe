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

    /// What an embedder refused is not sent to it again for so long: it may have been too busy for that one alone, but
    /// most often it refuses what it refused before.
    static final Duration REFUSED = Duration.ofHours(1);

    private Limits() {}
}
