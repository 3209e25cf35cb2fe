package io.github.doorwarden.sources.code;

import java.util.EnumMap;
import java.util.Map;

/// How far a repository has been indexed. Written by the thread that indexes, read by any.
final class Status {

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

    void failed(String why) {
        var now = snapshot;
        snapshot = new Snapshot(now.revision, now.files, now.pending, now.skipped, now.marks, why, now.complete);
    }
}
