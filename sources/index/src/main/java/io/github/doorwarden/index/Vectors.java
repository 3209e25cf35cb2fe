package io.github.doorwarden.index;

import io.github.doorwarden.embeddings.CachedEmbedder;
import io.github.doorwarden.embeddings.Embedder;
import io.github.doorwarden.embeddings.EmbeddingFailure;
import io.github.doorwarden.embeddings.VectorCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The vectors of an index: of what is indexed, made once and kept by the hash of its text, and of queries. Whatever
/// fails here costs only nearness: words rank without it.
public final class Vectors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Vectors.class);

    private final Optional<Embedder> embedder;
    private final Supplier<VectorCache> opening;
    private CachedEmbedder cached;
    /// Of queries and of rounds: what fails in one need not fail in the other.
    private volatile long queriesQuietUntil = System.nanoTime();
    private volatile long roundsQuietUntil = System.nanoTime();

    /// @param embedder closed with this
    /// @param folder   where the cache lies
    public Vectors(Optional<Embedder> embedder, Path folder) {
        this.embedder = embedder;
        this.opening = () -> VectorCache.open(folder, embedder.orElseThrow().id());
    }

    /// Of the embedder, for names of fields; empty: there is none.
    public String key() {
        return embedder.map(each -> Hashes.of(each.id()).substring(0, 16)).orElse("");
    }

    /// Whether a round can be made now.
    public boolean available() {
        return embedder.isPresent() && System.nanoTime() - roundsQuietUntil >= 0;
    }

    /// Empty when there is none now.
    public Optional<float[]> ofQuery(String query) throws InterruptedException {
        if (embedder.isEmpty() || System.nanoTime() - queriesQuietUntil < 0) {
            return Optional.empty();
        }
        var end = System.nanoTime() + Limits.QUERY.toNanos();
        try {
            return Optional.of(embedder.get().embed(List.of(query), Limits.QUERY).getFirst());
        } catch (EmbeddingFailure e) {
            // One that the embedder refuses takes the vectors of no other caller's.
            if (answers(Duration.ofNanos(end - System.nanoTime()))) {
                LOG.atDebug().setCause(e).log("One query has no vector; words alone rank.");
            } else {
                queriesQuietUntil = System.nanoTime() + Limits.BACK_OFF.toNanos();
                LOG.atWarn().setCause(e).log("A query has no vector; words alone rank for a while.");
            }
            return Optional.empty();
        }
    }

    /// Of several documents, each with its texts. By the thread of the rounds alone: who does not write the index does
    /// not write the cache. What cannot be made of all together is made of each alone, so that one that the embedder
    /// refuses costs the others nothing.
    ///
    /// @return in the order of the documents, as far as it came until none can be made now or the time of a round is
    ///         over; one is empty when it has none while others can have some
    public List<Optional<List<float[]>>> ofEach(List<List<String>> documents) throws InterruptedException {
        if (!available()) {
            return List.of();
        }
        var each = new ArrayList<Optional<List<float[]>>>();
        try {
            var all = made(documents.stream().flatMap(List::stream).toList());
            var at = 0;
            for (var texts : documents) {
                each.add(Optional.of(all.subList(at, at + texts.size())));
                at += texts.size();
            }
            return each;
        } catch (EmbeddingFailure together) {
            return alone(documents, together);
        }
    }

    private List<Optional<List<float[]>>> alone(List<List<String>> documents, EmbeddingFailure together)
            throws InterruptedException {
        var each = new ArrayList<Optional<List<float[]>>>();
        if (!answers(Limits.QUERY)) {
            rest(together);
            return each;
        }
        var end = System.nanoTime() + Limits.ROUND.toNanos();
        for (var texts : documents) {
            if (!each.isEmpty() && System.nanoTime() - end >= 0) {
                return each;
            }
            try {
                each.add(Optional.of(made(texts)));
            } catch (EmbeddingFailure e) {
                if (!answers(Limits.QUERY)) {
                    rest(e);
                    return each;
                }
                LOG.atDebug().setCause(e).log("One document has no vectors.");
                each.add(Optional.empty());
            }
        }
        return each;
    }

    /// Whether it makes vectors of anything at all now.
    private boolean answers(Duration within) throws InterruptedException {
        if (within.isNegative()) {
            return false;
        }
        try {
            embedder.orElseThrow().embed(List.of("word"), within);
            return true;
        } catch (EmbeddingFailure e) {
            LOG.atDebug().setCause(e).log("There are no vectors now.");
            return false;
        }
    }

    private List<float[]> made(List<String> texts) throws EmbeddingFailure, InterruptedException {
        if (cached == null) {
            cached = new CachedEmbedder(embedder.orElseThrow(), opening.get());
        }
        return cached.embed(texts, Limits.ROUND);
    }

    private void rest(EmbeddingFailure why) {
        roundsQuietUntil = System.nanoTime() + Limits.BACK_OFF.toNanos();
        LOG.atWarn().setCause(why).log("Vectors could not be made; it is tried again.");
    }

    @Override
    public void close() {
        if (cached != null) {
            cached.close();
        } else {
            embedder.ifPresent(Embedder::close);
        }
    }
}
