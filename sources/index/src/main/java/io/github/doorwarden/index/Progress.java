package io.github.doorwarden.index;

import java.io.IOException;

/// Makes what one look writes visible now and then, and permanent at the end. For one thread.
public final class Progress {

    private final Shelf shelf;
    private boolean changed;
    private int since;
    private long shown = System.nanoTime();
    private long wait = Limits.SHOW_EVERY.toNanos();

    Progress(Shelf shelf) {
        this.shelf = shelf;
    }

    /// @param entries that were written or removed
    public void made(int entries) throws IOException {
        changed = true;
        since += entries;
        if (since >= Limits.COMMIT_EVERY) {
            shelf.commit();
            since = 0;
        }
        if (System.nanoTime() - shown > wait) {
            show();
            wait = Math.min(2 * wait, Limits.SHOW_AT_LEAST_EVERY.toNanos());
        }
    }

    /// Makes what was written until now visible: before somebody is told that it is there.
    public void show() throws IOException {
        shelf.show();
        shown = System.nanoTime();
    }

    void end() throws IOException {
        if (changed) {
            shelf.commit();
            shelf.show();
        }
    }
}
