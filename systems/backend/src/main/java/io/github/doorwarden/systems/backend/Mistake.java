package io.github.doorwarden.systems.backend;

/// A start that cannot be, because the process was told wrongly; the message is for the operator.
public final class Mistake extends Exception {

    private static final long serialVersionUID = 1;

    public Mistake(String message) {
        super(message, null, false, false);
    }
}
