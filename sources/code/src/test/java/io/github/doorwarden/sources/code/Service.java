package io.github.doorwarden.sources.code;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/// A service elsewhere, on loopback: answers a body with a body, and keeps what it was asked.
final class Service implements AutoCloseable {

    /// Target, key and body, one line each.
    final List<String> asked = new CopyOnWriteArrayList<>();
    /// Bodies by their paths; when there are any, nothing else is there.
    final Map<String, String> pages = new ConcurrentHashMap<>();
    volatile int status = 200;
    /// Where it sends who asks; empty: nowhere.
    volatile String location = "";
    private final HttpServer server;

    Service(UnaryOperator<String> answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                asked.add(exchange.getRequestURI() + "\n" + exchange.getRequestHeaders().getFirst("Api-key") + "\n"
                        + body);
                var page = pages.get(exchange.getRequestURI().getPath());
                var bytes = (page != null ? page : answer.apply(body)).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", page != null ? "text/plain" : "application/json");
                if (!location.isEmpty()) {
                    exchange.getResponseHeaders().set("Location", location);
                }
                exchange.sendResponseHeaders(pages.isEmpty() || page != null ? status : 404, bytes.length == 0 ? -1
                        : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
