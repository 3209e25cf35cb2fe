package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.TermQuery;
import java.io.IOException;

/// What the index has of a file: one entry per chunk, which is what is ranked, one per symbol, and one with the whole
/// text, which is what is read. All have the id, so they are replaced and removed together. Of a repository there is
/// one with its [Status]. A change of what is written here, or of how it is made, is a new [#FORMAT].
final class Fields {

    /// Of an index on disk; another one is built anew.
    static final String FORMAT = "code 2";

    static final String ENTRY = "entry";
    static final String WHOLE = "whole";
    static final String CHUNK = "chunk";
    static final String SYMBOL = "symbol";
    static final String STATUS = "status";

    static final String REPOSITORY = "repository";
    static final String PATH = "path";
    static final String WHOLE_PATH = "whole_path";
    static final String LANGUAGE = "language";
    static final String STATE = "state";
    static final String HASH = "hash";
    static final String MARKS = "marks";
    static final String TEXT = "text";
    static final String TEST = "test";
    /// Of a chunk or symbol: [Symbol#kind].
    static final String KIND = "kind";
    static final String NAME = "name";
    static final String SCOPE = "scope";
    static final String SIGNATURE = "signature";
    static final String FROM = "from";
    static final String TO = "to";
    /// Names that are declared in a chunk, or of a symbol, whole and in lower case.
    static final String EXACT = "exact";
    static final String NAMES = "names";
    static final String BODY = "body";
    static final String PATH_WORDS = "path_words";
    static final String SCOPE_WORDS = "scope_words";
    /// The path in lower case, and each of its ends.
    static final String ENDS = "ends";
    /// Which embedder the vectors of a file came from.
    static final String VECTORS = "vectors";

    /// What is read of a file without its text.
    static final Set<String> ABOUT = Set.of(REPOSITORY, PATH, STATE, HASH, MARKS);

    private Fields() {}

    /// One for each embedder and length: vectors of two embedders are never compared, nor those of one that changed
    /// behind its name.
    static String vectorField(String key, float[] vector) {
        return "vector_" + key + "_" + vector.length;
    }

    /// @param vectors one per chunk, or empty while they are not known
    /// @param key     of the embedder
    static List<Document> of(Indexed file, List<float[]> vectors, String key) {
        var all = new ArrayList<Document>();
        var text = new SourceText(file.text());
        var test = Indexed.isTest(file.path());
        for (var i = 0; i < file.chunks().size(); i++) {
            var entry = chunk(file, test, file.chunks().get(i), text);
            if (!vectors.isEmpty()) {
                entry.add(new KnnFloatVectorField(vectorField(key, vectors.get(i)), vectors.get(i),
                        VectorSimilarityFunction.DOT_PRODUCT));
            }
            all.add(entry);
        }
        file.symbols().forEach(symbol -> all.add(symbol(file, test, symbol)));
        all.add(whole(file, test, vectors.isEmpty() && !file.chunks().isEmpty() ? "" : key));
        return all;
    }

    private static Document begin(Indexed file, boolean test, String kind) {
        var entry = new Document();
        entry.add(new StringField(Shelf.ID, file.id(), Field.Store.NO));
        entry.add(new StringField(ENTRY, kind, Field.Store.NO));
        entry.add(new StringField(REPOSITORY, file.repository(), Field.Store.YES));
        entry.add(new StringField(LANGUAGE, file.language().key(), Field.Store.YES));
        entry.add(new StoredField(PATH, file.path()));
        if (test) {
            entry.add(new StringField(TEST, "true", Field.Store.YES));
        }
        return entry;
    }

    private static void addEnds(Document entry, Indexed file) {
        for (var at = 0; at >= 0;) {
            entry.add(new StringField(ENDS, file.path().substring(at).toLowerCase(Locale.ROOT), Field.Store.NO));
            var slash = file.path().indexOf('/', at);
            at = slash < 0 ? -1 : slash + 1;
        }
    }

