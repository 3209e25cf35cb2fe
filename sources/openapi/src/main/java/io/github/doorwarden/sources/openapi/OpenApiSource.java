package io.github.doorwarden.sources.openapi;

import io.github.doorwarden.server.ResourceTemplate;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.upstream.Upstream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A REST API as tools: those operations of its OpenAPI document (2.0, 3.0 or 3.1) that are named or included, and no
/// others; or what was declared by hand. The document is read once; of one from an address a copy is kept and used, and
/// what has changed there is a warning. The upstream is shared and stays open when this is closed. Safe for use by many
/// threads.
public final class OpenApiSource implements Source {

    private static final Logger LOG = LoggerFactory.getLogger(OpenApiSource.class);

    private final String name;
    private final List<OperationTool> tools = new ArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final OpenApiSettings settings;
    private final List<ResourceTemplate> templates = new ArrayList<>();
    private final ResourceSettings resources;
    private final Optional<Upstream> stream;
    private Thread looking;
    private ChangeFeed feed;

    /// Throws IllegalArgumentException, with a sentence for whoever configured it, when the document cannot be read, or
    /// a tool wants what the document does not have. An operation that cannot become a tool is a warning, and the rest
    /// loads.
    public OpenApiSource(String name, OpenApiSettings settings, Upstream upstream, InstantSource clock) {
        this(name, settings, upstream, Access.SHARED, Parties.NONE, ofThisProcess(), clock);
    }

    private static Supplier<Seal> ofThisProcess() {
        var seal = Seal.forThisProcess("cursor");
        return () -> seal;
    }

    /// @param access  what each call shows the upstream
    /// @param parties for whom it is told each call is
    /// @param cursors seals where lists go on; asked when a list first does
    /// @param clock   for when a document was fetched
    public OpenApiSource(String name, OpenApiSettings settings, Upstream upstream, Access access, Parties parties,
            Supplier<Seal> cursors, InstantSource clock) {
        this(name, settings, ResourceSettings.NONE, upstream, Optional.empty(), access, parties, cursors, clock);
    }

    /// @param stream where changes are heard of, with credentials of their own; stays open too
    public OpenApiSource(String name, OpenApiSettings settings, ResourceSettings resources, Upstream upstream,
            Optional<Upstream> stream, Access access, Parties parties, Supplier<Seal> cursors, InstantSource clock) {
        this.name = name;
        this.settings = settings;
        this.resources = resources;
        this.stream = stream;
        var document = switch (settings.origin()) {
            case Origin.OfFile file -> Document.read(file.file(), file.folder());
            case Origin.OfAddress address -> ofAddress(address, clock);
            case Origin.Declared declared -> Document.of(declared);
        };
        var conversion = new Conversion(name, document, settings.callerHeader(), upstream::deadline, cursors,
                warnings::add);
        for (var chosen : Choice.of(document, settings, warnings::add)) {
            try {
                tools.add(new OperationTool(conversion.convert(chosen.tool(), chosen.settings(), chosen.operation()),
                        upstream, access, parties));
            } catch (Unconvertible e) {
                if (settings.origin() instanceof Origin.Declared) {
                    throw new IllegalArgumentException("the tool " + chosen.tool() + " cannot be made: "
                            + e.getMessage() + ".", e);
                }
                warnings.add("The operation " + chosen.operation().address() + " cannot become the tool "
                        + chosen.tool() + ": " + e.getMessage() + ".");
            }
        }
        resources.templates().forEach((each, template) -> templates.add(new ToolResource(each, template,
                tools.stream().filter(tool -> tool.spec().name().equals(template.tool())).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("The resource " + each + " is read by the tool "
                        + template.tool() + ", which is not there.")))));
    }

    /// The copy that is kept, and beside it a look whether the address still has the same; the first time, what the
    /// address has.
    private Document ofAddress(Origin.OfAddress address, InstantSource clock) {
        var pinned = new PinnedDocument(name, address, clock);
        var kept = pinned.kept();
        if (kept.isPresent()) {
            if (address.write()) {
                looking = Thread.ofVirtual().name("document of " + name).start(() -> look(pinned, kept.get()));
            }
            return kept.get();
        }
        var fetched = pinned.fetched();
        if (address.write()) {
            pinned.keep(fetched);
        }
        return fetched;
    }

    private void look(PinnedDocument pinned, Document used) {
        try {
            var offered = pinned.fetched();
            var differences = PinnedDocument.same(used, offered) ? List.<String>of()
                    : Drift.between(used, offered, settings);
            if (!differences.isEmpty()) {
                warn("Its document has changed where it comes from, and the copy is used as before: "
                        + String.join("; ", differences.stream().limit(Limits.TOLD_DIFFERENCES).toList())
                        + (differences.size() > Limits.TOLD_DIFFERENCES ? "; and " + (differences.size()
                        - Limits.TOLD_DIFFERENCES) + " more" : "")
                        + ". To use what it has now: doorwarden openapi accept "
                        + "DIR " + name);
            }
        } catch (IllegalArgumentException e) {
            if (Thread.currentThread().isInterrupted()) {
                return;                                          // closed meanwhile
            }
            warn("Its document could not be looked at again, and the copy is used as before. " + e.getMessage());
        }
    }

    private void warn(String warning) {
        warnings.add(warning);
        LOG.atWarn().addKeyValue("source", name).log(warning);
    }

    /// Waits until the look at the address is over.
    void awaitLook() throws InterruptedException {
        if (looking != null) {
            looking.join();
        }
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.interrupt();
        }
        if (feed != null) {
            feed.close();
        }
    }

    @Override
    public void listen(Listener listener) {
        if (resources.feed().isPresent() && stream.isPresent()) {
            feed = new ChangeFeed(name, resources.feed().get(), stream.get(), listener);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Things things() {
        return new Things(List.copyOf(tools), List.of(), templates, List.of(), List.of());
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
