package io.github.doorwarden.embeddings;

import java.time.Duration;
import java.util.List;

/// Makes vectors of texts: near vectors, similar meaning. Vectors have length 1, all as many dimensions, and are
/// comparable only among those of one [#id]. Implementations are safe for use by many threads.
public interface Embedder extends AutoCloseable {

    /// Names the model and everything else that the vectors depend on; the same in every process.
    String id();

    /// @param texts  any number; what is longer than the model reads is cut by it
    /// @param within for all of them
    /// @return one vector per text, in their order
    /// @throws EmbeddingFailure with a sentence; nothing was made then
    List<float[]> embed(List<String> texts, Duration within) throws EmbeddingFailure, InterruptedException;

    @Override
    default void close() {}
}
