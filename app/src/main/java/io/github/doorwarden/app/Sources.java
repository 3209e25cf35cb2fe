package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.Variables;
import io.github.doorwarden.server.Catalogue;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.JavaSource;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.ToolListing;
import io.github.doorwarden.server.WhoAmI;
import io.github.doorwarden.upstream.Hops;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All sources of a deployment, and the endpoints that project them. Those of the configuration can be replaced while
/// calls run: a call keeps the source that it began with until its deadline. Safe for use by many threads.
final class Sources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    /// On top of the longest deadline of a source's tools, before it is closed under calls that it may still have.
    private static final Duration RETIRED_FOR = Duration.ofSeconds(5);

    /// @param from     where it comes from, for the sentence about two of one name
    /// @param declared empty for one that does not come from the configuration
    private record Held(Source source, String from, Optional<DeclaredSource> declared) {}

    private final PersonalAccounts accounts;
    private final Hops hops;
    private final InstantSource clock;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<DeclaredSource> retired = new ArrayList<>();
    private volatile List<Held> all = List.of();
    private volatile Config config;
    private Following following;
    private ScheduledExecutorService undertaker;

    private Sources(Config config, PersonalAccounts accounts, Hops hops, InstantSource clock) {
        this.hops = hops;
        this.config = config;
        this.accounts = accounts;
        this.clock = clock;
    }

    /// @param accounts for upstreams that work with people's own
    /// @param hops    hears of each sending to a backend
    /// @param further sources that come neither from the file nor from a plugin; whoever gives them closes them
    /// @throws StartFailure with the source and the reason
    static Sources of(Config config, List<Source> further, PersonalAccounts accounts, Hops hops,
            InstantSource clock) {
        var sources = new Sources(config, accounts, hops, clock);
        try {
            sources.begin(further);
            return sources;
        } catch (RuntimeException e) {
            sources.close();
            throw e;
        }
    }

    private void begin(List<Source> further) {
        add(new Held(new JavaSource("builtin", List.of(WhoAmI.tool())), "Doorwarden itself", Optional.empty()));
        for (var source : config.sources().values()) {
            add(declared(config, config.variables(), source));
        }
        var plugins = Plugins.of(config.plugins());
        open.add(plugins);
        plugins.all().forEach(plugin -> open.add(plugin.source()));
        plugins.all().forEach(plugin -> add(new Held(plugin.source(), "the plugin " + plugin.jar(),
                Optional.empty())));
        further.forEach(source -> add(new Held(source, "the program that started Doorwarden", Optional.empty())));
    }

    /// Builds everything once and lets it go: what only the documents of the sources can tell comes to light without a
    /// start. No backend is called.
    ///
    /// @throws StartFailure with the source and the reason
    static void check(Config config, InstantSource clock) {
        trial(config, clock).close();
    }

    /// Of all sources, in the order of the catalogue.
    ///
    /// @throws StartFailure with the source and the reason
    static List<SourceReport> reports(Config config, InstantSource clock) {
        try (var sources = trial(config, clock)) {
            return sources.all.stream().map(sources::report).toList();
        }
    }

    private SourceReport report(Held held) {
        var things = held.source.things();
        var tools = things.tools().stream().map(ToolListing::of).toList();
        var behind = config.endpoints().stream().filter(endpoint -> endpoint.sources().contains(held.source.name())
                || tools.stream().anyMatch(tool -> endpoint.tools().contains(tool.spec().name())))
                .map(Config.EndpointConfig::path).collect(Collectors.toCollection(LinkedHashSet::new));
        return new SourceReport(held.source.name(), held.from, tools, things.resources().size(),
                things.templates().size(), things.prompts().size(), things.skills().size(), behind,
                held.source.warnings());
    }

    private static Sources trial(Config config, InstantSource clock) {
        var nowhere = URI.create("http://127.0.0.1:1");
        config.variables().put("self", nowhere.toString());
        config.companions().keySet().forEach(name -> config.variables().put("companion:" + name, nowhere.toString()));
        var sources = of(config, List.of(), new PersonalAccounts(config, nowhere, clock), Hops.NONE,
                clock);
        try {
            sources.endpoints(nowhere);
            return sources;
        } catch (RuntimeException e) {
            sources.close();
            throw e;
        }
    }

    /// The backends, as the configuration has them now.
    Collection<Config.UpstreamConfig> upstreams() {
        return config.upstreams().values();
    }

    private Held declared(Config from, Variables variables, Config.SourceConfig source) {
        var made = new DeclaredSource(from, variables, source, accounts, hops, clock);
        return new Held(made.source(), "sources in " + ConfigFile.NAME, Optional.of(made));
    }

    private void add(Held held) {
        held.declared.ifPresent(open::add);
        all = unique(all, held);
        warn(held.source);
    }

    private static void warn(Source source) {
        source.warnings().forEach(warning -> LOG.atWarn().addKeyValue("source", source.name()).log(warning));
    }

    private static List<Held> unique(List<Held> before, Held more) {
        for (var other : before) {
            if (other.source.name().equals(more.source.name())) {
                throw new StartFailure("Two sources are named " + more.source.name() + ": one comes from " + other.from
                        + ", one from " + more.from + ". Rename one of them.");
            }
        }
        var longer = new ArrayList<>(before);
        longer.add(more);
        return List.copyOf(longer);
    }

    /// Takes the sources, the upstreams and the choice behind the endpoints from another configuration. Sources of
    /// which it says the same stay as they are. Nothing changes when something of it cannot be used.
    ///
    /// @param read another reading of the file; of it, only what can change without a start is taken
    /// @return names of the sources that are new or other ones, or gone
    /// @throws StartFailure with the source and the reason
    synchronized List<String> reload(Config read, URI origin) {
        var fresh = config.withLive(read);
        var next = new ArrayList<Held>();
        var made = new ArrayList<Held>();
        try {
            all.stream().filter(held -> held.source.name().equals("builtin")).forEach(next::add);
            for (var wanted : fresh.sources().values()) {
                var same = all.stream().filter(held -> held.declared.filter(old ->
                        old.source().name().equals(wanted.name()) && old.isStill(fresh, wanted)).isPresent())
                        .findFirst();
                if (same.isEmpty()) {
                    made.add(declared(fresh, fresh.variables(), wanted));
                }
                next.add(same.orElseGet(made::getLast));
            }
            all.stream().filter(held -> held.declared.isEmpty() && !next.contains(held)).forEach(next::add);
            var together = List.<Held>of();
            for (var held : next) {
                together = unique(together, held);
            }
            project(together, fresh, origin);
            // What cannot be offered must show before the old source is given up.
            made.forEach(held -> held.source.things().tools().forEach(ToolListing::of));
            atOnce(made, held -> held.declared.orElseThrow().look());
        } catch (RuntimeException e) {
            made.forEach(held -> held.declared.orElseThrow().close());
            throw e instanceof StartFailure ? e : new StartFailure(e.getMessage(), e);
        }
        var gone = all.stream().filter(held -> !next.contains(held)).toList();
        made.forEach(held -> gone.stream().filter(old -> old.source.name().equals(held.source.name()))
                .forEach(old -> ToolChanges.log(held.source.name(), old.source.things(), held.source.things())));
        all = List.copyOf(next);
        config = fresh;
        made.forEach(held -> open.add(held.declared.orElseThrow()));
        var told = following;
        atOnce(made, held -> alone(held, () -> {
            warn(held.source);
            held.source.listen(told.of(held.source.name()));
        }));
        following.look("configuration");
        gone.forEach(held -> alone(held, () -> retire(held)));
        var names = new ArrayList<String>();
        made.forEach(held -> names.add(held.source.name()));
        gone.stream().map(held -> held.source.name()).filter(name -> !names.contains(name)).forEach(names::add);
        return names;
    }

    /// What fails of one source keeps no other from its turn.
    private static void alone(Held held, Runnable turn) {
        try {
            turn.run();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("source", held.source.name()).setCause(e)
                    .log("A source of the new configuration cannot follow its changes, or an old one cannot be "
                    + "closed.");
        }
    }

    /// What tells the files that the sources of the configuration read from others of the same names.
    String files() {
        return SourceFiles.of(config);
    }

    /// Closed when no call can have it any more.
    private void retire(Held held) {
        var source = held.declared.orElseThrow();
        var longest = held.source.things().tools().stream().map(tool -> tool.spec().deadline())
                .max(Duration::compareTo).orElse(Duration.ZERO).plus(RETIRED_FOR);
        if (undertaker == null) {
            undertaker = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("retired")
                    .factory());
        }
        retired.add(source);
        undertaker.schedule(() -> bury(source), longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void bury(DeclaredSource source) {
        if (retired.remove(source)) {
            open.remove(source);
            source.close();
        }
    }

    /// The endpoints, each with the resource identifier that its path has under the public origin.
    ///
    /// @throws StartFailure when names collide or are not known
    List<Endpoint> endpoints(URI origin) {
        try {
            return project(all, config, origin);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(e.getMessage());
        }
    }

    private static List<Endpoint> project(List<Held> held, Config config, URI origin) {
        var catalogue = new Catalogue(held.stream().map(Held::source).toList());
        return config.endpoints().stream().map(endpoint -> new Endpoint(endpoint.path(),
                origin.resolve(endpoint.path()),
                catalogue.select(Set.copyOf(endpoint.sources()), Set.copyOf(endpoint.tools())), endpoint.openMethods(),
                endpoint.methods(), endpoint.instructions())).toList();
    }

    /// Looks at what is behind the sources of the configuration, before anybody calls.
    ///
    /// @throws StartFailure when one of them lets its source do more than it needs, with the remedy
    void look() {
        atOnce(all, held -> held.declared.ifPresent(DeclaredSource::look));
    }

    /// For all of them at the same time: some wait for what is behind them, and nobody waits for all of these in turn.
    /// Returns when all are through.
    ///
    /// @throws RuntimeException of the first, in their order, that threw
    private static void atOnce(List<Held> some, Consumer<Held> turn) {
        try (var turns = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(some.stream().map(held -> CompletableFuture.runAsync(() -> turn.accept(held),
                    turns)).toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    /// How the sources are that can be down alone, by their names.
    Map<String, String> states() {
        var states = new LinkedHashMap<String, String>();
        all.forEach(held -> held.declared.flatMap(DeclaredSource::state).ifPresent(state ->
                states.put(held.source.name(), state)));
        return states;
    }

    /// Serves what sources have from now on whenever one says that it has something else.
    ///
    /// @param served as the dispatch has them
    synchronized void follow(URI origin, List<Endpoint> served, Dispatch dispatch) {
        following = new Following(() -> project(all, config, origin), served, dispatch);
        var told = following;
        atOnce(all, held -> held.source.listen(told.of(held.source.name())));
        following.look("builtin");                     // something may have changed since the endpoints were made
    }

    /// How many warnings each source has now that has some.
    Map<String, Integer> warnings() {
        var counts = new LinkedHashMap<String, Integer>();
        all.stream().map(Held::source).forEach(source -> Optional.of(source.warnings().size())
                .filter(count -> count > 0)
                .ifPresent(count -> counts.put(source.name(), count)));
        return counts;
    }

    @Override
    public synchronized void close() {
        if (undertaker != null) {
            undertaker.shutdownNow();
        }
        for (var closeable : open.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOG.warn("A source could not be closed.", e);
            }
        }
        open.clear();
    }
}
