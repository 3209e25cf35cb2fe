package io.github.doorwarden.sources.documents;

import io.github.doorwarden.index.Vectors;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.ToolSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Documents that can be searched and fetched: in folders, with an index in this process that follows them, or in an
/// index elsewhere. The two tools are the same whatever is behind them, to the contract of ChatGPT's deep research and
/// company knowledge. Who may read which document is decided by [Labels]. Safe for use by many threads.
public final class DocumentsSource implements Source {

    private final String name;
    private final Backend backend;
    private final Things things;

    /// Looks whether the folders are there, and does nothing else before [#listen].
    ///
    /// @param state folder for the index, made when it is first written
    /// @throws IllegalArgumentException with a sentence, when a folder cannot be read or the settings do not go
    /// together
    public DocumentsSource(String name, DocumentsSettings settings, Labels labels, Path state) {
        this.name = name;
        this.backend = switch (settings.backend()) {
            case DocumentsSettings.Local local -> local(name, settings, labels, state);
            case DocumentsSettings.VectorStorePlace store -> new VectorStore(store, labels,
                    settings.tools().snippets());
            case DocumentsSettings.AzurePlace azure -> new AzureSearch(azure, labels, settings.tools().snippets());
        };
        this.things = Things.of(List.of(new SearchTool(settings.tools(), backend, labels),
                new FetchTool(settings.tools(), backend, labels)));
    }

    private static Backend local(String name, DocumentsSettings settings, Labels labels, Path state) {
        if (settings.folders().isEmpty()) {
            throw new IllegalArgumentException("it has no folder. Give one under folder.");
        }
        for (var folder : settings.folders()) {
            try (var children = java.nio.file.Files.newDirectoryStream(folder.path())) {
                children.iterator();
            } catch (IOException e) {
                throw new IllegalArgumentException("the folder " + folder.path() + " cannot be read ("
                        + e.getClass().getSimpleName() + "). Make it, correct folder, which is relative to the "
                        + "configuration, or give it to the user that Doorwarden runs as.", e);
            }
        }
        var vectors = new Vectors(settings.embedding().open(), state.resolve("vectors"));
        return new LocalIndex(new Library(name, settings, labels, state, vectors), labels,
                settings.tools().snippets());
    }

    /// `search` or `fetch` as it is called here.
    static String name(DocumentsSettings.Tools settings, String name) {
        return settings.prefix().isEmpty() ? name : settings.prefix() + "_" + name;
    }

    static ToolSpec readOnly(DocumentsSettings.Tools settings, String name, String title, String description,
            ObjectNode in, ObjectNode out) {
        in.put("additionalProperties", false);
        return new ToolSpec(name(settings, name), title, description, in, Optional.of(out),
                JsonNodeFactory.instance.objectNode(), settings.scopes(), true, Limits.CALL, Set.of())
                .withReadOnly(true).withHint("destructiveHint", false).withHint("idempotentHint", true)
                .withHint("openWorldHint", false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return things;
    }

    /// The tools never change; the documents behind them do, from now on.
    @Override
    public void listen(Listener listener) {
        backend.begin();
    }

    /// Whether everything that lay in the folders when it began has been read; waits for that. At once true of
    /// documents elsewhere.
    public boolean isRead(Duration within) throws InterruptedException {
        return backend.isRead(within);
    }

    @Override
    public void close() {
        backend.close();
    }
}
