package io.github.doorwarden.sources.files;

/// A file, or what several of them make together, cannot be taken. The message is for the operator: which file, which
/// line, what is wrong, what to do. No value of the data is in it.
final class BadFile extends Exception {

    private static final long serialVersionUID = 1;

    BadFile(String message) {
        super(message);
    }

    BadFile(String message, Throwable cause) {
        super(message, cause);
    }
}
