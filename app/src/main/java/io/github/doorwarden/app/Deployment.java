package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.authserver.BrowserSide;
import io.github.doorwarden.authserver.Keys;
import io.github.doorwarden.authserver.LinkSender;
import io.github.doorwarden.authserver.TokenSide;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.HttpServer;
import io.github.doorwarden.http.HttpSettings;
import io.github.doorwarden.http.Limits;
import io.github.doorwarden.http.PublicOrigin;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.http.Route.Cors;
import io.github.doorwarden.http.TlsFiles;
import io.github.doorwarden.identity.BearerTokens;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.identity.JwtVerifier;
import io.github.doorwarden.server.Dispatch;
import io.github.doorwarden.server.Endpoint;
import io.github.doorwarden.server.Policy;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.store.Seal;
import io.github.doorwarden.store.Spent;
import io.github.doorwarden.store.TaskRecords;
import io.github.doorwarden.transport.About;
import io.github.doorwarden.transport.Callers;
import io.github.doorwarden.transport.McpRoutes;
import java.io.IOException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running deployment: everything that one configuration asks for, wired by hand, in the order in which it starts.
/// Closing it stops everything in the opposite order.
public final class Deployment implements AutoCloseable {

    static final String DATABASE = "doorwarden.db";
    private static final String VERSION = "0.1.0";
    private static final Duration LISTS_KEPT = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(Deployment.class);

    private final Config config;
    private final URI origin;
    private final InstantSource clock = InstantSource.system();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private Deployment(Config config, URI origin) {
        this.config = config;
        this.origin = origin;
    }

