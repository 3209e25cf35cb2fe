package io.github.doorwarden.embeddings;

/// No vectors could be made. The message says what happened and what to do, for operators.
public final class EmbeddingFailure extends Exception {

    private static final long serialVersionUID = 1;

    public EmbeddingFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
