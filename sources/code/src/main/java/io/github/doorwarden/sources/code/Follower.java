package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Progress;
import io.github.doorwarden.index.Shelf;
import io.github.doorwarden.index.VectorRounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.lucene.document.Document;
import org.apache.lucene.store.AlreadyClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the part of the index like one repository. While the repository cannot be looked at, what was found in it
/// before is served. For the thread that indexes, but for its [Status].
final class Follower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /// @param skip why it is not in the index; null when it is
    private record Known(String state, String hash, int marks, Skip skip) {}

    private final String repository;
    private final Tree.Origin origin;
    private final VectorRounds<Indexed> vectorRounds;
    private final Path again;
    private final Status status = new Status();
    private final Map<String, Known> known = new HashMap<>();
    /// What the index has of the status.
    private Status.Snapshot kept = Status.Snapshot.NONE;

    /// @param vectorRounds told of what changed
    /// @param again        a file that is there when all of the repository is to be read again
    Follower(String repository, Tree.Origin origin, VectorRounds<Indexed> vectorRounds, Path again) {
        this.repository = repository;
        this.origin = origin;
        this.vectorRounds = vectorRounds;
        this.again = again;
    }

    Status status() {
        return status;
    }

    void fetchAtTheNextLook() {
        origin.hurry();
    }

    /// At the next look, every file is read as if it had changed; meanwhile what is in the index is served. Whichever
    /// process on the same state keeps the index does that.
    void readAgain() throws IOException {
        Files.createDirectories(again.getParent());
        Files.write(again, new byte[0]);
    }

    private void begin() throws IOException {
        if (Files.deleteIfExists(again)) {
            origin.hurry();
            known.replaceAll((path, file) -> new Known("", "", file.marks, file.skip));
        }
    }

    void forget() {
        known.clear();
        kept = Status.Snapshot.NONE;
    }

    /// @param entry of kind [Fields#WHOLE], without its text
    void learn(Document entry) {
        known.put(entry.get(Fields.PATH), new Known(entry.get(Fields.STATE), entry.get(Fields.HASH),
                Fields.number(entry, Fields.MARKS), null));
    }

    /// @param vectors key of the embedder
    /// @param closed  asked between two batches
    /// @throws IOException when the index cannot be written; of the repository, the status tells
    void look(Shelf shelf, Intake intake, Progress progress, String vectors, BooleanSupplier closed)
            throws IOException, InterruptedException {
        begin();
        try (var tree = tree()) {
            var changed = tree.files().stream().filter(file -> !known.containsKey(file.path())
                    || !known.get(file.path()).state.equals(file.state())).toList();
            var pending = changed.size();
            forgetOthers(tree, shelf, progress);
            tell(tree, pending, false);
            keep(shelf, progress);
            for (var at = 0; at < changed.size(); at += Limits.BATCH) {
                if (closed.getAsBoolean()) {
                    throw new InterruptedException();
                }
                var some = changed.subList(at, Math.min(changed.size(), at + Limits.BATCH));
                read(tree, some, shelf, intake, vectors);
                progress.made(some.size());
                pending -= some.size();
                tell(tree, pending, false);
                keep(shelf, progress);
            }
            if (!changed.isEmpty()) {
                progress.show();
            }
            tell(tree, 0, true);
        } catch (AlreadyClosedException e) {
            throw e;                                             // of the index, and no repository's fault
        } catch (RuntimeException e) {
            failed(new Unlookable("reading it failed where it should not: " + e, e));
        } catch (Unlookable e) {
            failed(e);
        }
        keep(shelf, progress);
    }

    private void keep(Shelf shelf, Progress progress) throws IOException {
        if (!kept.equals(status.snapshot())) {
            kept = status.snapshot();
            shelf.put(Status.id(repository), kept.entries(repository));
            progress.made(0);
        }
    }

    private Tree tree() throws IOException, InterruptedException {
        try {
            return origin.look();
        } catch (Unlookable e) {
            throw e;
        } catch (IOException e) {
            throw new Unlookable("it cannot be read: " + e, e);
        }
    }

    private void failed(Unlookable e) {
        if (!e.getMessage().equals(status.snapshot().failure())) {
            LOG.atWarn().addKeyValue("repository", repository).setCause(e).log("A repository cannot be looked at; "
                    + "what was found in it before is served.");
        }
        status.failed(e.getMessage());
    }

    private void forgetOthers(Tree tree, Shelf shelf, Progress progress) throws IOException {
        var there = new HashSet<String>();
        tree.files().forEach(file -> there.add(file.path()));
        for (var path : List.copyOf(known.keySet())) {
            if (!there.contains(path)) {
                known.remove(path);
                shelf.remove(Indexed.id(repository, path));
                vectorRounds.changed(Indexed.id(repository, path));
                progress.made(1);
            }
        }
    }

    private void read(Tree tree, List<Tree.Entry> files, Shelf shelf, Intake intake, String vectors)
            throws IOException {
        var clean = new ArrayList<Intake.Clean>();
        for (var file : files) {
            try {
                clean.add(intake.clean(file, bytes(tree, file)));
            } catch (Intake.Refused e) {
                // Looked at again when it changes; at once when the reason may be gone.
                leaveOut(file, e.why() == Skip.UNREADABLE ? "" : file.state(), e.why(), shelf);
            } catch (RuntimeException | StackOverflowError hostile) {
                leaveOut(file, hostile, shelf);
            }
        }
        intake.prepare(clean);
        for (var file : clean) {
            try {
                index(file, shelf, intake, vectors);
            } catch (AlreadyClosedException e) {
                throw e;
            } catch (RuntimeException | StackOverflowError hostile) {
                leaveOut(file.entry(), hostile, shelf);
            }
        }
    }

    private void index(Intake.Clean file, Shelf shelf, Intake intake, String vectors) throws IOException {
        var before = known.get(file.entry().path());
        var indexed = intake.indexed(repository, file);
        if (before == null || !before.hash.equals(indexed.hash())) {
            shelf.put(indexed.id(), Fields.of(indexed, List.of(), vectors));
            vectorRounds.changed(indexed.id());
        }
        known.put(indexed.path(), new Known(indexed.state(), indexed.hash(), indexed.marks(), null));
    }

    /// A file that is made so, or a fault of ours: the others can be found all the same.
    private void leaveOut(Tree.Entry file, Throwable hostile, Shelf shelf) throws IOException {
        LOG.atWarn().addKeyValue("repository", repository).setCause(hostile).log("A file could not be indexed; it is "
                + "left out until it changes.");
        leaveOut(file, file.state(), Skip.UNREADABLE, shelf);
    }

    private void leaveOut(Tree.Entry file, String state, Skip why, Shelf shelf) throws IOException {
        shelf.remove(Indexed.id(repository, file.path()));
        vectorRounds.changed(Indexed.id(repository, file.path()));
        known.put(file.path(), new Known(state, "", 0, why));
    }

    private static byte[] bytes(Tree tree, Tree.Entry file) throws Intake.Refused {
        try {
            return tree.read(file);
        } catch (IOException unreadable) {
            throw new Intake.Refused(Skip.UNREADABLE);
        }
    }

    private void tell(Tree tree, int pending, boolean complete) {
        var byText = new EnumMap<Skip, Integer>(Skip.class);
        var files = 0;
        var marks = 0;
        for (var each : known.values()) {
            if (each.skip == null) {
                files++;
                marks += each.marks;
            } else {
                byText.merge(each.skip, 1, Integer::sum);
            }
        }
        status.set(tree.revision(), files, pending, tree.skipped(), byText, marks, complete);
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }
}
