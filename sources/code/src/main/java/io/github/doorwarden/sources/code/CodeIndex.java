package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Follow;
import io.github.doorwarden.index.Refused;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
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

    private final String source;
    private final CodeSettings settings;
    private final Path folder;
    private final CodeAnalyzer analyzer = new CodeAnalyzer();
    private final Vectors vectors;
    private final Refused refused = new Refused();
    private final Map<String, Follower> followers = new LinkedHashMap<>();
    private final Follow follow;
    private volatile Shelf shelf;
    private volatile boolean broken;
    private int rounds;

    /// @param state   folder of this source below the state folder; made when it is first written
    /// @param origins by the names of the repositories
    CodeIndex(String source, CodeSettings settings, Path state, Map<String, Tree.Origin> origins) {
        this.source = source;
        this.settings = settings;
        this.folder = state.resolve("index");
        this.follow = new Follow("code-" + source, folder, settings.follow(), new Work());
        this.vectors = new Vectors(settings.embedding().open(), state.resolve("vectors"));
        origins.forEach((name, origin) -> followers.put(name, new Follower(name, origin, refused)));
    }

    CodeAnalyzer analyzer() {
        return analyzer;
    }

    Vectors vectors() {
        return vectors;
    }

    Status.Snapshot status(String repository) {
        return followers.get(repository).status().snapshot();
    }

    /// For tests, which do not wait.
    void fetchAtTheNextLook() {
        followers.values().forEach(Follower::fetchAtTheNextLook);
    }

    /// Opens the index, so that what it has from before can be found at once, and starts to look. Waits a while for the
    /// first look to end: a small repository is complete then.
    void begin() {
        follow.succeed();
        open();
        follow.begin();
        try {
            var nothingYet = look(0, searcher -> searcher.count(WHOLE)) == 0;
            if (!isRead(nothingYet ? Limits.FIRST_LOOK : Limits.NEXT_LOOK) && nothingYet) {
                LOG.atInfo().addKeyValue("source", source).log("The code is still being read; what has been read until "
                        + "now is found.");
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", source).setCause(e).log("The index cannot be read yet.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the first look has ended; waits for that.
    boolean isRead(java.time.Duration within) throws InterruptedException {
        return follow.hasLooked(within);
    }

    void open() {
        try {
            shelf = Shelf.open(folder, analyzer, Fields.FORMAT);
            recall(false);
        } catch (IOException e) {
            throw new UncheckedIOException("The index of code in " + folder + " cannot be opened.", e);
        }
    }

    /// What [Follow] does with it.
    private final class Work implements Follow.Work {

        @Override
        public void look() throws IOException, InterruptedException {
            CodeIndex.this.look();
        }

        @Override
        public boolean more() throws IOException, InterruptedException {
            return vectorsOfSome();
        }

        @Override
        public void failed(Exception why) {
            broken |= Shelf.isBroken(why);
            LOG.atWarn().addKeyValue("source", source).setCause(why)
                    .log("The code could not be looked at; it is tried again.");
        }

        @Override
        public void leave() throws IOException {
            shelf.stopWriting();
        }
    }

    /// Looks at everything once.
    synchronized void look() throws IOException, InterruptedException {
        if (broken) {
            shelf.rebuild(null);
            followers.values().forEach(Follower::forget);
            broken = false;
        }
        if (shelf.tryToWrite()) {
            learn();
        }
        if (!shelf.writes()) {
            shelf.show();
            recall(true);
            return;
        }
        var progress = new Progress();
        try (var intake = new Intake()) {
            for (var follower : followers.values()) {
                follower.look(shelf, intake, progress, vectors.key(), follow::ended);
            }
        }
        progress.end();
    }

    /// How far the repositories are, as the index has it from whoever writes it.
    ///
    /// @param stands whether that one still looks
    private void recall(boolean stands) throws IOException {
        each(STATUS, Status.FIELDS, entry -> {
            var follower = followers.get(entry.get(Fields.REPOSITORY));
            if (follower != null) {
                follower.status().recall(Status.Snapshot.of(entry), stands);
            }
        });
    }

    /// What the index has from before; what is there of repositories that are no longer declared goes.
    private void learn() throws IOException {
        followers.values().forEach(Follower::forget);
        if (!shelf.writes()) {
            return;
        }
        var gone = new ArrayList<String>();
        each(WHOLE, Fields.ABOUT, entry -> {
            var follower = followers.get(entry.get(Fields.REPOSITORY));
            if (follower == null) {
                gone.add(Indexed.id(entry.get(Fields.REPOSITORY), entry.get(Fields.PATH)));
            } else {
                follower.learn(entry);
            }
        });
        each(STATUS, Status.FIELDS, entry -> {
            if (!followers.containsKey(entry.get(Fields.REPOSITORY))) {
                gone.add(Status.id(entry.get(Fields.REPOSITORY)));
            }
        });
        for (var id : gone) {
            shelf.remove(id);
        }
        shelf.show();
    }

    private void each(Query entries, Set<String> fields, Consumer<Document> taker) throws IOException {
        shelf.look(0, searcher -> {
            var hits = searcher.search(entries, Math.max(1, searcher.count(entries))).scoreDocs;
            for (var hit : hits) {
                taker.accept(searcher.storedFields().document(hit.doc, fields));
            }
            return hits.length;
        });
    }

    /// Makes what was read visible now and then, and permanent at the end.
    final class Progress {

        private boolean changed;
        private int since;
        private long shown = System.nanoTime();
        private long wait = Limits.SHOW_EVERY.toNanos();

        /// @param files that were read or removed
        void made(int files) throws IOException {
            changed = true;
            since += files;
            if (since >= Limits.COMMIT_EVERY) {
                shelf.commit();
                since = 0;
            }
            if (System.nanoTime() - shown > wait) {
                shelf.show();
                shown = System.nanoTime();
                wait = Math.min(2 * wait, Limits.SHOW_AT_LEAST_EVERY.toNanos());
            }
        }

        private void end() throws IOException {
            if (changed) {
                shelf.commit();
                shelf.show();
            }
        }
    }

    /// @return whether there are more to be made now
    synchronized boolean vectorsOfSome() throws IOException, InterruptedException {
        if (!shelf.writes() || !vectors.available()) {
            return false;
        }
        var todo = shelf.look(List.<Indexed>of(), searcher -> {
            var without = new BooleanQuery.Builder()
                    .add(WHOLE, Occur.FILTER)
                    .add(new TermQuery(new Term(Fields.VECTORS, vectors.key())), Occur.MUST_NOT)
                    .add(refused.query(Shelf.ID), Occur.MUST_NOT).build();
            var found = new ArrayList<Indexed>();
            for (var hit : searcher.search(without, Limits.VECTOR_ROUND).scoreDocs) {
                found.add(Fields.read(searcher, searcher.storedFields().document(hit.doc)));
            }
            return found;
        });
        for (var file : todo) {
            var text = new SourceText(file.text());
            var made = vectors.ofEach(List.of(file.chunks().stream().map(chunk -> Fields.embedded(file, chunk, text))
                    .toList()));
            if (made.isEmpty()) {
                return false;
            }
            if (made.getFirst().isPresent()) {
                shelf.put(file.id(), Fields.of(file, made.getFirst().get(), vectors.key()));
                refused.forget(file.id());
            } else if (refused.add(file.id())) {
                LOG.atWarn().addKeyValue("source", source).log(file.path() + " is found by its words alone: the "
                        + "embedder makes no vectors of it, while it does of others. Look into its own log for why.");
            }
        }
        if (!todo.isEmpty()) {
            shelf.show();
            if (++rounds % Limits.ROUNDS_PER_COMMIT == 0 || todo.size() < Limits.VECTOR_ROUND) {
                shelf.commit();
            }
        }
        return !todo.isEmpty();
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
        var open = shelf;
        try {
            return open == null ? otherwise : open.look(otherwise, look);
        } catch (IOException | RuntimeException e) {
            broken |= Shelf.isBroken(e);
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            follow.end();
            vectors.close();
            for (var follower : followers.values()) {
                follower.close();
            }
            if (shelf != null) {
                shelf.close();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("source", source).setCause(e).log("The index of code was not closed well.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
