package io.github.doorwarden.sources.documents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/// A service elsewhere, on loopback: answers as the test says, and keeps what it was asked.
final class Service implements AutoCloseable {

    record Asked(String method, String target, Map<String, List<String>> headers, String body) {

        JsonNode json() {
            return Corpus.JSON.readTree(body);
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        String line() {
            return method + " " + target;
        }
    }

    /// What it says to one request.
    interface Answering {
        void answer(Asked asked, Reply reply) throws Exception;
    }

    record Reply(HttpExchange exchange, CountDownLatch end) {

        void say(int status, String json, String... headers) throws IOException {
            for (var i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        /// Says that there is much to come, and then nothing.
        void stall() throws Exception {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            end.await();
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final HttpServer server;

    Service(Answering answering) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var request = new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()), new String(exchange.getRequestBody().readAllBytes(),
                    StandardCharsets.UTF_8));
            asked.add(request);
            try (exchange) {
                answering.answer(request, new Reply(exchange, end));
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    List<String> lines() {
        return asked.stream().map(Asked::line).toList();
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
    }
}
