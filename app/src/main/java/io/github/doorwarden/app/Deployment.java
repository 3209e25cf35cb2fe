package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.authserver.ConnectedAccounts;
import io.github.doorwarden.http.HttpServer;
import io.github.doorwarden.http.HttpSettings;
import io.github.doorwarden.http.Limits;
import io.github.doorwarden.http.PublicOrigin;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.TlsFiles;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.TaskRecords;
import io.github.doorwarden.transport.About;
import io.github.doorwarden.transport.McpRoutes;
import io.github.doorwarden.transport.RestRoutes;
import io.github.doorwarden.transport.StdioEndpoint;
import io.github.doorwarden.transport.legacy.Sessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running deployment: everything that one configuration asks for, wired by hand, in the order in which it starts.
/// Closing it stops everything in the opposite order.
public final class Deployment implements AutoCloseable {

    /// The environment variable whose access token says who calls over stdio.
    public static final String TOKEN = "DOORWARDEN_TOKEN";

    static final String DATABASE = "doorwarden.db";
    static final String VERSION = "0.1.0";
    private static final Duration LISTS_KEPT = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    private Config config;
    private final URI origin;
    private final int port;
    private final Consumer<String> console;
    private final InstantSource clock = InstantSource.system();
    private Sources sources;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private StdioEndpoint stdio;
    private List<Route> served = List.of();

    private Deployment(Config config, int port, Consumer<String> console) {
        this.config = config;
        this.port = port;
        this.origin = originOf(config, port);
        this.console = console;
    }

    /// Starts to serve over HTTP and returns when calls are accepted.
    ///
    /// @param console told what a person at the terminal must read, for example a sign-in link in development
    /// @throws StartFailure with what failed and what to do; nothing is left running
    public static Deployment start(Config config, Consumer<String> console) {
        return start(config, List.of(), console);
    }

    /// The same for a program that brings sources of its own: endpoints of the configuration refer to them by their
    /// names. They are closed with the deployment, and when the start fails.
    ///
    /// @throws StartFailure with what failed and what to do; nothing is left running
    public static Deployment start(Config config, List<Source> sources, Consumer<String> console) {
        var port = config.server().port() == 0 ? freePort(config.server().host()) : config.server().port();
        var deployment = new Deployment(config, port, console);
        sources.forEach(deployment::closing);
        deployment.begin(() -> deployment.serve(sources));
        return deployment;
    }

    /// Starts everything but the HTTP server: no port is taken, and nobody signs in here. [#converse] serves then.
    ///
    /// @param path  of one endpoint; empty for the first
    /// @param token access token of whoever uses the pipes; without one they are anonymous
    /// @throws StartFailure with what failed and what to do; nothing is left running
    public static Deployment startStdio(Config config, Optional<String> path, Optional<String> token, InputStream in,
            OutputStream out) {
        var deployment = new Deployment(config, config.server().port(), line -> { });
        deployment.begin(() -> deployment.pipe(chosen(config, path), token, in, out));
        return deployment;
    }

    private static String chosen(Config config, Optional<String> path) {
        var all = config.endpoints().stream().map(Config.EndpointConfig::path).toList();
        return path.map(asked -> asked.length() > 1 && asked.endsWith("/") ? asked.substring(0, asked.length() - 1)
                : asked).or(() -> Optional.of(all.getFirst())).filter(all::contains).orElseThrow(() ->
                new StartFailure("There is no endpoint " + path.orElse("") + ". This deployment has "
                        + String.join(", ", all) + "."));
    }

    private static URI originOf(Config config, int port) {
        return config.server().publicOrigin().orElse(URI.create(config.server().scheme() + "://" + hostOf(config)
                + ":" + port));
    }

