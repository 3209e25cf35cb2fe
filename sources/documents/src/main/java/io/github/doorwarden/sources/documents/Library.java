package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Follow;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Keeps the index like the folders: looks at them again and again, reads what changed, removes what went away, then
/// has vectors made for what has none. One thread does all of that; looking things up is safe for use by many.
///
/// A document that can no longer be read is removed: whether its labels still hold is not known. While a whole folder
/// cannot be read, what was found in it before is served.
final class Library implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Library.class);
    private static final String SETTINGS = "settings";

    /// @param state of the file; empty: to be read again
    private record Known(String id, String state, String hash) {}

    private final String source;
    private final DocumentsSettings settings;
    private final Labels labels;
    private final Path folder;
    private final Analyzer analyzer;
    private final PdfReader pdf;
    private final Intake intake;
    private final Vectors vectors;
    private final VectorRounds vectorRounds;
    private final Follow follow;
    private final Map<Place, Known> known = new HashMap<>();
    private Set<String> told = new HashSet<>();
    private boolean settled;
    private int rounds;
    private int reads;
    private volatile Shelf shelf;
    private volatile boolean broken;

    private record Place(String folder, String path) {}

    /// @param state folder of this source below the state folder; made when it is first written
    Library(String source, DocumentsSettings settings, Labels labels, Path state, Vectors vectors) {
        this.source = source;
        this.settings = settings;
        this.labels = labels;
        this.folder = state.resolve("index");
        this.follow = new Follow("documents-" + source, folder, Limits.LOOK, new Work());
        this.analyzer = Languages.of(settings.language());
        this.vectors = vectors;
        this.vectorRounds = new VectorRounds(source);
        this.pdf = new PdfReader(state);
        this.intake = new Intake(labels, new Formats(pdf));
    }

    Analyzer analyzer() {
        return analyzer;
    }

    Vectors vectors() {
        return vectors;
    }

    /// Opens the index, so that what it has from before can be found at once, and starts to look. Waits a while for the
    /// first look to end, longer when there is nothing yet: a small folder is complete then.
    void begin() {
        follow.succeed();
        open();
        follow.begin();
        try {
            var nothingYet = look(0, searcher -> searcher.getIndexReader().numDocs()) == 0;
            if (!isRead(nothingYet ? Limits.FIRST_LOOK : Limits.NEXT_LOOK) && nothingYet) {
                LOG.atInfo().addKeyValue("source", source).log("The documents are still being read; what has been "
                        + "read until now is found.");
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("source", source).setCause(e).log("The index cannot be read yet.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether the first look has ended; waits for that.
    boolean isRead(Duration within) throws InterruptedException {
        return follow.hasLooked(within);
    }

    void open() {
        try {
            shelf = Shelf.open(folder, analyzer, Fields.FORMAT + " " + settings.language());
        } catch (IOException e) {
            throw new UncheckedIOException("The index of documents in " + folder + " cannot be opened.", e);
        }
    }

    /// What [Follow] does with it.
    private final class Work implements Follow.Work {

        @Override
        public void look() throws IOException, InterruptedException {
            Library.this.look();
        }

        @Override
        public boolean more() throws IOException, InterruptedException {
            return vectorsOfSome();
        }

        @Override
        public void failed(Exception why) {
            broken |= Shelf.isBroken(why);
            LOG.atWarn().addKeyValue("source", source).setCause(why)
                    .log("The documents could not be looked at; it is tried again.");
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
            known.clear();
            broken = false;
        }
        if (shelf.tryToWrite()) {
            learn();
        }
        if (shelf.writes()) {
            read();
        } else {
            shelf.show();
        }
    }

    /// Files that had changed, or were new.
    synchronized int readsOfLastLook() {
        return reads;
    }

    /// @return whether there are more to be made now
    synchronized boolean vectorsOfSome() throws IOException, InterruptedException {
        if (!shelf.writes() || !vectorRounds.round(shelf, vectors)) {
            return false;
        }
        shelf.show();
        if (++rounds % Limits.ROUNDS_PER_COMMIT == 0) {
            shelf.commit();
        }
        return true;
    }

    /// What the index has from before.
    private void learn() throws IOException {
        known.clear();
        var file = folder.resolve(SETTINGS);
        var asBefore = Files.exists(file) && Files.readString(file).equals(settings.fingerprint(labels));
        shelf.look(0, searcher -> {
            var stored = searcher.storedFields();
            var query = new TermQuery(new Term(Fields.KIND, Fields.WHOLE));
            var all = searcher.search(query, Math.max(1, searcher.count(query))).scoreDocs;
            for (var hit : all) {
                var document = Fields.read(stored.document(hit.doc, Fields.ABOUT));
                known.put(new Place(document.folder(), document.path()), new Known(document.id(),
                        asBefore ? document.state() : "", document.hash()));
            }
            return all.length;
        });
        shelf.show();
    }

    private void read() throws IOException, InterruptedException {
        var warnings = new ArrayList<String>();
        var seen = new HashSet<Place>();
        var whole = true;
        var progress = new Progress();
        reads = 0;
        for (var each : settings.folders()) {
            Tree tree;
            try {
                tree = Tree.of(each);
            } catch (IOException | IllegalArgumentException e) {
                warnings.add("The folder " + each.path() + " cannot be read (" + e.getMessage()
                        + "); what was found in it before is served.");
                known.keySet().stream().filter(place -> place.folder.equals(each.name())).forEach(seen::add);
                whole = false;
                continue;
            }
            warnings.addAll(tree.warnings());
            for (var file : tree.files().entrySet()) {
                var place = new Place(each.name(), file.getKey());
                seen.add(place);
                if (!known.containsKey(place) || !known.get(place).state.equals(file.getValue().state())) {
                    read(each, place, file.getValue(), warnings);
                    reads++;
                    progress.made();
                }
                if (follow.ended()) {
                    throw new InterruptedException();
                }
            }
        }
        forget(seen, progress);
        progress.end();
        pdf.rest();
        LOG.atLevel(!follow.hasLooked() ? Level.INFO : Level.DEBUG).addKeyValue("source", source)
                .addKeyValue("documents", known.size()).addKeyValue("warnings", warnings.size())
                .addKeyValue("read", reads).log("The documents were looked at.");
        if (whole && !settled) {
            Files.writeString(folder.resolve(SETTINGS), settings.fingerprint(labels));
            settled = true;
        }
        tell(warnings);
    }

    private void forget(Set<Place> seen, Progress progress) throws IOException {
        for (var place : List.copyOf(known.keySet())) {
            if (!seen.contains(place)) {
                var id = known.remove(place).id;
                shelf.remove(id);
                vectorRounds.changed(id);
                progress.made();
            }
        }
    }

    private void read(Folder in, Place place, Tree.Entry file, List<String> warnings)
            throws IOException, InterruptedException {
        var before = known.get(place);
        try {
            var document = intake.read(in, place.path, file, warnings);
            if (before == null || !before.hash.equals(document.hash())) {
                shelf.put(document.id(), Fields.of(document, List.of(), vectors.key()));
                vectorRounds.changed(document.id());
            }
            known.put(place, new Known(document.id(), file.state(), document.hash()));
        } catch (Unreadable e) {
            warnings.add(place.path + " is left out: " + e.getMessage() + ".");
            // Looked at again when it changes; at once when the reason may be gone.
            leaveOut(place, e.isForNow() ? "" : file.state());
        } catch (AlreadyClosedException e) {
            throw e;                                             // the index, not the file
        } catch (RuntimeException | Error e) {
            // A fault of ours or of a library; whatever it is, the other documents are followed on.
            warnings.add(place.path + " is left out: reading it failed (" + e.getClass().getSimpleName()
                    + "). Save it in a simpler form, or name it under exclude, and report this.");
            LOG.atDebug().addKeyValue("source", source).setCause(e).log("A document could not be read.");
            leaveOut(place, file.state());
        }
    }

    private void leaveOut(Place place, String state) throws IOException {
        var id = Intake.id(place.folder, place.path);
        shelf.remove(id);
        vectorRounds.changed(id);
        known.put(place, new Known(id, state, ""));
    }

    /// Each warning once, until it no longer holds.
    private void tell(List<String> warnings) {
        warnings.stream().filter(warning -> !told.contains(warning)).limit(Limits.WARNINGS)
                .forEach(warning -> LOG.atWarn().addKeyValue("source", source).log(warning));
        told = new HashSet<>(warnings);
    }

    /// Makes what was read visible now and then, and permanent at the end.
    private final class Progress {

        private boolean changed;
        private int since;
        private long shown = System.nanoTime();

        void made() throws IOException {
            changed = true;
            if (++since % Limits.COMMIT_EVERY == 0) {
                shelf.commit();
            }
            if (System.nanoTime() - shown > Limits.SHOW_EVERY.toNanos()) {
                shelf.show();
                shown = System.nanoTime();
            }
        }

        void end() throws IOException {
            if (changed) {
                shelf.commit();
                shelf.show();
            }
        }
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
            pdf.close();
            vectors.close();
            if (shelf != null) {
                shelf.close();
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("source", source).setCause(e).log("The index of documents was not closed well.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
