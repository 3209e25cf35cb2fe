package io.github.doorwarden.client.oauth;

import io.github.doorwarden.client.wire.ClientFailure;

/// Failures to get credentials: a sentence that says what happened and what to do.
final class Failures {

    private Failures() {}

    static ClientFailure credentials(String sentence) {
        return credentials(sentence, null);
    }

    /// Nobody could be asked, which says nothing of anybody's credentials.
    static ClientFailure unreachable(String sentence, Throwable cause) {
        return new ClientFailure(ClientFailure.Kind.UNREACHABLE, sentence, cause);
    }

    static ClientFailure credentials(String sentence, Throwable cause) {
        return new ClientFailure(ClientFailure.Kind.CREDENTIALS, sentence, cause);
    }
}