    /// Starts and returns when calls are accepted.
    ///
    /// @param console told what a person at the terminal must read, for example a sign-in link in development
    /// @throws StartFailure with what failed and what to do; nothing is left running
    public static Deployment start(Config config, Consumer<String> console) {
        var port = config.server().port() == 0 ? freePort(config.server().host()) : config.server().port();
        var origin = config.server().publicOrigin().orElse(URI.create(config.server().scheme() + "://" + hostOf(config)
                + ":" + port));
        var deployment = new Deployment(config, origin);
        try {
            deployment.start(port, console);
            return deployment;
        } catch (StartFailure e) {
            deployment.close();
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("The start failed.", e);
            deployment.close();
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

    private void start(int port, Consumer<String> console) {
        config.variables().put("self", origin.toString());
        var companions = startCompanions();
        var sources = startSources(companions);
        var database = closing(Database.open(config.state().resolve(DATABASE)));
        var audit = closing(new AuditLog(database));
        var entrance = config.authorization().enabled() ? guarded(database, audit, console) : Entrance.OPEN;
        var health = health(database, audit, companions.stream().map(Deployment::await).toList());
        var endpoints = await(sources).endpoints();
        var master = FrontDoor.masterKey(config.variables());
        var spent = new Spent(database);
        var dispatch = new Dispatch(endpoints, new Dispatch.Ground(entrance.policy, audit, spent,
                new Seal(master, "requestState"), new Seal(master, "confirmation"), config.limits(), clock,
                Optional.of(new TaskRecords(database, new Seal(master, "tasks")))));
        closing(dispatch.tending());
        health.streams(dispatch.changes()::listeners);
        var about = new About(config.name(), config.name(), VERSION, LISTS_KEPT);

        var routes = new ArrayList<Route>();
        routes.add(new Route("GET", "/health", 0, Cors.NONE, false, health::handle));
        routes.addAll(McpRoutes.of(endpoints, about, entrance.callers, entrance.policy, dispatch, audit, clock));
        routes.addAll(entrance.routes);
        closing(HttpServer.start(engine(port), routes));
    }

    private HttpSettings engine(int port) {
        var server = config.server();
        var extra = server.allowedOrigins().stream().map(PublicOrigin::parse).toList();
        return new HttpSettings(server.host(), port, Optional.of(PublicOrigin.parse(origin.toString())), extra,
                Limits.STANDARD, server.trustedProxies(), tls(config, clock));
    }

    private static Optional<TlsFiles> tls(Config config, InstantSource clock) {
        return config.server().tls().map(files -> new TlsFiles(files.certificate(), files.key(), clock));
    }

    /// The sources and what they make of the endpoints.
    private record Ready(Sources sources, List<Endpoint> endpoints) implements AutoCloseable {
        @Override
        public void close() {
            sources.close();
        }
    }

    /// While the database opens: reading the documents of the sources is as long a work, and neither needs the other.
    private Future<Ready> startSources(List<Future<Companion>> companions) {
        return starting("sources", () -> {
            for (var companion : companions) {
                var running = await(companion);
                config.variables().put("companion:" + running.name(), running.address());
            }
            var sources = Sources.of(config, clock);
            try {
                return new Ready(sources, sources.endpoints(config, origin));
            } catch (StartFailure e) {
                sources.close();
                throw e;
            }
        });
    }

    /// Who may come in, how that is found out, and where they can ask.
    private record Entrance(Policy policy, Callers callers, List<Route> routes) {

        /// Mode `off`: everybody who reaches this machine's loopback.
        static final Entrance OPEN = new Entrance(Policy.withoutAuthorization(), Callers.NOBODY, List.of());
    }

    /// Callers by their bearer tokens.
    private record TokenCallers(BearerTokens tokens) implements Callers {

        @Override
        public Caller of(HttpIn in, URI resource) {
            return tokens.verify(in, resource);
        }

        @Override
        public boolean mayStay(Caller caller) {
            return tokens.mayStay(caller);
        }
    }

    /// The embedded authorization server, and the verification of what it issues.
    private Entrance guarded(Database database, AuditLog audit, Consumer<String> console) {
        var door = new FrontDoor(config, origin, database, audit::write, clock);
        var opened = meanwhile("keys", () -> new Keys(database, FrontDoor.masterKey(config.variables()), door.settings,
                clock));
        door.declare(config);
        var keys = await(opened);
        var bounds = io.github.doorwarden.identity.Limits.STANDARD;
        var verifier = new JwtVerifier(origin.toString(), keys::published, bounds, clock);
        var tokens = new BearerTokens(verifier, door.grants::isRevoked, bounds, clock);
        var tokenSide = new TokenSide(door.settings, database, door.clients, door.codes, door.grants, keys,
                door::claims, clock, audit::write);
        LinkSender printed = (person, link) -> console.accept(
                "\n  Sign-in link for " + person.email() + ":\n  " + link + "\n");
        var browserSide = new BrowserSide(door.settings, database, door.clients, door.codes, printed, audit::write,
                clock);
        sweep(door, keys, tokenSide, browserSide);
        var routes = new ArrayList<>(door.resourceMetadata());
        routes.addAll(tokenSide.routes());
        routes.addAll(browserSide.routes());
        return new Entrance(new Policy(config.authorization().scopes()), new TokenCallers(tokens), routes);
    }

    private static Health health(Database database, AuditLog audit, List<Companion> companions) {
        var health = new Health();
        health.add("store", () -> database.first("SELECT 1", row -> row.getInt(1)).isPresent());
        health.add("audit", audit::accepts);
        companions.forEach(companion -> health.add(companion.name(), companion::alive));
        return health;
    }

    /// All at once, in the background: a companion may need as long to start as everything else together.
    private List<Future<Companion>> startCompanions() {
        return config.companions().values().stream().map(companion -> starting(companion.name(),
                () -> Companion.start(companion, config.variables(), config.state()))).toList();
    }

    /// On a thread of its own; closed with the deployment.
    private <T extends AutoCloseable> Future<T> starting(String name, Callable<T> work) {
        var task = meanwhile(name, work);
        closing(() -> close(task));
        return task;
    }

    private static <T> Future<T> meanwhile(String name, Callable<T> work) {
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

    private static <T> T await(Future<T> starting) {
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

    private void sweep(FrontDoor door, Keys keys, TokenSide tokenSide, BrowserSide browserSide) {
        var schedule = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("sweep").factory());
        schedule.scheduleWithFixedDelay(() -> quietly(door.grants::refresh), 1, 1, TimeUnit.SECONDS);
        schedule.scheduleWithFixedDelay(() -> quietly(keys::refresh), 1, 1, TimeUnit.MINUTES);
        schedule.scheduleWithFixedDelay(() -> quietly(() -> {
            tokenSide.sweep(clock.instant());
            browserSide.sweep(clock.instant());
        }), 1, 5, TimeUnit.MINUTES);
        closing(schedule::shutdownNow);
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("Work in the background failed; it is tried again.", e);
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

    /// What a person reads after the start.
    public String guide() {
        return new Guide(config, origin).text();
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.warn("Something could not be closed.", e);
            }
        }
    }
}
