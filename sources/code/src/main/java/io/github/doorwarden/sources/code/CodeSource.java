package io.github.doorwarden.sources.code;

import io.github.doorwarden.server.Policy;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Code of repositories that can be searched and read: in folders, in Git repositories, in archives of sources. An
/// index in this process follows them. Nothing is answered that is not in the index, and no secret gets into it. Safe
/// for use by many threads.
public final class CodeSource implements Source {

    private final String name;
    private final CodeIndex index;
    private final SearchCodeTool.Backend backend;
    private final Things things;

    /// Looks whether folders are there, and does nothing else before [#listen].
    ///
    /// @param policy that says who may know of which repository
    /// @param state  folder for the index and for what is fetched, made when it is first written
    /// @param clock  says on which day a search was
    /// @throws IllegalArgumentException with a sentence
    public CodeSource(String name, CodeSettings settings, Policy policy, Path state, InstantSource clock) {
        this.name = name;
        var origins = new LinkedHashMap<String, Tree.Origin>();
        for (var repository : settings.repositories()) {
            origins.put(repository.name(), switch (repository.place()) {
                case CodeSettings.Folder folder -> new FolderOrigin(repository, folder.path());
                case CodeSettings.Git git -> new GitOrigin(repository, git, state.resolve("git"), settings.follow());
                case CodeSettings.Archives archives -> new ArchivesOrigin(repository, archives);
            });
        }
        this.index = new CodeIndex(name, settings, state, origins);
        var repositories = new Repositories(settings, policy);
        var log = Optional.of(new QueryLog(state.resolve("searches"), clock)).filter(kept ->
                settings.tools().operators());
        var box = new Toolbox(settings.tools(), index, repositories, new Counters(log));
        this.backend = settings.azure().<SearchCodeTool.Backend>map(AzureSearch::new)
                .orElseGet(() -> new LocalSearch(index));
        var tools = new ArrayList<Tool>(List.of(new SearchCodeTool(box, backend), new ReadCodeTool(box),
                new FindSymbolTool(box), new GenerateCodeTool(box), new AnalyzeContextTool(box),
                new StatusTool(box)));
        log.ifPresent(kept -> tools.addAll(List.of(new SearchQualityTool(box, kept), new ReindexTool(box))));
        this.things = Things.of(tools);
    }

    /// For tests that say themselves when it looks.
    CodeIndex index() {
        return index;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return things;
    }

    /// The tools never change; the code behind them does, from now on.
    @Override
    public void listen(Listener listener) {
        index.index().begin();
    }

    /// Whether everything that was there when it began has been read; waits for that.
    public boolean isRead(Duration within) throws InterruptedException {
        return index.index().isRead(within);
    }

    @Override
    public void close() {
        backend.close();
        index.close();
    }
}
