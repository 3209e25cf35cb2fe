package io.github.doorwarden.index;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

/// What an embedder makes no vectors of while it does of others: found by its words alone, and left in peace until it
/// changes, an hour has passed, or this process starts again. For one thread at a time.
final class Refused {

    private final Map<String, Long> since = new HashMap<>();
    private final LongSupplier nanoTime;

    /// Nothing yet.
    Refused() {
        this(System::nanoTime);
    }

    Refused(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// @return whether that is news
    boolean add(String id) {
        return since.put(id, nanoTime.getAsLong()) == null;
    }

    /// It changed, or went away.
    void forget(String id) {
        since.remove(id);
    }

    /// Those that are not to be tried now.
    ///
    /// @param field of the ids
    Query query(String field) {
        var now = nanoTime.getAsLong();
        return new TermInSetQuery(field, since.entrySet().stream()
                .filter(each -> now - each.getValue() < Limits.REFUSED.toNanos())
                .map(each -> new BytesRef(each.getKey())).toList());
    }
}
