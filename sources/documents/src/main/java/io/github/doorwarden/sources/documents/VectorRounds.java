package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.TermQuery;

/// Makes vectors in the background for documents that have none.
final class VectorRounds {

    private VectorRounds() {}

    /// The vectors of some documents.
    ///
    /// @return whether there is more to do now
    static boolean round(Shelf shelf, Vectors vectors) throws IOException, InterruptedException {
        if (!vectors.available()) {
            return false;
        }
        var todo = shelf.look(List.<Indexed>of(), searcher -> {
            var without = new BooleanQuery.Builder()
                    .add(new TermQuery(new Term(Fields.KIND, Fields.WHOLE)), Occur.FILTER)
                    .add(new TermQuery(new Term(Fields.VECTORS, vectors.key())), Occur.MUST_NOT).build();
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
        var texts = new ArrayList<String>();
        todo.forEach(document -> Pieces.of(document.text()).forEach(piece ->
                texts.add(Fields.embedded(document, piece))));
        var made = vectors.of(texts);
        if (made.isEmpty()) {
            return false;
        }
        var at = 0;
        for (var document : todo) {
            var pieces = Pieces.of(document.text()).size();
            shelf.put(document.id(), Fields.of(document, made.get().subList(at, at + pieces), vectors.key()));
            at += pieces;
        }
        return true;
    }
}
