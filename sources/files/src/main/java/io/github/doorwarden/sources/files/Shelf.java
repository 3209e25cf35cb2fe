package io.github.doorwarden.sources.files;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest version that could be read of some datasets that belong together: one, or those that joins connect. A
/// version is put in place as a whole; what runs keeps the one that it began with; when files cannot be taken, the old
/// one stays and says so. Safe for use by many threads.
final class Shelf implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

    private final String source;
    private final FilesSettings settings;
    private final List<String> datasets;
    private final InstantSource clock;
    private Map<String, List<FoundFile>> seen = Map.of();
    private Map<String, List<FoundFile>> tried = Map.of();
    private Version current;
    private Optional<String> trouble = Optional.empty();
    private Instant troubledSince;
    private long loads;
    private boolean ready;
    private boolean closed;

    /// @param datasets joins after their parts
    Shelf(String source, FilesSettings settings, List<String> datasets, InstantSource clock) {
        this.source = source;
        this.settings = settings;
        this.datasets = List.copyOf(datasets);
        this.clock = clock;
    }

    boolean has(String dataset) {
        return datasets.contains(dataset);
    }

    /// One look at the files; reads them when they are others than before and no longer change. By one thread at a
    /// time.
    void look() {
        var found = new HashMap<String, List<FoundFile>>();
        try {
            find(found);
            if (found.equals(tried)) {
                return;
            }
            if (!tried.isEmpty() && !found.equals(seen)) {
                seen = found;                                    // somebody may still be writing: look once more
                return;
            }
            seen = found;
            tried = found;
            var inOrder = new LinkedHashMap<String, List<FoundFile>>();
            datasets.forEach(dataset -> inOrder.put(dataset, found.get(dataset)));
            var version = Load.version(settings, inOrder, ++loads, now());
            var after = new HashMap<String, List<FoundFile>>();
            find(after);
            if (!after.equals(found)) {
                version.leave();
                tried = Map.of("", List.of());                   // changed while it was read
                seen = after;
                return;
            }
            put(version);
        } catch (BadFile bad) {
            tried = found;
            keep(bad);
        } catch (LinkageError unloadable) {
            tried = found;
            keep(new BadFile("DuckDB, which reads the files, cannot be loaded (" + root(unloadable)
                    + "). It is made for "
                    + "Linux and for Macs with ARM; on one of these, build Doorwarden where it runs.", unloadable));
        } catch (RuntimeException fault) {
            tried = found;
            keep(new BadFile("The files cannot be read because of a fault: " + fault + ".", fault));
        }
    }

    private static String root(Throwable thrown) {
        var root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private void find(Map<String, List<FoundFile>> found) throws BadFile {
        for (var dataset : datasets) {
            var set = settings.datasets().get(dataset);
            found.put(dataset, set.join().isPresent() ? List.of() : FoundFile.of(settings.root(), set.files()));
        }
    }

    private synchronized void put(Version version) {
        if (closed) {
            version.leave();
            return;
        }
        var before = current;
        current = version;
        ready = true;
        notifyAll();
        var told = before == null ? List.<String>of() : before.warnings();
        version.warnings().stream().filter(warning -> !told.contains(warning)).forEach(this::warn);
        if (before != null) {
            before.leave();
            LOG.atInfo().addKeyValue("source", source)
                    .log("New files are served: " + String.join(", ", datasets) + ".");
        }
        trouble = Optional.empty();
    }

    private synchronized void keep(BadFile bad) {
        ready = true;
        notifyAll();
        if (!Objects.equals(trouble.orElse(null), bad.getMessage())) {
            trouble = Optional.of(bad.getMessage());
            troubledSince = now();
            warn(warning());
        }
    }

    private void warn(String warning) {
        LOG.atWarn().addKeyValue("source", source).log(warning);
    }

    private String warning() {
        return trouble.orElseThrow() + (current == null ? " Until then, the tools of " + String.join(", ", datasets)
                + " have nothing to answer with."
                : " Until then, what was read at " + current.loaded() + " is served.");
    }

    /// For the operator.
    synchronized List<String> warnings() {
        var warnings = new ArrayList<String>();
        trouble.ifPresent(sentence -> warnings.add(warning()));
        if (current != null) {
            warnings.addAll(current.warnings());
        }
        return List.copyOf(warnings);
    }

    /// What every answer must say about how old the data are; for callers, so without the names of what is wrong.
    synchronized Optional<String> stale() {
        return trouble.filter(sentence -> current != null).map(sentence -> "Newer files could not be read since "
                + troubledSince + "; these figures are of what was read at " + current.loaded() + ".");
    }

    /// The newest version; waits for the first. Whoever takes it leaves it.
    synchronized Version take() throws Unanswerable, InterruptedException {
        while (!ready) {
            wait();
        }
        if (current == null || !current.enter()) {
            throw new Unanswerable("The files behind this tool cannot be read at present. Nothing in the question is "
                    + "wrong: tell the administrator, who finds the reason in the log and under the warnings.");
        }
        return current;
    }

    @Override
    public synchronized void close() {
        closed = true;
        ready = true;
        notifyAll();
        if (current != null) {
            current.leave();
            current = null;
        }
    }
}
