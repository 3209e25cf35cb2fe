package io.github.doorwarden.sources.files;

import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Tables in files as tools: rows, aggregates, trends and profiles of CSV, TSV, JSON and Parquet. The tools come from
/// the configuration alone; the data are read in the background once calls may come, and anew when the files have
/// changed. What cannot be read keeps what was read before, and is a warning. No caller's text becomes SQL, and the
/// database that answers can reach no file. Safe for use by many threads.
public final class FilesSource implements Source {

    private final String name;
    private final List<Shelf> shelves = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final Desk desk;
    private volatile ScheduledThreadPoolExecutor looking;

    /// Reads no file yet.
    ///
    /// @throws IllegalArgumentException with a sentence, when the settings do not go together
    public FilesSource(String name, FilesSettings settings, InstantSource clock) {
        this.name = name;
        FilesMistakes.of(settings).stream().findFirst().ifPresent(mistake -> {
            throw new IllegalArgumentException((mistake.tool() ? "tools." : "datasets.") + mistake.name() + "."
                    + mistake.key() + " " + mistake.sentence());
        });
        groups(settings).forEach(group -> shelves.add(new Shelf(name, settings, group, clock)));
        desk = new Desk(name);
        settings.tools().forEach((tool, wanted) -> tools.add(new FileTool(tool, settings, wanted, shelves.stream()
                .filter(shelf -> shelf.has(wanted.dataset())).findFirst().orElseThrow(), desk)));
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

    @Override
    public List<String> warnings() {
        return shelves.stream().flatMap(shelf -> shelf.warnings().stream()).toList();
    }

    @Override
    public void listen(Listener listener) {
        var one = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("files-" + name).factory());
        one.scheduleWithFixedDelay(this::look, 0, Limits.LOOK.toMillis(), TimeUnit.MILLISECONDS);
        looking = one;
    }

    /// One look at all files.
    synchronized void look() {
        shelves.forEach(Shelf::look);
    }

    @Override
    public void close() {
        var running = looking;
        if (running != null) {
            running.shutdownNow();
        }
        desk.close();
        shelves.forEach(Shelf::close);
    }
}
