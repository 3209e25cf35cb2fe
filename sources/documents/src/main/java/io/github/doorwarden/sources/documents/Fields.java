package io.github.doorwarden.sources.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.VectorSimilarityFunction;

/// What the index has of a document: one entry per piece, which is what is ranked, and one with the whole text, which
/// is what is fetched. All have the id, so they are replaced and removed together. A change of what is written here is
/// a new [#FORMAT].
final class Fields {

    /// Of an index on disk; another one is built anew.
    static final String FORMAT = "2";

    static final String ID = "id";
    static final String KIND = "kind";
    static final String WHOLE = "whole";
    static final String PIECE = "piece";
    static final String ACCESS = "access";
    static final String TITLE = "title";
    static final String TITLE_WORDS = "title_words";
    static final String HEADING = "heading";
    static final String BODY = "body";
    static final String URL = "url";
    static final String START = "start";
    static final String END = "end";
    static final String FOLDER = "folder";
    static final String PATH = "path";
    /// Where its file lies; [#PATH] may have links in it.
    static final String REAL = "real";
    static final String DATE = "date";
    static final String STATE = "state";
    static final String HASH = "hash";
    static final String TEXT = "text";
    /// Which embedder the vectors of a document came from.
    static final String VECTORS = "vectors";

    /// What is read of a document without its text.
    static final Set<String> ABOUT = Set.of(ID, FOLDER, PATH, REAL, TITLE, URL, DATE, ACCESS, STATE, HASH);

    private Fields() {}

    /// One for each embedder and length: vectors of two embedders are never compared, nor those of one that changed
    /// behind its name.
    static String vectorField(String key, float[] vector) {
        return "vector_" + key + "_" + vector.length;
    }

    /// @param vectors one per piece, or empty while they are not known
    /// @param key     of the embedder
    static List<Document> of(Indexed document, List<float[]> vectors, String key) {
        var all = new ArrayList<Document>();
        var pieces = Pieces.of(document.text());
        for (var i = 0; i < pieces.size(); i++) {
            var entry = piece(document, pieces.get(i));
            if (!vectors.isEmpty()) {
                entry.add(new KnnFloatVectorField(vectorField(key, vectors.get(i)), vectors.get(i),
                        VectorSimilarityFunction.DOT_PRODUCT));
            }
            all.add(entry);
        }
        all.add(whole(document, vectors.isEmpty() && !pieces.isEmpty() ? "" : key));
        return all;
    }

    private static Document piece(Indexed document, Pieces.Piece piece) {
        var entry = begin(document, PIECE);
        entry.add(new StoredField(TITLE, document.title()));
        entry.add(new TextField(TITLE_WORDS, document.title(), Field.Store.NO));
        entry.add(new StoredField(URL, document.url()));
        entry.add(new NumericDocValuesField(START, piece.start()));
        entry.add(new NumericDocValuesField(END, piece.end()));
        entry.add(new TextField(HEADING, piece.heading(), Field.Store.NO));
        entry.add(new TextField(BODY, document.text().substring(piece.start(), piece.end()), Field.Store.NO));
        return entry;
    }

    private static Document whole(Indexed document, String key) {
        var entry = begin(document, WHOLE);
        entry.add(new StringField(VECTORS, key, Field.Store.NO));
        entry.add(new StoredField(FOLDER, document.folder()));
        entry.add(new StoredField(TITLE, document.title()));
        entry.add(new StoredField(URL, document.url()));
        entry.add(new StoredField(DATE, document.date()));
        entry.add(new StoredField(STATE, document.state()));
        entry.add(new StoredField(HASH, document.hash()));
        entry.add(new StoredField(TEXT, document.text()));
        return entry;
    }

    private static Document begin(Indexed document, String kind) {
        var entry = new Document();
        entry.add(new StringField(ID, document.id(), Field.Store.YES));
        entry.add(new StringField(KIND, kind, Field.Store.NO));
        entry.add(new StringField(ACCESS, document.access(), Field.Store.YES));
        entry.add(new StoredField(PATH, document.path()));
        entry.add(new StoredField(REAL, document.real()));
        return entry;
    }

    /// @param entry of kind [#WHOLE]; without its text when that was not read
    static Indexed read(Document entry) {
        var text = entry.get(TEXT);
        return new Indexed(entry.get(ID), entry.get(FOLDER), entry.get(PATH), entry.get(REAL), entry.get(TITLE),
                entry.get(URL), entry.get(DATE), new java.util.TreeSet<>(Indexed.labels(entry.get(ACCESS))),
                entry.get(STATE),
                entry.get(HASH), text == null ? "" : text);
    }

    /// What is given to an embedder for a piece: it stands alone there, so it says where it comes from.
    static String embedded(Indexed document, Pieces.Piece piece) {
        return document.title() + (piece.heading().isEmpty() ? "" : " > " + piece.heading()) + "\n"
                + document.text().substring(piece.start(), piece.end());
    }
}
