package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Hashes;
import io.github.doorwarden.index.KeptIndex;
import io.github.doorwarden.index.Progress;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.VectorRounds;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the index like the repositories: looks at them again and again, reads what changed, removes what went away,
/// then has vectors made for what has none. One thread does all of that; looking things up is safe for use by many.
final class CodeIndex implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CodeIndex.class);

    private static final TermQuery WHOLE = new TermQuery(new Term(Fields.ENTRY, Fields.WHOLE));
    private static final TermQuery STATUS = new TermQuery(new Term(Fields.ENTRY, Fields.STATUS));

    private final CodeAnalyzer analyzer = new CodeAnalyzer();
    private final Vectors vectors;
    private final VectorRounds<Indexed> vectorRounds;
    private final Map<String, Follower> followers = new LinkedHashMap<>();
    private final KeptIndex index;

    /// @param state   folder of this source below the state folder; made when it is first written
    /// @param origins by the names of the repositories
    CodeIndex(String source, CodeSettings settings, Path state, Map<String, Tree.Origin> origins) {
        this.vectors = new Vectors(settings.embedding().open(), state.resolve("vectors"));
        this.vectorRounds = new VectorRounds<>(source, vectors, new Entries());
        this.index = new KeptIndex(new KeptIndex.Settings(source, "code", state.resolve("index"), analyzer,
                Fields.FORMAT, WHOLE, settings.follow(), Limits.FIRST_LOOK), new Code());
        origins.forEach((name, origin) -> followers.put(name, new Follower(name, origin, vectorRounds,
                state.resolve("again").resolve(Hashes.of(name)))));
    }

    CodeAnalyzer analyzer() {
        return analyzer;
    }

    Vectors vectors() {
        return vectors;
    }

    KeptIndex index() {
        return index;
    }

    Status.Snapshot status(String repository) {
        return followers.get(repository).status().snapshot();
    }

    /// All files of the repositories are read again at the next look of whoever keeps the index.
    void readAgain(Collection<String> repositories) throws IOException {
        for (var name : repositories) {
            followers.get(name).readAgain();
        }
    }

    /// For tests, which do not wait.
    void fetchAtTheNextLook() {
        followers.values().forEach(Follower::fetchAtTheNextLook);
    }

    /// How a file lies in the index.
    private final class Entries implements VectorRounds.Entries<Indexed> {

        @Override
        public Query whole() {
            return WHOLE;
        }

        @Override
        public String field() {
            return Fields.VECTORS;
        }

        @Override
        public Indexed read(IndexSearcher searcher, int hit) throws IOException {
            return Fields.read(searcher, searcher.storedFields().document(hit));
        }

        @Override
        public String id(Indexed file) {
            return file.id();
        }

        @Override
        public String path(Indexed file) {
            return file.path();
        }

        @Override
        public List<String> texts(Indexed file) {
            var text = new SourceText(file.text());
            return file.chunks().stream().map(chunk -> Fields.embedded(file, chunk, text)).toList();
        }

        @Override
        public List<Document> with(Indexed file, List<float[]> made) {
            return Fields.of(file, made, vectors.key());
        }
    }

    /// What the index is kept like.
    private final class Code implements KeptIndex.Subject {

        @Override
        public void forget() {
            followers.values().forEach(Follower::forget);
        }

        @Override
        public void learn(Shelf shelf) throws IOException {
            CodeIndex.this.learn(shelf);
        }

        @Override
        public void read(Shelf shelf, Progress progress, BooleanSupplier ended)
                throws IOException, InterruptedException {
            try (var intake = new Intake()) {
                for (var follower : followers.values()) {
                    follower.look(shelf, intake, progress, vectors.key(), ended);
                }
            }
        }

        @Override
        public void recall(Shelf shelf, boolean stands) throws IOException {
            CodeIndex.this.recall(shelf, stands);
        }

        @Override
        public boolean vectors(Shelf shelf) throws IOException, InterruptedException {
            return vectorRounds.round(shelf);
        }
    }

    /// How far the repositories are, as the index has it from whoever writes it.
    ///
    /// @param stands whether that one still looks
    private void recall(Shelf shelf, boolean stands) throws IOException {
        each(shelf, STATUS, Status.FIELDS, entry -> {
            var follower = followers.get(entry.get(Fields.REPOSITORY));
            if (follower != null) {
                follower.status().recall(Status.Snapshot.of(entry), stands);
            }
        });
    }

    /// What the index has from before; what is there of repositories that are no longer declared goes.
    private void learn(Shelf shelf) throws IOException {
        var gone = new ArrayList<String>();
        each(shelf, WHOLE, Fields.ABOUT, entry -> {
            var follower = followers.get(entry.get(Fields.REPOSITORY));
            if (follower == null) {
                gone.add(Indexed.id(entry.get(Fields.REPOSITORY), entry.get(Fields.PATH)));
            } else {
                follower.learn(entry);
            }
        });
        each(shelf, STATUS, Status.FIELDS, entry -> {
            if (!followers.containsKey(entry.get(Fields.REPOSITORY))) {
                gone.add(Status.id(entry.get(Fields.REPOSITORY)));
            }
        });
        for (var id : gone) {
            shelf.remove(id);
        }
    }

    private static void each(Shelf shelf, Query entries, Set<String> fields, Consumer<Document> taker)
            throws IOException {
        shelf.look(0, searcher -> {
            var hits = searcher.search(entries, Math.max(1, searcher.count(entries))).scoreDocs;
            for (var hit : hits) {
                taker.accept(searcher.storedFields().document(hit.doc, fields));
            }
            return hits.length;
        });
    }

    /// Files of the repositories that have vectors, and all of them.
    int[] vectorsMade(Collection<String> repositories) throws IOException {
        var all = new BooleanQuery.Builder().add(WHOLE, Occur.FILTER).add(Ranking.in(repositories), Occur.FILTER)
                .build();
        var made = new BooleanQuery.Builder().add(all, Occur.FILTER)
                .add(new TermQuery(new Term(Fields.VECTORS, vectors.key())), Occur.FILTER).build();
        return look(new int[2], searcher -> new int[] {vectors.key().isEmpty() ? 0 : searcher.count(made),
            searcher.count(all)});
    }

    /// @param otherwise while there is no index yet
    <R> R look(R otherwise, Shelf.Look<R> look) throws IOException {
        return index.look(otherwise, look);
    }

    @Override
    public void close() {
        try {
            index.end();
            vectors.close();
            for (var follower : followers.values()) {
                follower.close();
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("A repository was not closed well.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        index.close();
    }
}