    private static Document chunk(Indexed file, boolean test, Chunk chunk, SourceText text) {
        var entry = begin(file, test, CHUNK);
        addEnds(entry, file);
        entry.add(new StringField(KIND, chunk.kind(), Field.Store.YES));
        entry.add(new StoredField(NAME, chunk.name()));
        entry.add(new StoredField(SCOPE, chunk.scope()));
        entry.add(new StoredField(FROM, chunk.from()));
        entry.add(new StoredField(TO, chunk.to()));
        chunk.names().forEach(name -> {
            entry.add(new StringField(EXACT, name.toLowerCase(Locale.ROOT), Field.Store.NO));
            entry.add(new TextField(NAMES, name, Field.Store.YES));
        });
        entry.add(new TextField(BODY, text.between(chunk.from(), chunk.to()), Field.Store.NO));
        entry.add(new TextField(PATH_WORDS, file.path(), Field.Store.NO));
        entry.add(new TextField(SCOPE_WORDS, chunk.qualified(), Field.Store.NO));
        return entry;
    }

    private static Document symbol(Indexed file, boolean test, Symbol symbol) {
        var entry = begin(file, test, SYMBOL);
        entry.add(new StringField(KIND, symbol.kind(), Field.Store.YES));
        entry.add(new StringField(EXACT, symbol.name().toLowerCase(Locale.ROOT), Field.Store.NO));
        entry.add(new StoredField(NAME, symbol.name()));
        entry.add(new StoredField(SCOPE, symbol.scope()));
        entry.add(new StoredField(SIGNATURE, symbol.signature()));
        entry.add(new StoredField(FROM, symbol.from()));
        entry.add(new StoredField(TO, symbol.to()));
        return entry;
    }

    private static Document whole(Indexed file, boolean test, String key) {
        var entry = begin(file, test, WHOLE);
        addEnds(entry, file);
        entry.add(new StringField(WHOLE_PATH, file.path(), Field.Store.NO));
        entry.add(new StringField(VECTORS, key, Field.Store.NO));
        entry.add(new StoredField(STATE, file.state()));
        entry.add(new StoredField(HASH, file.hash()));
        entry.add(new StoredField(MARKS, file.marks()));
        entry.add(new StoredField(TEXT, file.text()));
        return entry;
    }

    static int number(Document entry, String field) {
        var found = entry.getField(field);
        return found == null ? 0 : found.numericValue().intValue();
    }

    static Symbol symbol(Document entry) {
        var from = number(entry, FROM);
        return new Symbol(entry.get(NAME), entry.get(KIND), entry.get(SCOPE), entry.get(SIGNATURE), from,
                number(entry, TO), from);
    }

    static Chunk chunk(Document entry) {
        return new Chunk(number(entry, FROM), number(entry, TO), entry.get(NAME), entry.get(KIND), entry.get(SCOPE),
                List.of(entry.getValues(NAMES)));
    }

    /// All that the index has of a file, from its entry of kind [#WHOLE].
    static Indexed read(IndexSearcher searcher, Document whole) throws IOException {
        var repository = whole.get(REPOSITORY);
        var path = whole.get(PATH);
        var symbols = new ArrayList<Symbol>();
        var chunks = new ArrayList<Chunk>();
        for (var entry : of(searcher, repository, path, SYMBOL)) {
            symbols.add(symbol(entry));
        }
        for (var entry : of(searcher, repository, path, CHUNK)) {
            chunks.add(chunk(entry));
        }
        return new Indexed(repository, path, Language.named(whole.get(LANGUAGE)).orElse(Language.TEXT),
                whole.get(STATE), whole.get(HASH), number(whole, MARKS), whole.get(TEXT), symbols, chunks);
    }

    /// The entries of a file, in the order in which they were written.
    static List<Document> of(IndexSearcher searcher, String repository, String path, String kind) throws IOException {
        var query = new BooleanQuery.Builder().add(new TermQuery(new Term(Shelf.ID, Indexed.id(repository, path))),
                Occur.FILTER).add(new TermQuery(new Term(ENTRY, kind)), Occur.FILTER).build();
        var found = new ArrayList<Document>();
        for (var hit : searcher.search(query, 2 * Limits.SYMBOLS, org.apache.lucene.search.Sort.INDEXORDER).scoreDocs) {
            found.add(searcher.storedFields().document(hit.doc));
        }
        return found;
    }

    /// What is given to an embedder for a chunk: it stands alone there, so it says where it comes from.
    static String embedded(Indexed file, Chunk chunk, SourceText text) {
        return file.path() + (chunk.qualified().isEmpty() ? "" : " " + chunk.qualified()) + "\n"
                + text.between(chunk.from(), chunk.to());
    }
}
