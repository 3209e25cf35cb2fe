package io.github.doorwarden.systems.backend;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/// An HTTP server that this machine alone can reach, with a virtual thread for each call.
public final class LoopbackServer implements AutoCloseable {

    private final HttpServer http;

    private LoopbackServer(HttpServer http) {
        this.http = http;
    }

    /// Accepts calls from now on.
    ///
    /// @param port    0 takes any free one
    /// @param handler of all paths
    public static LoopbackServer start(int port, HttpHandler handler) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", handler);
        http.start();
        return new LoopbackServer(http);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /// Lets running calls end, for a while, then stops.
    @Override
    public void close() {
        http.stop((int) Limits.DRAIN.toSeconds());
    }
}
