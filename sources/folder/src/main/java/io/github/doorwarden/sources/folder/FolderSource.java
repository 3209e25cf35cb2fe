package io.github.doorwarden.sources.folder;

import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Content;
import io.github.doorwarden.server.MediaTypes;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A folder that callers may work in and cannot get out of: its files are resources, which can be subscribed to, and
/// tools list, read, search and, where it is allowed, write them ([FolderTools]). The folder is looked at every few
/// seconds; what appears, changes or goes is told to clients without a restart. Names that begin with a dot are not
/// served. Safe for use by many threads.
public final class FolderSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(FolderSource.class);

    private final String name;
    private final FolderSettings settings;
    private final Sandbox sandbox;
    private final List<Tool> tools;
    private final ResourceTemplate template;
    private TreeMap<String, Sandbox.Entry> tree;
    private String trouble = "";
    private volatile Things things;
    private volatile Listener listener;
    private ScheduledExecutorService looking;

    /// @throws IllegalArgumentException with a sentence, when the folder is not one that can be served
    public FolderSource(String name, FolderSettings settings) {
        this.name = name;
        this.settings = settings;
        this.sandbox = new Sandbox(settings.folder());
        this.template = new OfPath();
        this.tools = new FolderTools(settings, sandbox, this::look).all();
        try {
            tree = sandbox.tree();
        } catch (IOException e) {
            throw new IllegalArgumentException("the folder " + settings.folder() + " cannot be read ("
                    + e.getMessage() + "). Give it to the user that Doorwarden runs as.", e);
        } catch (FilePath.Unusable e) {
            throw new IllegalArgumentException(e.getMessage() + " Name one that has less.", e);
        }
        things = served(tree);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return things;
    }

    @Override
    public synchronized void listen(Listener changes) {
        listener = changes;
        looking = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("folder-" + name).factory());
        looking.scheduleWithFixedDelay(this::look, Limits.LOOK.toMillis(), Limits.LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void close() {
        if (looking != null) {
            looking.shutdownNow();
        }
    }

    /// One look at the folder. While it cannot be read, what was seen before is served.
    synchronized void look() {
        try {
            var now = sandbox.tree();
            if (now.equals(tree)) {
                return;
            }
            var before = tree;
            var listed = files(before).keySet().equals(files(now).keySet());
            tree = now;
            trouble = "";
            if (!listed) {
                things = served(now);
            }
            if (listener != null) {
                if (!listed) {
                    listener.thingsChanged();
                }
                before.forEach((path, entry) -> {
                    if (!entry.directory() && !entry.equals(now.get(path))) {
                        listener.resourceChanged(uri(path));
                    }
                });
            }
        } catch (IOException | RuntimeException e) {
            var sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(trouble)) {
                trouble = sentence;
                LOG.atWarn().addKeyValue("source", name).setCause(e)
                        .log("The folder cannot be looked at; what was seen before is listed until it can.");
            }
        }
    }

    private static Map<String, Sandbox.Entry> files(TreeMap<String, Sandbox.Entry> tree) {
        var files = new TreeMap<String, Sandbox.Entry>();
        tree.forEach((path, entry) -> {
            if (!entry.directory()) {
                files.put(path, entry);
            }
        });
        return files;
    }

    private Things served(TreeMap<String, Sandbox.Entry> seen) {
        var resources = new ArrayList<Resource>();
        for (var path : files(seen).keySet()) {
            if (resources.size() < Limits.LISTED_FILES) {
                resources.add(new OfFile(resourceSpec(path), FilePath.of(path)));
            }
        }
        return new Things(tools, resources, List.of(template), List.of(), List.of());
    }

    private Resource.Spec resourceSpec(String path) {
        return new Resource.Spec(uri(path), path, "", MediaTypes.of(path)).withScopes(settings.scopes());
    }

    /// `folder://files/notes/today.md`.
    private String uri(String path) {
        return "folder://" + settings.prefix() + "/" + FilePath.of(path).names().stream().map(FolderSource::encoded)
                .collect(Collectors.joining("/"));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A")
                .replace("%7E", "~");
    }

    private List<String> begins(String typed) {
        return snapshot().entrySet().stream().filter(entry -> !entry.getValue().directory()).map(Map.Entry::getKey)
                .filter(path -> path.startsWith(typed)).limit(100).toList();
    }

    private synchronized TreeMap<String, Sandbox.Entry> snapshot() {
        return tree;
    }

    private List<ObjectNode> contents(String uri, FilePath path) throws IOException {
        try {
            return List.of(Content.of(uri, MediaTypes.of(path.toString()), sandbox.read(path, Limits.FILE_BYTES)));
        } catch (NoSuchFileException | FilePath.Unusable none) {
            return List.of();
        }
    }

    private final class OfFile implements Resource {

        private final Spec spec;
        private final FilePath path;

        OfFile(Spec spec, FilePath path) {
            this.spec = spec;
            this.path = path;
        }

        @Override
        public Spec spec() {
            return spec;
        }

        @Override
        public List<ObjectNode> read(Call call) throws IOException {
            return contents(spec.uri(), path);
        }
    }

    /// What is not listed, or not yet: a path as one segment, with its slashes encoded.
    private final class OfPath implements ResourceTemplate {

        private final Spec spec = new Spec("folder://" + settings.prefix() + "/{path}", settings.prefix() + "-file",
                "A file of " + settings.prefix(), "A file by its path, with / written as %2F: folder://"
                + settings.prefix() + "/notes%2Ftoday.md.", "", JsonNodeFactory.instance.objectNode(),
                settings.scopes(), Duration.ofSeconds(30), List.of());

        @Override
        public Spec spec() {
            return spec;
        }

        @Override
        public List<ObjectNode> read(String uri, Call call) throws IOException {
            try {
                return contents(uri, FilePath.of(call.arguments().path("path").asString("")));
            } catch (FilePath.Unusable leadsNowhere) {
                return List.of();
            }
        }

        @Override
        public List<String> complete(String variable, String value, Map<String, String> variables) {
            return begins(value);
        }
    }
}
