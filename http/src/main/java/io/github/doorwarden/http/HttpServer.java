package io.github.doorwarden.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP engine, running: HTTP/1.1 over TCP behind one table of routes. TLS ends at the proxy in front.
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
    private final int port;
    private final PublicOrigin origin;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(Server jetty, Engine engine, int port, PublicOrigin origin) {
        this.jetty = jetty;
        this.engine = engine;
        this.port = port;
        this.origin = origin;
    }

    /// Binds and serves; returns when connections are accepted.
    ///
    /// @throws UncheckedIOException     when the address cannot be bound, with a sentence for the operator
    /// @throws IllegalArgumentException when the routes contradict each other
    public static HttpServer start(HttpSettings settings, List<Route> routes) {
        return start(settings, origin -> routes);
    }

    /// The same for routes whose answers contain our own URL: they are made when the port is known, before the first
    /// request is read.
    public static HttpServer start(HttpSettings settings, Function<PublicOrigin, List<Route>> routes) {
        var server = new Server(new VirtualThreadPool(0));     // connections and calls have bounds of their own
        var connector = connector(server, settings);
        try {
            connector.open();
        } catch (IOException taken) {
            throw new UncheckedIOException("Cannot listen on " + settings.host() + ":" + settings.port() + " ("
                    + taken.getMessage() + "). Stop whatever listens there, or choose another port.", taken);
        }
        var port = connector.getLocalPort();
        var origin = settings.publicOrigin()
                .orElseGet(() -> PublicOrigin.parse("http://" + bracketed(settings.host()) + ":" + port));
        Engine engine;
        try {
            var answers = new Answers(origin.isHttps());
            engine = new Engine(new Routes(routes.apply(origin)), new Hosts(origin, settings.isLoopback(), port),
                    new Origins(origin, settings.extraOrigins()), new Peers(settings.trustedProxies()),
                    settings.limits(), answers);
            server.setHandler(engine);
            server.addBean(new Heartbeat(server, engine.streams()));
            server.setErrorHandler(new Malformed(answers));
            server.setStopTimeout(settings.limits().drain().toMillis());
            server.start();
        } catch (RuntimeException contradiction) {
            connector.close();
            throw contradiction;
        } catch (Exception failed) {
            connector.close();
            throw new IllegalStateException("The HTTP engine did not start: " + failed.getMessage(), failed);
        }
        return new HttpServer(server, engine, port, origin);
    }

    private static ServerConnector connector(Server server, HttpSettings settings) {
        var limits = settings.limits();
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setRequestHeaderSize(limits.headerBytes());
        http.setSendServerVersion(false);
        http.setHeaderCacheSize(Limits.REPEATED_FIELDS_CHARS);
        http.setSendXPoweredBy(false);
        var connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(LISTEN_QUEUE);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(IDLE_AT_SHUTDOWN_MS);
        connector.addBean(new HeaderDeadline(connector, limits.headerDeadline()));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
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

    /// Takes no new connection, answers new calls on open ones with 503, lets running calls end within
    /// [Limits#drain()] and event streams that rest say goodbye, then closes what is left. Returns when all that is
    /// done; the second call does nothing. Fit for a shutdown hook.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            jetty.stop();
        } catch (Exception unclean) {
            LOG.warn("The HTTP engine closed before all calls had ended", unclean);
        } finally {
            engine.streams().cut(true);
        }
    }
}
