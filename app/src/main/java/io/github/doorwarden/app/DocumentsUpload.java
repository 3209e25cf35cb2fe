package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.DocumentsConfig;
import io.github.doorwarden.sources.documents.Labels;
import io.github.doorwarden.sources.documents.UploadFailure;
import io.github.doorwarden.sources.documents.VectorStoreUpload;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;

/// Uploads the documents of a source to a new vector store.
public final class DocumentsUpload {

    private DocumentsUpload() {}

    /// @param source  empty: the only one of documents
    /// @param baseUrl of the API; empty: OpenAI's own
    /// @throws StartFailure  when the configuration has no such source
    /// @throws UploadFailure with what is left at the service
    public static VectorStoreUpload.Outcome run(Config config, Optional<String> source, Optional<String> baseUrl,
            String apiKey, VectorStoreUpload.Progress progress) throws UploadFailure, InterruptedException {
        var documents = source(config, source);
        var labels = new Labels(documents.labels(), Entrance.policy(config, InstantSource.system()));
        try (var upload = new VectorStoreUpload(documents.settings(), labels, base(baseUrl), apiKey,
                config.state(), progress)) {
            return upload.run(config.name() + ": " + documents.name());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("The source " + documents.name() + " cannot be uploaded: " + e.getMessage());
        }
    }

    private static URI base(Optional<String> given) {
        var url = given.filter(text -> !text.isBlank()).map(URI::create).orElse(DocumentsConfig.OPENAI);
        if (url.getHost() == null) {
            throw new IllegalArgumentException("the base URL is no address such as " + DocumentsConfig.OPENAI + ".");
        }
        return url;
    }

    private static Config.SourceConfig.Documents source(Config config, Optional<String> name) {
        var all = config.sources().values().stream().filter(Config.SourceConfig.Documents.class::isInstance)
                .map(Config.SourceConfig.Documents.class::cast).toList();
        var chosen = all.stream().filter(each -> name.isEmpty() || each.name().equals(name.get())).toList();
        if (chosen.size() != 1) {
            var names = String.join(", ", all.stream().map(Config.SourceConfig.Documents::name).toList());
            throw new StartFailure(all.isEmpty() ? "There is no source of type documents in the configuration. "
                    + "Declare one with the folder." : name.isEmpty()
                    ? "There are several sources of documents. Choose "
                    + "with --source one of: " + names + "." : "There is no source " + name.get()
                    + " of documents. There are: " + names + ".");
        }
        return chosen.getFirst();
    }
}
