package io.github.doorwarden.sources.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// The same server over Streamable HTTP, with the faults that only a network has.
final class HttpStub implements AutoCloseable {

    static final String TOKEN = "canary-token-of-our-own-4711";

    /// `POST tools/call name {headers}` and so on, as they came.
    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger sessions = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    private final String mode;
    private final Path folder;
    private final HttpServer http;
    private volatile String session = "";

    HttpStub(String mode, Path folder) throws IOException {
        this(mode, folder, 0);
    }

    HttpStub(String mode, Path folder, int port) throws IOException {
        this.mode = mode;
        this.folder = folder;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/mcp", exchange -> {
            try (exchange) {
                serve(exchange);
            }
        });
        http.start();
    }

    Way.Http way() {
        var settings = UpstreamSettings.of("stub", URI.create("http://127.0.0.1:" + http.getAddress().getPort()))
                .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
        return new Way.Http(new UpstreamChannel(new Upstream(settings, Credentials.bearer(TOKEN)), "/mcp"));
    }

    void expire() {
        session = "";
    }

    private void serve(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var message = body.isEmpty() ? StubServer.JSON.createObjectNode() : StubServer.JSON.readTree(body);
        var method = message.path("method").asString("");
        var tool = message.path("params").path("name").asString("");
        requests.add((exchange.getRequestMethod() + " " + method + " " + tool).strip() + " " + headers.entrySet());
        if (exchange.getRequestMethod().equals("GET")) {
            resume(exchange, headers.getFirst("Last-Event-ID"));
        } else if (method.equals("initialize")) {
            session = "s" + sessions.incrementAndGet();
            exchange.getResponseHeaders().set("Mcp-Session-Id", session);
            json(exchange, body);
        } else if (mode.equals("legacy") && !method.equals("server/discover")
                && !session.equals(headers.getFirst("Mcp-Session-Id"))) {
            exchange.sendResponseHeaders(404, -1);
        } else if (exchange.getRequestMethod().equals("DELETE") || !message.has("id") || method.isEmpty()) {
            new StubServer(mode, folder, line -> { }).receive(body.isEmpty() ? "{\"method\":\"deleted\"}" : body);
            exchange.sendResponseHeaders(202, -1);
        } else if (method.equals("server/discover") && !mode.equals("modern")) {
            exchange.sendResponseHeaders(400, -1);
        } else if (method.equals("subscriptions/listen")) {
            stream(exchange).flush();
            await();
        } else if (method.equals("tools/call")) {
            call(exchange, tool, message.path("id"), body);
        } else {
            json(exchange, body);
        }
    }

    private void call(HttpExchange exchange, String tool, JsonNode id, String body) throws IOException {
        switch (tool) {
            case "poll" -> event(stream(exchange), "id: e1\nretry: 5\ndata:\n\n");
            case "lost" -> event(stream(exchange), "id: gone\nretry: 5\ndata:\n\n");
            case "cut" -> event(stream(exchange), "data: {\"jsonrpc\":\n");
            case "endless" -> {
                var out = stream(exchange);
                for (var i = 0; i < 100_000; i++) {
                    event(out, "data: " + "x".repeat(1_000) + "\n");
                }
            }
            case "stall" -> {
                stream(exchange).flush();
                await();
            }
            case "failing" -> exchange.sendResponseHeaders(500, -1);
            case "refusing" -> exchange.sendResponseHeaders(403, -1);
            case "leaving" -> {
                exchange.getResponseHeaders().set("Location", "http://169.254.169.254/");
                exchange.sendResponseHeaders(302, -1);
            }
            case "stranger" -> json(exchange, body.replace("\"id\":" + id, "\"id\":424242")
                    .replace("stranger", "echo"));
            case "leaks" -> say(exchange, "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[{\"type\":"
                    + "\"text\",\"text\":\"" + exchange.getRequestHeaders().getFirst("Authorization") + "\"}]}}");
            case "tells", "asks" -> {
                var out = stream(exchange);
                new StubServer(mode, folder, line -> event(out, "event: message\ndata: " + line + "\n\n"))
                        .receive(body);
                if (tool.equals("asks")) {
                    await();
                }
            }
            default -> json(exchange, body);
        }
    }

    private void resume(HttpExchange exchange, String last) throws IOException {
        if ("e1".equals(last)) {
            var call = requests.stream().filter(each -> each.startsWith("POST tools/call poll")).count();
            event(stream(exchange), "data: {\"jsonrpc\":\"2.0\",\"id\":" + polled() + ",\"result\":{\"content\":[{"
                    + "\"type\":\"text\",\"text\":\"polled " + call + "\"}]}}\n\n");
        } else if ("gone".equals(last)) {
            exchange.sendResponseHeaders(404, -1);
        } else if (mode.equals("legacy")) {
            event(stream(exchange), "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                    + "\"params\":{\"uri\":\"stub://a\"}}\n\n");
            await();
        } else {
            exchange.sendResponseHeaders(405, -1);
        }
    }

    /// Ids of the client are one higher each time, and it polls once.
    private long polled() {
        return requests.stream().filter(each -> each.startsWith("POST") && !each.startsWith("POST notifications"))
                .filter(each -> !each.startsWith("POST  ")).count();
    }

    private void await() {
        try {
            closed.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void json(HttpExchange exchange, String body) throws IOException {
        var said = new StringBuilder();
        new StubServer(mode, folder, said::append).receive(body);
        say(exchange, said.toString());
    }

    private static void say(HttpExchange exchange, String json) throws IOException {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void event(OutputStream out, String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
    }
}
