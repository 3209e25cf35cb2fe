package io.github.doorwarden.sources.code;

import io.github.doorwarden.index.Shelf;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;

/// How far a repository has been indexed. Written by the thread that indexes, read by any. It is kept in the index too:
/// other processes that read the index know it from there, and so does this one before its first look.
final class Status {

    private static final String REVISION = "revision";
    private static final String FILES = "files";
    private static final String PENDING = "pending";
    private static final String SKIPPED = "skipped_";
    private static final String FAILURE = "failure";
    private static final String COMPLETE = "complete";

    /// What the index has of it.
    static final Set<String> FIELDS = Stream.concat(Stream.of(Fields.REPOSITORY, REVISION, FILES, PENDING,
            Fields.MARKS, FAILURE, COMPLETE), Arrays.stream(Skip.values()).map(why -> SKIPPED + why.key()))
            .collect(Collectors.toUnmodifiableSet());

    /// @param revision the commit; may be empty
    /// @param files    that can be found
    /// @param pending  that have changed and were not read yet
    /// @param skipped  by the reason
    /// @param marks    secrets that were taken out
    /// @param failure  why the repository could not be looked at; empty when it could
    /// @param complete whether a look has ended since the start
    record Snapshot(String revision, int files, int pending, Map<Skip, Integer> skipped, int marks, String failure,
            boolean complete) {

        static final Snapshot NONE = new Snapshot("", 0, 0, Map.of(), 0, "", false);

        /// As the index has it.
        List<Document> entries(String repository) {
            var entry = new Document();
            entry.add(new StringField(Shelf.ID, id(repository), Field.Store.NO));
            entry.add(new StringField(Fields.ENTRY, Fields.STATUS, Field.Store.NO));
            entry.add(new StringField(Fields.REPOSITORY, repository, Field.Store.YES));
            entry.add(new StoredField(REVISION, revision));
            entry.add(new StoredField(FILES, files));
            entry.add(new StoredField(PENDING, pending));
            entry.add(new StoredField(Fields.MARKS, marks));
            entry.add(new StoredField(FAILURE, failure));
            entry.add(new StoredField(COMPLETE, complete ? 1 : 0));
            skipped.forEach((why, count) -> entry.add(new StoredField(SKIPPED + why.key(), count)));
            return List.of(entry);
        }

        static Snapshot of(Document entry) {
            var skipped = new EnumMap<Skip, Integer>(Skip.class);
            for (var why : Skip.values()) {
                if (entry.get(SKIPPED + why.key()) != null) {
                    skipped.put(why, Fields.number(entry, SKIPPED + why.key()));
                }
            }
            return new Snapshot(entry.get(REVISION), Fields.number(entry, FILES), Fields.number(entry, PENDING),
                    skipped, Fields.number(entry, Fields.MARKS), entry.get(FAILURE),
                    Fields.number(entry, COMPLETE) == 1);
        }

        private Snapshot before() {
            return new Snapshot(revision, files, pending, skipped, marks, failure, false);
        }
    }

    private volatile Snapshot snapshot = Snapshot.NONE;

    Snapshot snapshot() {
        return snapshot;
    }

    void set(String revision, int files, int pending, Map<Skip, Integer> byPlace, Map<Skip, Integer> byText,
            int marks, boolean complete) {
        var skipped = new EnumMap<Skip, Integer>(Skip.class);
        skipped.putAll(byPlace);
        byText.forEach((why, count) -> skipped.merge(why, count, Integer::sum));
        snapshot = new Snapshot(revision, files, pending, skipped, marks, "", complete || snapshot.complete);
    }

    /// What the index has of it.
    ///
    /// @param stands whether the one who wrote it still looks; else nothing is known to be complete
    void recall(Snapshot kept, boolean stands) {
        snapshot = stands ? kept : kept.before();
    }

    /// Of the entry in the index.
    static String id(String repository) {
        return Indexed.id(repository, "");
    }

    void failed(String why) {
        var now = snapshot;
        snapshot = new Snapshot(now.revision, now.files, now.pending, now.skipped, now.marks, why, now.complete);
    }
}
