package io.github.doorwarden.server;

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

    /// `NeedsLogin`, `NeedsScope` or `NeedsSignIn`.
    public Decision decision() {
        return decision;
    }
}
