package io.github.doorwarden.doctor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server on loopback whose every answer is right ([Faultless]), but for one twist.
final class StubServer implements AutoCloseable {

    /// What makes a server faulty: it sees the question and the right answer, and gives its own.
    interface Twist {
        Reply of(Request request, Reply right);
    }

    record Request(String method, String path, String query, Map<String, String> headers, String body, String origin) {

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        JsonNode json() {
            return body.isEmpty() ? JsonMapper.shared().createObjectNode() : JsonMapper.shared().readTree(body);
        }

        /// The method of a message; empty when there is none.
        String call() {
            return method.equals("POST") && path.startsWith("/mcp") ? json().path("method").asString("") : "";
        }

        boolean to(String wanted) {
            return path.equals(wanted);
        }

        boolean knock() {
            return call().equals("initialize") && header("authorization").isEmpty();
        }
    }

    /// @param open the body is a stream that does not end
    /// @param hang nothing is sent at all
    record Reply(int status, Map<String, String> headers, String body, boolean open, boolean hang) {

        static Reply of(int status) {
            return new Reply(status, Map.of(), "", false, false);
        }

        static Reply json(int status, Object json) {
            return of(status).with("Content-Type", "application/json").body(json.toString());
        }

        static Reply page(int status, String html) {
            return of(status).with("Content-Type", "text/html").body(html);
        }

        static Reply events(String body) {
            return of(200).with("Content-Type", "text/event-stream").with("X-Accel-Buffering", "no").body(body);
        }

        Reply with(String name, String value) {
            var more = new TreeMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body, open, hang);
        }

        Reply without(String name) {
            var fewer = new TreeMap<>(headers);
            fewer.remove(name);
            return new Reply(status, fewer, body, open, hang);
        }

        Reply body(String other) {
            return new Reply(status, headers, other, open, hang);
        }

        Reply status(int other) {
            return new Reply(other, headers, body, open, hang);
        }

        Reply endless() {
            return new Reply(status, headers, body, true, hang);
        }

        /// Another text in the body.
        Reply says(String instead, String of) {
            if (!body.contains(of)) {
                throw new AssertionError(of + " is not in " + body);
            }
            return body(body.replace(of, instead));
        }

        static Reply silence() {
            return new Reply(0, Map.of(), "", false, true);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Faultless faultless = new Faultless();
    private final Twist twist;
    final List<Request> asked = new CopyOnWriteArrayList<>();
    final String origin;

    private StubServer(HttpServer server, String scheme, Twist twist) {
        this.server = server;
        this.twist = twist;
        origin = scheme + "://127.0.0.1:" + server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    static StubServer with(Twist twist) {
        try {
            return new StubServer(HttpServer.create(address(), 0), "http", twist);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StubServer tls(SSLContext context, Twist twist) {
        try {
            var server = HttpsServer.create(address(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return new StubServer(server, "https", twist);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    URI url() {
        return URI.create(origin + "/mcp");
    }

    private void handle(HttpExchange exchange) throws IOException {
        var headers = new TreeMap<String, String>();
        exchange.getRequestHeaders().forEach((name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        var uri = exchange.getRequestURI();
        var request = new Request(exchange.getRequestMethod(), uri.getPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(), headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), origin);
        asked.add(request);
        send(exchange, twist.of(request, faultless.answer(request)));
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        if (reply.hang()) {
            hold();
            exchange.close();
            return;
        }
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), reply.open() ? 0 : bytes.length == 0 ? -1 : bytes.length);
        if (reply.open() || bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
        }
        if (reply.open()) {
            hold();
        }
        exchange.close();
    }

    private void hold() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
