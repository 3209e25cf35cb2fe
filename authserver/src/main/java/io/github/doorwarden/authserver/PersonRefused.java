package io.github.doorwarden.authserver;

/// A person's record was not made or changed; the message says why and what to do. Has no stack trace: a refusal is an
/// answer.
public final class PersonRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    PersonRefused(String message) {
        super(message, null, false, false);
    }
}
