package io.github.doorwarden.sources.files;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tables in files as tools: rows, aggregates, trends and profiles of CSV, TSV, JSON and Parquet. The tools come from
/// the configuration alone; the data are read in the background, and anew when the files have
/// changed. What cannot be read keeps what was read before, and is a warning. No caller's text becomes SQL, and the
/// database that answers can reach no file. Safe for use by many threads.
public final class FilesSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(FilesSource.class);

    private final String name;
    private final List<Shelf> shelves = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final Desk desk;
    private final Optional<Mirror> mirror;
    private final ScheduledThreadPoolExecutor looking;
    private volatile boolean listening;

    /// Reads no file yet.
    ///
    /// @param cache folder for what is fetched of object stores, shared by all sources; made when it is needed
    /// @throws IllegalArgumentException with a sentence, when the settings do not go together
    public FilesSource(String name, FilesSettings declared, Path cache, InstantSource clock) {
        this.name = name;
        FilesMistakes.of(declared).stream().findFirst().ifPresent(mistake -> {
            throw new IllegalArgumentException((mistake.tool() ? "tools." : "datasets.") + mistake.name() + "."
                    + mistake.key() + " " + mistake.sentence());
        });
        var globs = declared.datasets().values().stream().flatMap(set -> set.files().stream()).toList();
        var fetched = declared.location().map(location -> new CacheFolder(cache.resolve(name.replaceAll(
                "[^A-Za-z0-9_-]", "_")), location, globs));
        var settings = fetched.map(CacheFolder::path).map(root -> new FilesSettings(root, declared.location(),
                declared.datasets(), declared.tools(), declared.memoryMib(), declared.threads(), declared.deadline()))
                .orElse(declared);
        mirror = fetched.map(folder -> new Mirror(name, declared.location().orElseThrow(), folder, globs, clock));
        groups(settings).forEach(group -> shelves.add(new Shelf(name, settings, group, clock)));
        desk = new Desk(name, settings.deadline());
        looking = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("files-" + name).factory());
        settings.tools().forEach((tool, wanted) -> tools.add(new FileTool(tool, settings, wanted, shelves.stream()
                .filter(shelf -> shelf.has(wanted.dataset())).findFirst().orElseThrow(), desk, mirror)));
    }

    /// Datasets that joins connect stand together, joins last; all others alone.
    private static List<List<String>> groups(FilesSettings settings) {
        var groups = new ArrayList<Set<String>>();
        settings.datasets().keySet().forEach(dataset -> groups.add(new HashSet<>(Set.of(dataset))));
        settings.datasets().forEach((dataset, set) -> set.join().ifPresent(join -> {
            var together = groups.stream().filter(group -> group.contains(dataset)
                    || join.datasets().stream().anyMatch(group::contains)).toList();
            groups.removeAll(together);
            var merged = new HashSet<String>();
            together.forEach(merged::addAll);
            groups.add(merged);
        }));
        return groups.stream().map(group -> settings.datasets().entrySet().stream()
                .filter(set -> group.contains(set.getKey()))
                .sorted((a, b) -> Boolean.compare(a.getValue().join().isPresent(), b.getValue().join().isPresent()))
                .map(Map.Entry::getKey).toList()).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return Things.of(tools);
    }

    /// Begins to read files that lie on the disk, in the background, while the rest of a deployment starts. Object
    /// stores are asked once calls may come.
    public FilesSource begin() {
        if (mirror.isEmpty()) {
            looking.execute(this::watch);
        }
        return this;
    }

    /// Before [#listen], what is found is in the log alone.
    @Override
    public List<String> warnings() {
        return !listening ? List.of() : Stream.concat(mirror.flatMap(Mirror::trouble).stream(), shelves.stream()
                .flatMap(shelf -> shelf.warnings().stream())).toList();
    }

    @Override
    public void listen(Listener listener) {
        listening = true;
        looking.scheduleWithFixedDelay(this::watch, 0, Limits.LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// As if somebody listened, but for the looks.
    void watched() {
        listening = true;
    }

    /// One look, after which there is a next one whatever happens: a schedule ends, and says nothing, with the first
    /// look that throws.
    private void watch() {
        try {
            look();
        } catch (RuntimeException | Error fault) {
            LOG.atError().addKeyValue("source", name).setCause(fault).log("A look at the files failed. What was read "
                    + "before is served, and the next look comes.");
        }
    }

    /// One look at all files.
    synchronized void look() {
        // While a store is in trouble, its folder is looked at all the same: after a start there is what was fetched
        // before.
        mirror.ifPresent(Mirror::look);
        shelves.forEach(Shelf::look);
    }

    @Override
    public void close() {
        looking.shutdownNow();
        desk.close();
        shelves.forEach(Shelf::close);
        mirror.ifPresent(Mirror::close);
    }
}
