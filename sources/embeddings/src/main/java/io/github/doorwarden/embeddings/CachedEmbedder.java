package io.github.doorwarden.embeddings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An embedder that remembers what it has made.
public final class CachedEmbedder implements Embedder {

    private final Embedder embedder;
    private final VectorCache cache;

    /// @param cache of this embedder's vectors; both are closed with this
    public CachedEmbedder(Embedder embedder, VectorCache cache) {
        this.embedder = embedder;
        this.cache = cache;
    }

    @Override
    public String id() {
        return embedder.id();
    }

    @Override
    public List<float[]> embed(List<String> texts, Duration within) throws EmbeddingFailure, InterruptedException {
        var vectors = new float[texts.size()][];
        var missing = new ArrayList<Integer>();
        for (var i = 0; i < vectors.length; i++) {
            vectors[i] = cache.get(texts.get(i)).orElse(null);
            if (vectors[i] == null) {
                missing.add(i);
            }
        }
        var end = System.nanoTime() + within.toNanos();
        // In slices, so that what was made before a failure need not be made again.
        for (var from = 0; from < missing.size(); from += Limits.BATCH) {
            var slice = missing.subList(from, Math.min(missing.size(), from + Limits.BATCH));
            var made = embedder.embed(slice.stream().map(texts::get).toList(),
                    Duration.ofNanos(end - System.nanoTime()));
            for (var i = 0; i < made.size(); i++) {
                vectors[slice.get(i)] = made.get(i);
                cache.put(texts.get(slice.get(i)), made.get(i));
            }
        }
        return Arrays.asList(vectors);
    }

    @Override
    public void close() {
        embedder.close();
        cache.close();
    }
}
