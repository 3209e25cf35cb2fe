package io.github.doorwarden.authserver;

/// A client metadata document was not taken. The message is one sentence that may be shown to a person and sent to a
/// client.
final class DocumentRefused extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    DocumentRefused(String message) {
        this(400, message);
    }

    DocumentRefused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /// 400, or 429 when too much was fetched.
    int status() {
        return status;
    }
}
