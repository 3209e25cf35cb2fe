package io.github.doorwarden.index;

/// An index gave no answer; the message is for the model: what happened, why, what to do.
public final class Failure extends Exception {

    private static final long serialVersionUID = 1;

    public Failure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
