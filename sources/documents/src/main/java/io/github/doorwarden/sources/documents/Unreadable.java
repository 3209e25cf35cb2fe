package io.github.doorwarden.sources.documents;

/// A document cannot be served. The message is a clause that says why, and what to do where something can be done.
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean forNow;

    private Unreadable(String clause, boolean forNow, Throwable cause) {
        super(clause, cause);
        this.forNow = forNow;
    }

    Unreadable(String clause) {
        this(clause, false, null);
    }

    /// What may be over at the next look.
    static Unreadable forNow(String clause, Throwable cause) {
        return new Unreadable(clause, true, cause);
    }

    boolean isForNow() {
        return forNow;
    }
}
