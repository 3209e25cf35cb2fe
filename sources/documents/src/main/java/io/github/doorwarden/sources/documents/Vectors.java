package io.github.doorwarden.sources.documents;

import io.github.doorwarden.embeddings.CachedEmbedder;
import io.github.doorwarden.embeddings.Embedder;
import io.github.doorwarden.embeddings.EmbeddingFailure;
import io.github.doorwarden.embeddings.VectorCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.TermQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The vectors of an index: made in the background for documents that have none, and for queries. Whatever fails here
/// costs only nearness: words rank without it.
final class Vectors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Vectors.class);

    private final Optional<Embedder> embedder;
    private final Supplier<VectorCache> opening;
    private CachedEmbedder cached;
    private volatile long quietUntil = System.nanoTime();

    /// @param folder where the cache lies
    Vectors(Optional<Embedder> embedder, Path folder) {
        this.embedder = embedder;
        this.opening = () -> VectorCache.open(folder, embedder.orElseThrow().id());
    }

    /// Of the embedder, for names of fields; empty: there is none.
    String key() {
        return embedder.map(each -> Hashes.of(each.id()).substring(0, 16)).orElse("");
    }

    Optional<float[]> ofQuery(String query) throws InterruptedException {
        if (embedder.isEmpty() || System.nanoTime() - quietUntil < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(embedder.get().embed(List.of(query), Limits.QUERY_VECTOR).getFirst());
        } catch (EmbeddingFailure e) {
            quietUntil = System.nanoTime() + Limits.VECTOR_BACK_OFF.toNanos();
            LOG.atWarn().setCause(e).log("A query has no vector; words alone rank for a while.");
            return Optional.empty();
        }
    }

    /// The vectors of some documents that have none yet.
    ///
    /// @return whether there is more to do now
    boolean round(Shelf shelf) throws IOException, InterruptedException {
        if (embedder.isEmpty() || System.nanoTime() - quietUntil < 0) {
            return false;
        }
        var todo = shelf.look(List.<Indexed>of(), searcher -> {
            var without = new BooleanQuery.Builder()
                    .add(new TermQuery(new Term(Fields.KIND, Fields.WHOLE)), Occur.FILTER)
                    .add(new TermQuery(new Term(Fields.VECTORS, key())), Occur.MUST_NOT).build();
            var found = new ArrayList<Indexed>();
            var chars = 0;
            for (var hit : searcher.search(without, Limits.VECTOR_ROUND).scoreDocs) {
                found.add(Fields.read(searcher.storedFields().document(hit.doc)));
                chars += found.getLast().text().length();
                if (chars > Limits.VECTOR_ROUND_CHARS) {
                    break;
                }
            }
            return found;
        });
        try {
            var texts = new ArrayList<String>();
            todo.forEach(document -> Pieces.of(document.text()).forEach(piece ->
                    texts.add(Fields.embedded(document, piece))));
            var made = todo.isEmpty() ? List.<float[]>of() : cached().embed(texts, Limits.VECTOR_TIME);
            var at = 0;
            for (var document : todo) {
                var pieces = Pieces.of(document.text()).size();
                shelf.put(document.id(), Fields.of(document, made.subList(at, at + pieces), key()));
                at += pieces;
            }
        } catch (EmbeddingFailure e) {
            quietUntil = System.nanoTime() + Limits.VECTOR_BACK_OFF.toNanos();
            LOG.atWarn().setCause(e).log("Vectors of documents could not be made; it is tried again.");
            return false;
        }
        return !todo.isEmpty();
    }

    /// By the thread of the rounds alone: who does not write the index does not write the cache.
    private CachedEmbedder cached() {
        if (cached == null) {
            cached = new CachedEmbedder(embedder.orElseThrow(), opening.get());
        }
        return cached;
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
