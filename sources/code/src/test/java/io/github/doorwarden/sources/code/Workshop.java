package io.github.doorwarden.sources.code;

import io.github.doorwarden.embeddings.EmbedderSettings;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.Reader;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Repositories, the index over them, and the tools in front, without a thread of its own: a test says when it looks.
final class Workshop implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.shared();
    static final Caller READER = Reader.with();

    final Path folder;
    final Path state;
    final List<CodeSettings.Repository> repositories = new ArrayList<>();
    EmbedderSettings embedding = new EmbedderSettings.None();
    Optional<CodeSettings.AzurePlace> azure = Optional.empty();
    String prefix = "";
    boolean operators;
    Instant now = Instant.parse("2026-11-27T12:00:00Z");
    int answerTokens = 8_000;
    Duration between = Duration.ofSeconds(1);
    CodeSource source;

    /// @param root for the folder `code`, which is the repository `main`, and the state
    Workshop(Path root) {
        this.folder = root.resolve("code");
        this.state = root.resolve("state");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        repositories.add(repository("main", new CodeSettings.Folder(folder)));
    }

    static CodeSettings.Repository repository(String name, CodeSettings.Place place, String... scopes) {
        return new CodeSettings.Repository(name, place, List.of(), List.of(), "", Set.of(scopes), Conditions.NONE);
    }

    Workshop write(String at, String text) {
        return write(at, text.getBytes(StandardCharsets.UTF_8));
    }

    Workshop write(String at, byte[] bytes) {
        try {
            Files.createDirectories(folder.resolve(at).getParent());
            Files.write(folder.resolve(at), bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Without a look.
    void make() {
        var tools = new CodeSettings.Tools(prefix, "", Set.of(), answerTokens, 6_000, Map.of(), operators);
        source = new CodeSource("code", new CodeSettings(repositories, tools, embedding, azure,
                between), new Policy(new Scopes(List.of())), state, () -> now);
    }

    /// Opens it, and looks once.
    Workshop open() throws IOException, InterruptedException {
        make();
        source.index().index().open();
        look();
        return this;
    }

    void look() throws IOException, InterruptedException {
        source.index().index().look();
    }

    ToolResult answer(Caller caller, String tool, ObjectNode arguments) {
        try {
            return source.things().tools().stream().filter(each -> each.spec().name().equals(tool)).findFirst()
                    .orElseThrow().call(Call.trial(caller, arguments, Map.of()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param arguments names and values in turn
    ToolResult answer(Caller caller, String tool, Object... arguments) {
        var all = JSON.createObjectNode();
        for (var i = 0; i < arguments.length; i += 2) {
            all.set((String) arguments[i], JSON.valueToTree(arguments[i + 1]));
        }
        return answer(caller, tool, all);
    }

    JsonNode call(String tool, Object... arguments) {
        var result = answer(READER, tool, arguments);
        return result.structured().orElseThrow(() -> new AssertionError(result.content().toString()));
    }

    String refusal(String tool, Object... arguments) {
        var result = answer(READER, tool, arguments);
        if (!result.isError()) {
            throw new AssertionError(result.structured().toString());
        }
        return result.content().getFirst().path("text").asString();
    }

    /// Paths and symbols of a search's hits, such as `a/B.java B.c`.
    List<String> found(String query) {
        return call("search_code", "query", query).path("results").valueStream().map(hit -> hit.path("path").asString()
                + " " + hit.path("symbol").asString()).toList();
    }

    Status.Snapshot status() {
        return source.index().status("main");
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
