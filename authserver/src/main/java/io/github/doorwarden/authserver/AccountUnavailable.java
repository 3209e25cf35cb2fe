package io.github.doorwarden.authserver;

/// There is no token of a person's connected account now. The message is for the person: what happened, what to do.
public final class AccountUnavailable extends Exception {

    private static final long serialVersionUID = 1;

    /// What is the matter.
    public enum Why {
        /// It was never connected, or the person or the third party ended that: it can be connected anew.
        NOT_CONNECTED,
        /// The third party cannot be asked: later it may go.
        OUTAGE
    }

    private final Why why;

    AccountUnavailable(Why why, String message) {
        super(message, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }
}
