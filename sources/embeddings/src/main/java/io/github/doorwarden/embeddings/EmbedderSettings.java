package io.github.doorwarden.embeddings;

import java.net.URI;
import java.util.Optional;

/// What makes vectors, as configured. Loads none of the libraries before [#open].
public sealed interface EmbedderSettings {

    /// Nothing does: words alone rank.
    record None() implements EmbedderSettings {}

    /// The model in this process.
    record InProcess() implements EmbedderSettings {}

    /// A server that speaks `POST /v1/embeddings`.
    ///
    /// @param apiKey empty: none is sent
    record Server(URI baseUrl, String model, String apiKey, Optional<Integer> dimensions)
            implements EmbedderSettings {

        /// Without the key.
        @Override
        public String toString() {
            return "Server(" + model + " at " + baseUrl + ")";
        }
    }

    /// @return empty for [None]; whoever opens it closes it
    default Optional<Embedder> open() {
        return switch (this) {
            case None none -> Optional.empty();
            case InProcess model -> Optional.of(new OnnxEmbedder());
            case Server server -> Optional.of(new OpenAiEmbedder(server.baseUrl(), server.model(), server.apiKey(),
                    server.dimensions()));
        };
    }
}
