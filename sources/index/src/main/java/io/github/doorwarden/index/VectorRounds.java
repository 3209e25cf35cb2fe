package io.github.doorwarden.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes vectors, round by round, for what an index has without them. For one thread at a time.
///
/// @param <T> what the index has, such as a document
public final class VectorRounds<T> {

    private static final Logger LOG = LoggerFactory.getLogger(VectorRounds.class);

    /// How that lies in the index.
    ///
    /// @param <T> what the index has
    public interface Entries<T> {

        /// Finds all of it, one hit each.
        Query whole();

        /// Name of the field that has [Vectors#key] of those that have vectors.
        String field();

        T read(IndexSearcher searcher, int hit) throws IOException;

        /// In [Shelf#ID].
        String id(T thing);

        /// By which people know it.
        String path(T thing);

        /// One for each vector.
        List<String> texts(T thing);

        /// All of it, to be put in place of what is there.
        List<Document> with(T thing, List<float[]> vectors);
    }

    private final String source;
    private final Vectors vectors;
    private final Entries<T> entries;
    private final Refused refused = new Refused();

    /// @param source for the log
    public VectorRounds(String source, Vectors vectors, Entries<T> entries) {
        this.source = source;
        this.vectors = vectors;
        this.entries = entries;
    }

    /// What was refused under this id is no longer there, or no longer the same.
    public void changed(String id) {
        refused.forget(id);
    }

    /// The vectors of some.
    ///
    /// @return whether there is more to do now
    public boolean round(Shelf shelf) throws IOException, InterruptedException {
        if (!vectors.available()) {
            return false;
        }
        var texts = new ArrayList<List<String>>();
        var todo = todo(shelf, texts);
        if (todo.isEmpty()) {
            return false;
        }
        var made = vectors.ofEach(texts);
        for (var i = 0; i < made.size(); i++) {
            var thing = todo.get(i);
            var id = entries.id(thing);
            if (made.get(i).isPresent()) {
                shelf.put(id, entries.with(thing, made.get(i).get()));
                refused.forget(id);
            } else if (refused.add(id)) {
                LOG.atWarn().addKeyValue("source", source).log(entries.path(thing) + " is found by its words alone: "
                        + "the embedder makes no vectors of it, while it does of others. Look into its own log for "
                        + "why.");
            }
        }
        return !made.isEmpty();
    }

    private List<T> todo(Shelf shelf, List<List<String>> texts) throws IOException {
        return shelf.look(List.of(), searcher -> {
            var without = new BooleanQuery.Builder().add(entries.whole(), Occur.FILTER)
                    .add(new TermQuery(new Term(entries.field(), vectors.key())), Occur.MUST_NOT)
                    .add(refused.query(Shelf.ID), Occur.MUST_NOT).build();
            var found = new ArrayList<T>();
            var chars = 0L;
            for (var hit : searcher.search(without, Limits.VECTOR_ROUND).scoreDocs) {
                var thing = entries.read(searcher, hit.doc);
                found.add(thing);
                texts.add(entries.texts(thing));
                chars += texts.getLast().stream().mapToLong(String::length).sum();
                if (chars > Limits.VECTOR_ROUND_CHARS) {
                    break;
                }
            }
            return found;
        });
    }
}
