package io.github.doorwarden.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A server on loopback whose one streaming handler is the test's; it notes what the handler was told.
final class StreamFixture implements AutoCloseable {

    /// Reaching it is a failure, not a measurement.
    private static final int PATIENCE_SECONDS = 20;

    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    final HttpServer server;

    StreamFixture(Limits limits, Route.StreamingHandler handler) {
        server = HttpServer.start(HttpSettings.local().withLimits(limits), List.of(
                Route.streamingPost("/stream", 64 * 1024, Route.Cors.MCP, handler),
                Route.streamingGet("/events", Route.Cors.OPEN, handler),
                Route.post("/echo", 64 * 1024, Route.Cors.NONE, in -> Reply.json(200, in.body()))));
    }

    StreamFixture(Route.StreamingHandler handler) {
        this(Limits.STANDARD, handler);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Wire connect() {
        return new Wire(server.port());
    }

    /// A connection on which the request was sent and the head of a stream came back.
    Wire streaming() {
        var wire = connect();
        var head = wire.send(get("/events")).readHead();
        if (head.status() != 200) {
            throw new AssertionError("No stream but " + head.status());
        }
        return wire;
    }

    String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n" + host() + "\r\n";
    }

    String post(String path, String body) {
        return post(path, "", body);
    }

    String post(String path, String fields, String body) {
        return "POST " + path + " HTTP/1.1\r\n" + host() + fields + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private String host() {
        return "Host: 127.0.0.1:" + server.port() + "\r\n";
    }

    /// What the handler was told next; waits for it.
    String nextTold() throws InterruptedException {
        var next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("Nothing was told");
        }
        return next;
    }

    @Override
    public void close() {
        server.close();
    }
}
