package io.github.doorwarden.client.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.ObjectNode;

/// An HTTP server of a test on a port of its own, which remembers what it was asked.
abstract class StubSite implements AutoCloseable {

    /// One request.
    record Seen(String method, String path, String query, Map<String, String> headers, String body) {

        Map<String, String> form() {
            return Loopback.parameters(body).orElseThrow();
        }

        Map<String, String> parameters() {
            return Loopback.parameters(query).orElseThrow();
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(), "");
        }
    }

    /// One answer.
    record Reply(int status, Map<String, String> headers, String body) {

        static Reply json(int status, Object body) {
            return new Reply(status, Map.of("Content-Type", "application/json"),
                    Documents.JSON.writeValueAsString(body));
        }

        static Reply nothing(int status) {
            return new Reply(status, Map.of(), "");
        }

        static Reply to(String location) {
            return new Reply(302, Map.of("Location", location), "");
        }

        Reply with(String name, String value) {
            var all = new LinkedHashMap<>(headers);
            all.put(name, value);
            return new Reply(status, all, body);
        }
    }

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    StubSite() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
        http.start();
    }

    /// What is answered.
    abstract Reply reply(Seen asked) throws Exception;

    String origin() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    List<Seen> seen(String path) {
        return seen.stream().filter(one -> one.path.equals(path)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new LinkedHashMap<String, String>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
            var asked = new Seen(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(),
                    Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""), headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            seen.add(asked);
            Reply reply;
            try {
                reply = reply(asked);
            } catch (Exception | AssertionError broken) {
                reply = new Reply(500, Map.of(), broken.toString());
            }
            reply.headers.forEach(exchange.getResponseHeaders()::set);
            var body = reply.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static ObjectNode object() {
        return Documents.JSON.createObjectNode();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
