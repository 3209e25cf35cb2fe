package io.github.doorwarden.cli;

/// A command cannot do what it was asked. The message says what failed and what to do.
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailure(String message) {
        super(message, null, false, false);
    }
}
