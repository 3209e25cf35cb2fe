package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Refused;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.TermQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes vectors in the background for documents that have none. For one thread at a time.
final class VectorRounds {

    private static final Logger LOG = LoggerFactory.getLogger(VectorRounds.class);

    private final String source;
    private final Refused refused = new Refused();

    VectorRounds(String source) {
        this.source = source;
    }

    /// What was refused is no longer there, or no longer the same.
    void changed(String id) {
        refused.forget(id);
    }

    /// The vectors of some documents.
    ///
    /// @return whether there is more to do now
    boolean round(Shelf shelf, Vectors vectors) throws IOException, InterruptedException {
        if (!vectors.available()) {
            return false;
        }
        var todo = shelf.look(List.<Indexed>of(), searcher -> {
            var without = new BooleanQuery.Builder()
                    .add(new TermQuery(new Term(Fields.KIND, Fields.WHOLE)), Occur.FILTER)
                    .add(new TermQuery(new Term(Fields.VECTORS, vectors.key())), Occur.MUST_NOT)
                    .add(refused.query(Fields.ID), Occur.MUST_NOT).build();
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
        if (todo.isEmpty()) {
            return false;
        }
        var made = vectors.ofEach(todo.stream().map(document -> Pieces.of(document.text()).stream()
                .map(piece -> Fields.embedded(document, piece)).toList()).toList());
        for (var i = 0; i < made.size(); i++) {
            var document = todo.get(i);
            if (made.get(i).isPresent()) {
                shelf.put(document.id(), Fields.of(document, made.get(i).get(), vectors.key()));
                refused.forget(document.id());
            } else if (refused.add(document.id())) {
                LOG.atWarn().addKeyValue("source", source).log(document.path() + " is found by its words alone: the "
                        + "embedder makes no vectors of it, while it does of others. Look into its own log for why.");
            }
        }
        return !made.isEmpty();
    }
}
