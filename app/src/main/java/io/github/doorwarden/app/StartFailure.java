package io.github.doorwarden.app;

/// The deployment cannot start. The message is for the operator: what failed, why, what to do.
public final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StartFailure(String message) {
        super(message, null, false, false);
    }

    /// @param cause for the log
    public StartFailure(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
