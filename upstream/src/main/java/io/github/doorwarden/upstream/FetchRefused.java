package io.github.doorwarden.upstream;

/// A document was not fetched. The message is one sentence that may be shown to a person.
public final class FetchRefused extends Exception {

    private static final long serialVersionUID = 1;

    public FetchRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
