package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.KeptIndex;
import io.github.doorwarden.index.Progress;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.VectorRounds;
import io.github.doorwarden.index.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
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
    private static final TermQuery WHOLE = new TermQuery(new Term(Fields.KIND, Fields.WHOLE));

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
    private final VectorRounds<Indexed> vectorRounds;
    private final KeptIndex index;
    private final Map<Place, Known> known = new HashMap<>();
    private Set<String> told = new HashSet<>();
    private boolean settled;
    private int reads;

    private record Place(String folder, String path) {}

    /// @param state folder of this source below the state folder; made when it is first written
    Library(String source, DocumentsSettings settings, Labels labels, Path state, Vectors vectors) {
        this.source = source;
        this.settings = settings;
        this.labels = labels;
        this.folder = state.resolve("index");
        this.analyzer = Languages.of(settings.language());
        this.vectors = vectors;
        this.vectorRounds = new VectorRounds<>(source, vectors, new Entries());
        this.pdf = new PdfReader(state);
        this.intake = new Intake(labels, new Formats(pdf));
        this.index = new KeptIndex(new KeptIndex.Settings(source, "documents", folder, analyzer, Fields.FORMAT + " "
                + settings.language(), WHOLE, Limits.LOOK, Limits.FIRST_LOOK), new Folders());
    }

    Analyzer analyzer() {
        return analyzer;
    }

    Vectors vectors() {
        return vectors;
    }

    KeptIndex index() {
        return index;
    }

    /// Files that had changed, or were new.
    int readsOfLastLook() {
        return reads;
    }

    /// How a document lies in the index.
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
            return Fields.read(searcher.storedFields().document(hit));
        }

        @Override
        public String id(Indexed document) {
            return document.id();
        }

        @Override
        public String path(Indexed document) {
            return document.path();
        }

        @Override
        public List<String> texts(Indexed document) {
            return Pieces.of(document.text()).stream().map(piece -> Fields.embedded(document, piece)).toList();
        }

        @Override
        public List<Document> with(Indexed document, List<float[]> made) {
            return Fields.of(document, made, vectors.key());
        }
    }

    /// What the index is kept like.
    private final class Folders implements KeptIndex.Subject {

        @Override
        public void forget() {
            known.clear();
        }

        @Override
        public void learn(Shelf shelf) throws IOException {
            Library.this.learn(shelf);
        }

        @Override
        public void read(Shelf shelf, Progress progress, BooleanSupplier ended)
                throws IOException, InterruptedException {
            Library.this.read(shelf, progress, ended);
        }

        @Override
        public boolean vectors(Shelf shelf) throws IOException, InterruptedException {
            return vectorRounds.round(shelf);
        }
    }

    /// What the index has from before.
    private void learn(Shelf shelf) throws IOException {
        var file = folder.resolve(SETTINGS);
        var asBefore = Files.exists(file) && Files.readString(file).equals(settings.fingerprint(labels));
        shelf.look(0, searcher -> {
            var stored = searcher.storedFields();
            var all = searcher.search(WHOLE, Math.max(1, searcher.count(WHOLE))).scoreDocs;
            for (var hit : all) {
                var document = Fields.read(stored.document(hit.doc, Fields.ABOUT));
                known.put(new Place(document.folder(), document.path()), new Known(document.id(),
                        asBefore ? document.state() : "", document.hash()));
            }
            return all.length;
        });
    }

    private void read(Shelf shelf, Progress progress, BooleanSupplier ended)
            throws IOException, InterruptedException {
        var warnings = new ArrayList<String>();
        var seen = new HashSet<Place>();
        var whole = true;
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
                    read(shelf, each, place, file.getValue(), warnings);
                    reads++;
                    progress.made(1);
                }
                if (ended.getAsBoolean()) {
                    throw new InterruptedException();
                }
            }
        }
        forget(shelf, seen, progress);
        pdf.rest();
        LOG.atLevel(!index.hasLooked() ? Level.INFO : Level.DEBUG).addKeyValue("source", source)
                .addKeyValue("documents", known.size()).addKeyValue("warnings", warnings.size())
                .addKeyValue("read", reads).log("The documents were looked at.");
        if (whole && !settled) {
            Files.writeString(folder.resolve(SETTINGS), settings.fingerprint(labels));
            settled = true;
        }
        tell(warnings);
    }

    private void forget(Shelf shelf, Set<Place> seen, Progress progress) throws IOException {
        for (var place : List.copyOf(known.keySet())) {
            if (!seen.contains(place)) {
                var id = known.remove(place).id;
                shelf.remove(id);
                vectorRounds.changed(id);
                progress.made(1);
            }
        }
    }

    private void read(Shelf shelf, Folder in, Place place, Tree.Entry file, List<String> warnings)
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
            leaveOut(shelf, place, e.isForNow() ? "" : file.state());
        } catch (AlreadyClosedException e) {
            throw e;                                             // the index, not the file
        } catch (RuntimeException | Error e) {
            // A fault of ours or of a library; whatever it is, the other documents are followed on.
            warnings.add(place.path + " is left out: reading it failed (" + e.getClass().getSimpleName()
                    + "). Save it in a simpler form, or name it under exclude, and report this.");
            LOG.atDebug().addKeyValue("source", source).setCause(e).log("A document could not be read.");
            leaveOut(shelf, place, file.state());
        }
    }

    private void leaveOut(Shelf shelf, Place place, String state) throws IOException {
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

    @Override
    public void close() {
        try {
            index.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pdf.close();
        vectors.close();
        index.close();
    }
}
