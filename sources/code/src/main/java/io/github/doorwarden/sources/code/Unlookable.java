package io.github.doorwarden.sources.code;

import java.io.IOException;

/// A repository cannot be looked at now. The message says why, for operators.
final class Unlookable extends IOException {

    private static final long serialVersionUID = 1;

    Unlookable(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
