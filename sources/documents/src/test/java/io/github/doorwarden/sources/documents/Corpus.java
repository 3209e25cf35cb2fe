package io.github.doorwarden.sources.documents;

import io.github.doorwarden.embeddings.Embedder;
import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.identity.Tiers;
import io.github.doorwarden.index.Vectors;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.documents.DocumentsSettings.Local;
import io.github.doorwarden.sources.documents.DocumentsSettings.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A folder of documents, the index over it, and the two tools in front, without a thread of its own: a test says when
/// it is looked at.
final class Corpus implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.shared();
    static final Caller READER = Reader.with();

    final Path folder;
    final Path state;
    final Map<String, LabelRule> rules = new LinkedHashMap<>();
    String urlTemplate = "https://docs.example.com/{stem}";
    Tools settings = new Tools("", "", Set.of(), 10, false, 60_000);
    Optional<Embedder> embedder = Optional.empty();
    Library library;
    private Backend backend;
    private Labels labels;

    Corpus(Path folder, Path state) {
        this.folder = folder;
        this.state = state;
    }

    Corpus write(String at, String text) {
        return write(at, text.getBytes(StandardCharsets.UTF_8));
    }

    Corpus write(String at, byte[] bytes) {
        try {
            Files.createDirectories(folder.resolve(at).getParent());
            Files.write(folder.resolve(at), bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void label(String name, String... scopes) {
        rules.put(name, new LabelRule(Set.of(scopes), Conditions.NONE, Set.of(), Optional.empty(), List.of()));
    }

    static Policy policy() {
        return new Policy(new Scopes(List.of(new Scopes.Scope("docs:all", "", Set.of("docs:board"), false),
                new Scopes.Scope("docs:board", "", Set.of(), false))), new Tiers(List.of(new Tiers.Tier("STAFF",
                Set.of(), Set.of("house.example"), Set.of()))), () -> java.time.Instant.EPOCH);
    }

    /// Opens it, and looks once.
    Corpus open() throws IOException, InterruptedException {
        openWithoutLook();
        look();
        return this;
    }

    void openWithoutLook() {
        labels = new Labels(rules, policy());
        var all = new DocumentsSettings(List.of(new Folder("docs", folder, List.of(), List.of(), urlTemplate)),
                settings, "english", new EmbedderSettings.None(), new Local());
        library = new Library("docs", all, labels, state, new Vectors(embedder, state.resolve("vectors")));
        backend = new LocalIndex(library, labels, settings.snippets());
        library.index().open();
    }

    void look() throws IOException, InterruptedException {
        library.index().look();
        while (library.index().vectorsOfSome()) {
            continue;
        }
    }

    ToolResult searching(Caller caller, String query) throws InterruptedException {
        return new SearchTool(settings, backend, labels).call(Call.trial(caller,
                JSON.createObjectNode().put("query", query), Map.of()));
    }

    ToolResult fetching(Caller caller, String id) throws InterruptedException {
        return new FetchTool(settings, backend, labels).call(Call.trial(caller,
                JSON.createObjectNode().put("id", id), Map.of()));
    }

    JsonNode search(Caller caller, String query) throws InterruptedException {
        return searching(caller, query).structured().orElseThrow().path("results");
    }

    List<String> titles(Caller caller, String query) throws InterruptedException {
        return search(caller, query).valueStream().map(hit -> hit.path("title").asString()).toList();
    }

    List<String> titles(String query) throws InterruptedException {
        return titles(READER, query);
    }

    /// Of the best hit.
    String id(Caller caller, String query) throws InterruptedException {
        return search(caller, query).path(0).path("id").asString("");
    }

    JsonNode fetch(String id) throws InterruptedException {
        return fetching(READER, id).structured().orElseThrow();
    }

    @Override
    public void close() {
        library.close();
    }
}
