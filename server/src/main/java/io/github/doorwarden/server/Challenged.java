package io.github.doorwarden.server;

import io.github.doorwarden.store.Cause;

/// The policy's decision that this caller must sign in or ask for more, on its way to the transport, which writes the
/// challenge. Has no stack trace: a refusal is an answer.
public final class Challenged extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Decision decision;

    /// @param message what happened and why; what to do about it is the transport's to say
    public Challenged(Decision decision, String message) {
        super(message, null, false, false);
        this.decision = decision;
    }

    /// What it is counted under.
    public Cause cause() {
        return switch (decision) {
            case Decision.NeedsLogin login -> Cause.NO_TOKEN;
            case Decision.NeedsScope scope -> Cause.INSUFFICIENT_SCOPE;
            case Decision.NeedsSignIn again -> Cause.WEAK_SIGN_IN;
            case Decision.Hidden hidden -> Cause.UNKNOWN_THING;
            case Decision.Allowed allowed -> Cause.NONE;
        };
    }

    /// `NeedsLogin`, `NeedsScope` or `NeedsSignIn`.
    public Decision decision() {
        return decision;
    }
}
