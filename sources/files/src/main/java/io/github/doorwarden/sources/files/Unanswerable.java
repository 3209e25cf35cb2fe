package io.github.doorwarden.sources.files;

/// A question cannot be answered as it is asked. The message is for the model: what happened, why, what to do.
final class Unanswerable extends Exception {

    private static final long serialVersionUID = 1;

    Unanswerable(String message) {
        super(message, null, false, false);
    }
}
