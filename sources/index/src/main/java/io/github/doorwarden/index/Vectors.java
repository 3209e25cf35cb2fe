package io.github.doorwarden.index;

import io.github.doorwarden.embeddings.CachedEmbedder;
import io.github.doorwarden.embeddings.Embedder;
import io.github.doorwarden.embeddings.EmbeddingFailure;
import io.github.doorwarden.embeddings.VectorCache;
import java.nio.file.Path;
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
    private volatile long quietUntil = System.nanoTime();

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

    /// Whether some can be had now.
    public boolean available() {
        return embedder.isPresent() && System.nanoTime() - quietUntil >= 0;
    }

    /// Empty when there is none now.
    public Optional<float[]> ofQuery(String query) throws InterruptedException {
        if (!available()) {
            return Optional.empty();
        }
        try {
            return Optional.of(embedder.get().embed(List.of(query), Limits.QUERY).getFirst());
        } catch (EmbeddingFailure e) {
            quietUntil = System.nanoTime() + Limits.BACK_OFF.toNanos();
            LOG.atWarn().setCause(e).log("A query has no vector; words alone rank for a while.");
            return Optional.empty();
        }
    }

    /// By the thread of the rounds alone: who does not write the index does not write the cache.
    ///
    /// @return one per text; empty when they cannot be made now
    public Optional<List<float[]>> of(List<String> texts) throws InterruptedException {
        if (!available()) {
            return Optional.empty();
        }
        try {
            if (cached == null) {
                cached = new CachedEmbedder(embedder.get(), opening.get());
            }
            return Optional.of(cached.embed(texts, Limits.ROUND));
        } catch (EmbeddingFailure e) {
            quietUntil = System.nanoTime() + Limits.BACK_OFF.toNanos();
            LOG.atWarn().setCause(e).log("Vectors could not be made; it is tried again.");
            return Optional.empty();
        }
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
