package io.github.doorwarden.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP engine, running: HTTP/1.1 and HTTP/2 behind one table of routes, over TLS when the settings have a
/// certificate, otherwise for a proxy in front where TLS ends.
///
/// What a [Route.Handler] may rely on: the request was unambiguous and within all [Limits], its Host names this server,
/// its Origin was allowed (for [Route.Cors#MCP]), its body is whole. Handlers run on virtual threads, many at once.
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    /// What the kernel may queue while we are at [Limits#connections()]; it takes less if `somaxconn` is less.
    private static final int LISTEN_QUEUE = 1024;
    /// How long a kept-alive connection without a request may delay the end of a drain.
    private static final int IDLE_AT_SHUTDOWN_MS = 250;

    private final Server jetty;
    private final Engine engine;
    private final Optional<Tls> tls;
    private final Duration drain;
    private final int port;
    private final PublicOrigin origin;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(Server jetty, Engine engine, Optional<Tls> tls, Duration drain, int port, PublicOrigin origin) {
        this.jetty = jetty;
        this.engine = engine;
        this.tls = tls;
        this.drain = drain;
        this.port = port;
        this.origin = origin;
    }

    /// Loads the engine before there are routes for it; that takes longer than starting it then.
    public static void prepare() {
        new ServerConnector(new Server(new VirtualThreadPool(0)), Protocols.of(Limits.STANDARD, Optional.empty()));
    }

    /// Binds and serves; returns when connections are accepted.
    ///
    /// @throws UncheckedIOException     when the address cannot be bound, with a sentence for the operator
    /// @throws IllegalArgumentException when the routes contradict each other, or the certificate cannot be used
    public static HttpServer start(HttpSettings settings, List<Route> routes) {
        return start(settings, origin -> routes);
    }

    /// The same for routes whose answers contain our own URL: they are made when the port is known, before the first
    /// request is read.
    public static HttpServer start(HttpSettings settings, Function<PublicOrigin, List<Route>> routes) {
        return start(settings, routes, Map.of());
    }

    /// A public front of servers that run elsewhere ([Front]): the same port, the same TLS, the same bounds on
    /// connections and headers, and nothing of its own behind them.
    ///
    /// @param behind from a path to the server that has it and everything below it
    /// @throws UncheckedIOException when the address cannot be bound, with a sentence for the operator
    public static HttpServer front(HttpSettings settings, Map<String, URI> behind) {
        return start(settings, origin -> List.of(), behind);
    }

    private static HttpServer start(HttpSettings settings, Function<PublicOrigin, List<Route>> routes,
            Map<String, URI> behind) {
        var server = new Server(new VirtualThreadPool(0));     // connections and calls have bounds of their own
        var tls = settings.tls().map(files -> new Tls(server, files));
        var connector = connector(server, settings, tls);
        try {
            connector.open();
        } catch (IOException taken) {
            throw new UncheckedIOException("Cannot listen on " + settings.host() + ":" + settings.port() + " ("
                    + taken.getMessage() + "). Stop whatever listens there, or choose another port.", taken);
        }
        var port = connector.getLocalPort();
        var origin = settings.publicOrigin()
                .orElseGet(() -> PublicOrigin.parse((tls.isPresent() ? "https://" : "http://")
                + bracketed(settings.host()) + ":" + port));
        Engine engine;
        try {
            var answers = new Answers(origin.isHttps());
            var hosts = new Hosts(origin, settings.isLoopback(), port);
            var peers = new Peers(settings.trustedProxies());
            engine = new Engine(new Routes(routes.apply(origin)), hosts, new Origins(origin, settings.extraOrigins()),
                    peers, settings.limits(), answers);
            server.setHandler(behind.isEmpty() ? engine
                    : new Handler.Sequence(Front.of(behind, hosts, peers, settings.limits(), answers), engine));
            server.addBean(new Heartbeat(server, engine.streams()));
            server.setErrorHandler(new Malformed(answers));
            server.start();
        } catch (RuntimeException contradiction) {
            connector.close();
            throw contradiction;
        } catch (Exception failed) {
            connector.close();
            throw new IllegalStateException("The HTTP engine did not start: " + failed.getMessage(), failed);
        }
        return new HttpServer(server, engine, tls, settings.limits().drain(), port, origin);
    }

    private static ServerConnector connector(Server server, HttpSettings settings, Optional<Tls> tls) {
        var limits = settings.limits();
        var connector = new ServerConnector(server, Protocols.of(limits, tls));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(LISTEN_QUEUE);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(IDLE_AT_SHUTDOWN_MS);
        connector.addBean(new HeaderDeadline(connector, limits));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        tls.ifPresent(server::addBean);
        return connector;
    }

    private static String bracketed(String host) {
        return host.equals("::1") ? "[::1]" : host;
    }

    /// The port really bound.
    public int port() {
        return port;
    }

    /// The origin that all our URLs begin with.
    public PublicOrigin origin() {
        return origin;
    }

    /// Looks at once whether the certificate's files have changed, instead of within a few seconds. Does nothing
    /// without TLS.
    public void lookAtCertificate() {
        tls.ifPresent(Tls::look);
    }

    /// Takes no new connection, answers new calls on open ones with 503, lets running calls end within
    /// [Limits#drain()] and event streams that rest say goodbye, then closes what is left. Returns when all that is
    /// done; the second call does nothing. Fit for a shutdown hook.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            drain();
        } catch (TimeoutException busy) {
            LOG.warn("The HTTP engine closes before all calls have ended: they took longer than {}", drain);
        } catch (Exception unclean) {
            LOG.warn("The HTTP engine could not wait for all calls to end", unclean);
        }
        try {
            jetty.stop();
        } catch (Exception unclean) {
            LOG.warn("The HTTP engine did not close cleanly", unclean);
        } finally {
            engine.streams().cut(true);
        }
    }

    /// Tells every part that the end has come, and waits for the calls and the connections. Not for the sessions of
    /// HTTP/2, whose connections are among them: when one ends by itself at the same moment, Jetty (12.1.14) never says
    /// so.
    private void drain() throws Exception {
        var ends = new ArrayList<CompletableFuture<Void>>();
        ends.add(engine.shutdown());        // first, so that no call is taken once the port is closed
        for (var part : jetty.getContainedBeans(Graceful.class)) {
            var end = part.shutdown();
            if (part instanceof Connector) {
                ends.add(end);
            }
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(drain.toMillis(), TimeUnit.MILLISECONDS);
    }
}
