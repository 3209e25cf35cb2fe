package io.github.doorwarden.cli;

/// A command cannot do what it was asked. The message says what failed and what to do.
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exit;

    public CommandFailure(String message) {
        this(message, 1);
    }

    /// @param exit the exit code
    public CommandFailure(String message, int exit) {
        super(message, null, false, false);
        this.exit = exit;
    }

    public int exit() {
        return exit;
    }
}
