package io.github.doorwarden.sources.documents;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.index.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where documents are searched and fetched. Answers only with what the caller may read; what the caller may not read
/// and what is not there are the same. Safe for use by many threads; close it once.
interface Backend extends AutoCloseable {

    /// @param url     absolute, or empty
    /// @param labels  for the second look at what the caller may read
    /// @param snippet where the query was found; empty when not asked for
    record Hit(String id, String title, String url, Set<String> labels, String snippet) {}

    /// @param date as the document says; may be empty
    record Found(String title, String url, String date, Set<String> labels, String text) {}

    /// @param most hits, the best first
    List<Hit> search(String query, int most, Caller caller, Duration within) throws Failure, InterruptedException;

    /// @param id as a hit had it; any text a stranger made up
    Optional<Found> fetch(String id, Caller caller, Duration within) throws Failure, InterruptedException;

    /// As `metadata.source` names it.
    String kind();

    /// Begins whatever goes on in the background; not before calls are to be expected.
    default void begin() {}

    /// Whether everything has been read that was there when it began; waits for that.
    default boolean isRead(Duration within) throws InterruptedException {
        return true;
    }

    @Override
    default void close() {}
}
