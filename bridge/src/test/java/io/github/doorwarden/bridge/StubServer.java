package io.github.doorwarden.bridge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server whose every answer a test decides, and which keeps what it was sent.
final class StubServer implements AutoCloseable {

    /// Answers one request; what it throws closes the connection.
    @FunctionalInterface
    interface Turn {
        void answer(Taken taken) throws Exception;
    }

    /// One HTTP request.
    record Taken(HttpExchange http, JsonNode message, CountDownLatch ended) {

        String method() {
            return http.getRequestMethod().equals("POST") ? message.path("method").asString("answer")
                    : http.getRequestMethod();
        }

        String header(String name) {
            var value = http.getRequestHeaders().getFirst(name);
            return value == null ? "" : value;
        }

        void json(int status, String body) throws IOException {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            http.getResponseHeaders().set("Content-Type", "application/json");
            http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            try (var out = http.getResponseBody()) {
                out.write(bytes);
            }
        }

        void result(String result) throws IOException {
            json(200, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}");
        }

        void error(int status, int code, String words) throws IOException {
            json(status, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"error\":{\"code\":" + code
                    + ",\"message\":\"" + words + "\"}}");
        }

        void accepted() throws IOException {
            http.sendResponseHeaders(202, -1);
            http.close();
        }

        OutputStream events() throws IOException {
            http.getResponseHeaders().set("Content-Type", "text/event-stream");
            http.sendResponseHeaders(200, 0);
            return http.getResponseBody();
        }

        static void event(OutputStream out, String id, String data) throws IOException {
            out.write(((id.isEmpty() ? "" : "id: " + id + "\n") + "data: " + data + "\n\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private static final int SECONDS = 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final LinkedBlockingQueue<Taken> taken = new LinkedBlockingQueue<>();

    StubServer(Turn turn) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/mcp", http -> {
            var body = http.getRequestBody().readAllBytes();
            var one = new Taken(http, body.length == 0 ? JSON.nullNode() : JSON.readTree(body), new CountDownLatch(1));
            taken.add(one);
            try {
                turn.answer(one);
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                one.ended.countDown();
            }
        });
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    /// The next request with this method, passing over others: `tools/call`, `GET`, `answer` for an answer.
    Taken next(String method) throws InterruptedException {
        while (true) {
            var one = taken.poll(SECONDS, TimeUnit.SECONDS);
            if (one == null) {
                throw new AssertionError("The server was not sent " + method);
            }
            if (one.method().equals(method)) {
                return one;
            }
        }
    }

    /// How many wait for [#next].
    int requests() {
        return taken.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