    private void begin(Runnable work) {
        try {
            work.run();
        } catch (StartFailure e) {
            close();
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("The start failed.", e);
            close();
            throw new StartFailure("Doorwarden cannot start: " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    /// Reads what the configuration names, the documents of its sources above all, as a start would; nothing is
    /// written, nobody is called.
    ///
    /// @throws ConfigMistakes with the first thing that would stop a start
    public static void check(Config config) {
        try {
            tls(config, InstantSource.system()).ifPresent(TlsFiles::check);
            Sources.check(config, InstantSource.system());
            Elsewhere.check(config);
        } catch (StartFailure | IllegalArgumentException e) {
            throw new ConfigMistakes(List.of(e.getMessage()));
        }
    }

    private static String hostOf(Config config) {
        var host = config.server().host();
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static int freePort(String host) {
        try (var socket = new ServerSocket(0, 1,
                InetAddress.ofLiteral(host.equals("localhost") ? "127.0.0.1" : host))) {
            return socket.getLocalPort();
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("There is no free port on " + host + ": " + e.getMessage());
        }
    }

    private void serve(List<Source> further) {
        config.variables().put("self", origin.toString());
        if (!config.front().isEmpty()) {
            known(startCompanions(false));
            // last to close: streams that it passes on are ended by the servers behind it
            started.addLast(HttpServer.front(engine(), config.behind()));
            return;
        }
        var inside = inside(false, further,
                (database, audit, accounts, watching) -> Entrance.guarded(config, origin, database, audit, accounts,
                        watching, console, clock));
        var entrance = inside.entrance;
        var routes = new ArrayList<Route>();
        routes.add(new Route("GET", "/health", 0, Cors.NONE, false, inside.health::handle));
        routes.add(Route.get("/", Cors.OPEN, new Lobby(config, origin, VERSION)::handle));
        routes.addAll(McpRoutes.of(inside.endpoints, inside.about, entrance.callers(), entrance.policy(),
                inside.dispatch, inside.sessions.get(), inside.audit, clock));
        routes.addAll(RestRoutes.of(inside.endpoints.stream().filter(this::isRest).toList(), entrance.callers(),
                entrance.policy(), inside.dispatch, inside.audit, clock));
        routes.addAll(entrance.routes());
        routes.addAll(inside.watching.routes());
        routes.add(ClientKeys.route(config, sources::upstreams));
        routes.addAll(Aliases.of(config.authorization().elsewhere().aliases(), routes));
        served = List.copyOf(routes);
        closing(HttpServer.start(engine(), routes));
    }

    private void pipe(String path, Optional<String> token, InputStream in, OutputStream out) {
        var inside = inside(true, List.of(),
                (database, audit, accounts, watching) ->
                Entrance.verified(config, origin, database, audit, token, clock));
        var endpoint = inside.endpoints.stream().filter(each -> each.path().equals(path)).findFirst().orElseThrow();
        var remedy = "Start this process with " + TOKEN + " set to an access token for " + endpoint.resource()
                + ", or connect your client to that URL, where you can sign in.";
        var bearer = new StdioEndpoint.Bearer(() -> inside.entrance.pipes().apply(endpoint.resource()),
                inside.entrance.callers()::mayStay, remedy);
        stdio = closing(new StdioEndpoint(endpoint, inside.about, bearer, inside.entrance.policy(), inside.dispatch,
                inside.audit, clock, in, out));
    }

    /// From now on, serves other sources when the file of the configuration names others.
    ///
    /// @param reading reads the file anew, as it was read for this deployment; throws ConfigMistakes
    public void follow(Supplier<Config> reading) {
        if (sources != null) {                                       // a front has none
            closing(new Reloading(config, reading, fresh -> sources.reload(fresh, origin), sources::files));
        }
    }

    /// Serves over the pipes until the other end closes them.
    ///
    /// @throws IOException when they cannot be read
    public void converse() throws IOException {
        stdio.run();
    }

    /// Everything that is answered over HTTP.
    List<Route> served() {
        return served;
    }

    private boolean isRest(Endpoint endpoint) {
        return config.endpoints().stream().anyMatch(each -> each.rest() && each.path().equals(endpoint.path()));
    }

    /// What is behind every front end.
    ///
    /// @param sessions made for a front end that has some
    private record Inside(Watching watching, AuditLog audit, Entrance entrance, Health health, List<Endpoint> endpoints,
            Dispatch dispatch, About about, Supplier<Sessions> sessions) {}

    /// How callers are let in.
    private interface Guarding {
        Entrance of(Database database, AuditLog audit, ConnectedAccounts accounts, Watching watching);
    }

    private Inside inside(boolean borrowing, List<Source> further, Guarding guarded) {
        config.variables().put("self", origin.toString());
        var companions = startCompanions(borrowing);
        if (config.isWaiting()) {
            known(companions);
            config = config.settled();
        }
        var accounts = closing(new PersonalAccounts(config, origin, clock));
        var watching = closing(Watching.of(config, clock));
        var sources = startSources(companions, further, accounts, watching);
        var database = closing(Database.open(config.state().resolve(DATABASE)));
        var audit = closing(new AuditLog(database));
        watching.hear(audit);
        var entrance = config.authorization().enabled() ? closing(guarded.of(database, audit,
                accounts.open(database, audit), watching)) : Entrance.OPEN;
        entrance.tokens().ifPresent(accounts.presented()::by);
        var health = health(database, audit, companions.stream().map(Deployment::await).toList());
        entrance.health().forEach(health::add);
        var ready = await(sources);
        health.beside(ready.sources()::states);
        var endpoints = ready.endpoints();
        var master = FrontDoor.masterKey(config.variables());
        var spent = new Spent(database);
        var dispatch = new Dispatch(endpoints, new Dispatch.Ground(entrance.policy(), audit, spent,
                new Seal(master, "requestState"), new Seal(master, "confirmation"), config.limits(), clock,
                Optional.of(new TaskRecords(database, new Seal(master, "tasks")))));
        closing(dispatch.tending());
        ready.sources().follow(origin, endpoints, dispatch);
        this.sources = ready.sources();
        accounts.tell(dispatch.changes());
        health.streams(dispatch.changes()::listeners);
        health.warnings(ready.sources()::warnings);
        health.warnings(watching::warnings);
        watching.look(health, dispatch.changes()::listeners, audit);
        var about = new About(config.name(), config.name(), VERSION, LISTS_KEPT);
        return new Inside(watching, audit, entrance, health, endpoints, dispatch, about,
                () -> sessions(new Seal(master, "session"), spent));
    }

    private HttpSettings engine() {
        var server = config.server();
        var extra = server.allowedOrigins().stream().map(PublicOrigin::parse).toList();
        return new HttpSettings(server.host(), port, Optional.of(PublicOrigin.parse(origin.toString())), extra,
                Limits.STANDARD, server.trustedProxies(), tls(config, clock));
    }

    private static Optional<TlsFiles> tls(Config config, InstantSource clock) {
        return config.server().tls().map(files -> new TlsFiles(files.certificate(), files.key(), clock));
    }

    /// What legacy clients leave behind, looked after in the background.
    private Sessions sessions(Seal seal, Spent spent) {
        var offered = config.endpoints().stream().filter(Config.EndpointConfig::sessions)
                .map(Config.EndpointConfig::path).collect(Collectors.toUnmodifiableSet());
        var sessions = new Sessions(seal, spent, clock, offered::contains, config.limits().streams());
        sessions.tend();                                            // what was ended before this start stays ended
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sessions")
                .factory());
        schedule.scheduleWithFixedDelay(() -> Entrance.quietly(sessions::tend), 1, 1, TimeUnit.SECONDS);
        schedule.scheduleWithFixedDelay(() -> Entrance.quietly(() -> spent.sweep(clock.instant())), 1, 5,
                TimeUnit.MINUTES);
        closing(schedule::shutdownNow);
        return sessions;
    }

    /// The sources and what they make of the endpoints.
    private record Ready(Sources sources, List<Endpoint> endpoints) implements AutoCloseable {
        @Override
        public void close() {
            sources.close();
        }
    }

    /// While the database opens: reading the documents of the sources is as long a work, and neither needs the other.
    private Future<Ready> startSources(List<Future<Companion>> companions, List<Source> further,
            PersonalAccounts accounts, Watching watching) {
        return starting("sources", () -> {
            known(companions);
            var sources = Sources.of(config, further, accounts, watching.hops(), clock);
            try {
                var ready = new Ready(sources, sources.endpoints(origin));
                sources.look();
                return ready;
            } catch (RuntimeException e) {
                sources.close();
                throw e;
            }
        });
    }

    /// Waits for them; their addresses are known then.
    private void known(List<Future<Companion>> companions) {
        for (var companion : companions) {
            var running = await(companion);
            config.variables().put("companion:" + running.name(), running.address());
        }
    }

    private static Health health(Database database, AuditLog audit, List<Companion> companions) {
        var health = new Health();
        // A table, because SQLite answers SELECT 1 without a look at the file.
        health.add("store", () -> database.first("SELECT 1 FROM migration", row -> row.getInt(1)).isPresent());
        health.add("audit", audit::accepts);
        companions.forEach(companion -> health.add(companion.name(), companion::alive));
        return health;
    }

    /// All at once, in the background: a companion may need as long to start as everything else together.
    ///
    /// @param borrowing whether one that a process beside this one has started will do
    private List<Future<Companion>> startCompanions(boolean borrowing) {
        var order = new CompanionOrder(config.companions().values(), config.variables());
        return config.companions().values().stream().map(companion -> starting(companion.name(), () ->
                order.start(companion, () -> {
                    var beside = borrowing ? Companion.borrowed(companion, config.state())
                            : Optional.<Companion>empty();
                    return beside.orElseGet(() -> Companion.start(companion, config.variables(), config.state(),
                            console));
                }))).toList();
    }

    /// On a thread of its own; closed with the deployment.
    private <T extends AutoCloseable> Future<T> starting(String name, Callable<T> work) {
        var task = meanwhile(name, work);
        closing(() -> close(task));
        return task;
    }

    static <T> Future<T> meanwhile(String name, Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("start-" + name).start(task);
        return task;
    }

    /// Also one that was still starting when something else failed.
    private static void close(Future<? extends AutoCloseable> starting) throws Exception {
        try {
            starting.get().close();
        } catch (ExecutionException neverStarted) {
            LOG.debug("A part of the deployment had not started.", neverStarted);
        }
    }

    static <T> T await(Future<T> starting) {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case RuntimeException failure -> failure;
                default -> new StartFailure("A part of the deployment cannot start: " + e.getCause());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("Interrupted during the start.");
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        started.push(resource);
        return resource;
    }

    /// URLs of the endpoints, in the order of the configuration.
    public List<URI> endpoints() {
        return config.endpoints().stream().map(endpoint -> origin.resolve(endpoint.path())).toList();
    }

    /// Where it listens, whatever its public origin is.
    URI listening() {
        return URI.create(config.server().scheme() + "://" + hostOf(config) + ":" + port);
    }

    /// The first endpoint; of a front, the first of its paths; the issuer of an authorization server alone.
    public URI address() {
        return endpoints().stream().findFirst().orElseGet(() -> config.front().keySet().stream()
                .filter(path -> !path.equals("/") && !path.startsWith("/.")).findFirst().map(origin::resolve)
                .orElse(origin));
    }

    /// What a person reads after the start.
    public String guide() {
        return guided().text();
    }

    Guide guided() {
        return new Guide(config, origin);
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.warn("Something could not be closed.", e);
            }
        }
    }
}
