package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.sources.openapi.PinnedDocument;
import java.time.InstantSource;
import java.util.List;

/// What an operator does with documents of a deployment that come from elsewhere. Safe for use by many threads.
public final class OpenApiDocuments {

    private OpenApiDocuments() {}

    /// Uses from now on what the address of a source's document has now.
    ///
    /// @return what changes for the operations that are in use
    /// @throws IllegalArgumentException with a sentence, when there is no such source or nothing to accept, or the
    /// document
    ///                                  cannot be had
    public static List<String> accept(Config config, String source) {
        if (!(config.sources().get(source) instanceof Config.SourceConfig.OpenApi openApi)) {
            throw new IllegalArgumentException("This deployment has no source of type openapi named " + source + ".");
        }
        return PinnedDocument.accept(source, SourceFiles.placed(config, openApi.settings()), InstantSource.system())
                .differences();
    }
}
