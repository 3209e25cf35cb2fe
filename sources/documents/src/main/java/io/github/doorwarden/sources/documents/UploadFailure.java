package io.github.doorwarden.sources.documents;

/// An upload was not completed. The message says what happened, what is left at the service, and what to do.
public final class UploadFailure extends Exception {

    private static final long serialVersionUID = 1;

    UploadFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
