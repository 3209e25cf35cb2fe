package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Location;
import io.github.doorwarden.sources.files.ObjectStore.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The objects of a store that datasets name, as files in a private folder. What has another ETag is fetched anew; new
/// files are put in place together, once all of them are there; while the store cannot be read, the old ones stay, over
/// a restart, too. For one thread, but for what it tells.
final class Mirror implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final String ETAGS = ".etags";

    private final String source;
    private final Location location;
    private final CacheFolder cache;
    private final Path folder;
    private final List<PathMatcher> wanted;
    private final InstantSource clock;
    private final ObjectStore store;
    private final Map<String, String> etags = new TreeMap<>();
    private long nextNanos = System.nanoTime();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Instant troubledSince;

    /// @param globs of all datasets
    Mirror(String source, Location location, CacheFolder cache, List<String> globs, InstantSource clock) {
        this.source = source;
        this.location = location;
        this.cache = cache;
        this.folder = cache.path();
        this.wanted = globs.stream().map(glob -> folder.getFileSystem().getPathMatcher("glob:" + glob)).toList();
        this.clock = clock;
        this.store = new ObjectStore(location, clock);
    }

    /// Brings the folder up to date when it is time.
    ///
    /// @return false when the store was asked and did not answer as it should
    boolean look() {
        if (System.nanoTime() - nextNanos < 0) {
            return trouble.isEmpty();
        }
        nextNanos = System.nanoTime() + location.every().toNanos();
        return sync();
    }

    boolean sync() {
        try {
            if (!cache.claim()) {
                nextNanos = System.nanoTime();                   // somebody else keeps it up to date, for now
                return true;
            }
            prepare();
            fetch(store.list());
            cache.sweep();
            trouble = Optional.empty();
            return true;
        } catch (BadFile bad) {
            return troubled(bad.getMessage(), null);
        } catch (IOException | UncheckedIOException e) {
            return troubled("The folder " + folder + " cannot be written (" + e.getMessage() + "). Make room, or give "
                    + "it to the user that Doorwarden runs as.", null);
        } catch (RuntimeException fault) {
            return troubled("The object store cannot be followed because of a fault: " + fault + ". It is tried again.",
                    fault);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// @param fault for the log; null where the sentence says all
    /// @return false
    private boolean troubled(String sentence, RuntimeException fault) {
        if (!trouble.equals(Optional.of(sentence))) {
            troubledSince = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            LOG.atWarn().addKeyValue("source", source).setCause(fault)
                    .log(sentence + " What was fetched before is served.");
        }
        trouble = Optional.of(sentence);
        return false;
    }

    private void prepare() throws IOException {
        var kept = folder.resolve(ETAGS);
        if (etags.isEmpty() && Files.isRegularFile(kept)) {
            try {
                JsonMapper.shared().readTree(Files.readAllBytes(kept)).properties().forEach(entry ->
                        etags.put(entry.getKey(), entry.getValue().asString("")));
            } catch (JacksonException e) {
                LOG.atWarn().addKeyValue("source", source)
                        .log("The list of fetched objects is damaged; all are fetched "
                        + "anew.");
            }
        }
    }

    private void fetch(List<StoredObject> listed) throws BadFile, IOException, InterruptedException {
        var names = new LinkedHashMap<String, StoredObject>();
        for (var object : listed) {
            var name = object.key().startsWith(location.prefix()) ? object.key().substring(location.prefix().length())
                    .replaceFirst("^/", "") : "";
            if (named(name) && wanted.stream().anyMatch(matcher -> matcher.matches(Path.of(name)))) {
                names.put(name, object);
            }
        }
        var room = location.most();                              // never below zero, so no sum can flow over
        for (var each : names.values()) {
            if (each.size() > room) {
                throw new BadFile("The objects that match have more than " + (location.most() >> 20) + " MiB, which is "
                        + "all that max_mib allows. Raise it, or name fewer.");
            }
            room -= each.size();
        }
        var fetched = new LinkedHashMap<String, Path>();
        try {
            for (var each : names.entrySet()) {
                if (!current(each.getKey(), each.getValue())) {
                    var half = Files.createTempFile(folder, ".half", null);
                    fetched.put(each.getKey(), half);
                    store.fetch(each.getValue(), half);
                    Files.setLastModifiedTime(half, FileTime.from(each.getValue().modified()));
                }
            }
            place(names, fetched);
        } finally {
            for (var half : fetched.values()) {
                Files.deleteIfExists(half);
            }
        }
    }

    /// A key that can be a file below the folder and nothing else.
    private static boolean named(String name) {
        return !name.isEmpty() && name.length() < 512 && !name.endsWith("/") && !name.contains("\\")
                && name.chars().noneMatch(at -> at < ' ') && List.of(name.split("/", -1)).stream()
                .noneMatch(part -> part.isEmpty() || part.startsWith("."));
    }

    private boolean current(String name, StoredObject object) throws IOException {
        var file = folder.resolve(name);
        return object.etag().equals(etags.get(name)) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == object.size();
    }

    private void place(Map<String, StoredObject> names, Map<String, Path> fetched) throws IOException {
        for (var each : fetched.entrySet()) {
            var file = folder.resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.move(each.getValue(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            etags.put(each.getKey(), names.get(each.getKey()).etag());
        }
        for (var gone : etags.keySet().stream().filter(name -> !names.containsKey(name)).toList()) {
            Files.deleteIfExists(folder.resolve(gone));
            etags.remove(gone);
        }
        var half = Files.createTempFile(folder, ".half", null);
        Files.writeString(half, JsonMapper.shared().writeValueAsString(etags));
        Files.move(half, folder.resolve(ETAGS), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// For the operator.
    Optional<String> trouble() {
        return trouble.map(sentence -> sentence + " What was fetched before is served.");
    }

    /// For callers.
    Optional<String> stale() {
        return trouble.map(sentence -> "The store behind these figures could not be asked for newer ones since "
                + troubledSince + ".");
    }

    @Override
    public void close() {
        store.close();
        cache.close();
    }
}
