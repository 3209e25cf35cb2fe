package io.github.doorwarden.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A server on loopback with one route of each kind.
final class Fixture implements AutoCloseable {

    static final int BODY_BYTES = 64 * 1024;

    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);
    final HttpServer server;

    Fixture(HttpSettings settings) {
        server = HttpServer.start(settings, List.of(
                Route.post("/mcp", BODY_BYTES, Route.Cors.MCP, Fixture::echo),
                Route.get("/metadata", Route.Cors.OPEN, in -> Reply.json(200, "{}").with("Cache-Control",
                "max-age=60")),
                Route.get("/page", Route.Cors.NONE, in -> Reply.html(200, "<p>" + in.method() + " " + in.query())),
                Route.post("/page", 100, Route.Cors.NONE, Fixture::echo),
                new Route("GET", "/health", 0, Route.Cors.NONE, false, in -> Reply.text(200, "ok")),
                Route.get("/bug", Route.Cors.NONE, in -> {
                    throw new IllegalStateException("secret of the handler");
                }),
                Route.get("/split", Route.Cors.NONE, in -> Reply.seeOther("/a\r\nSet-Cookie: stolen=1")),
                Route.get("/field", Route.Cors.NONE, in -> Reply.text(200, in.headers().first("Authorization")
                        .orElse(""))),
                Route.get("/nothing", Route.Cors.NONE, in -> Reply.empty(204)),
                Route.post("/hold", BODY_BYTES, Route.Cors.NONE, in -> {
                    entered.countDown();
                    leave.await();
                    return echo(in);
                }),
                Route.get("/slow", Route.Cors.NONE, in -> {
                    entered.countDown();
                    leave.await();
                    return Reply.text(200, "done");
                })));
    }

    static Fixture start() {
        return new Fixture(HttpSettings.local());
    }

    static Fixture limited(Limits limits) {
        return new Fixture(HttpSettings.local().withLimits(limits));
    }

    private static Reply echo(HttpIn in) {
        return Reply.json(200, in.body());
    }

    int port() {
        return server.port();
    }

    String host() {
        return "Host: 127.0.0.1:" + port() + "\r\n";
    }

    String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n" + host() + "\r\n";
    }

    String post(String path, String fields, String body) {
        return "POST " + path + " HTTP/1.1\r\n" + host() + fields + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    Wire.Answer ask(String request) {
        return Wire.ask(port(), request);
    }

    @Override
    public void close() {
        leave.countDown();
        server.close();
    }

    /// Standard limits with other times: header, body, idle.
    static Limits times(Duration header, Duration body, Duration idle) {
        var s = Limits.STANDARD;
        return new Limits(s.headerBytes(), s.headerFields(), header, body, idle, s.writeDeadline(), idle.dividedBy(2),
                s.concurrentRequests(), s.restingStreams(), s.connections(), s.pendingBodyBytes(), s.drain());
    }

    /// Standard limits with other counts: concurrent requests, connections, pending body bytes.
    static Limits counts(int requests, int connections, int bodyBytes) {
        return counts(requests, 0, connections, bodyBytes);
    }

    static Limits counts(int requests, int resting, int connections, int bodyBytes) {
        var s = Limits.STANDARD;
        return new Limits(s.headerBytes(), s.headerFields(), s.headerDeadline(), s.bodyDeadline(), s.idleTimeout(),
                s.writeDeadline(), s.heartbeat(), requests, resting, connections, bodyBytes, s.drain());
    }

    /// Standard limits for streams: idle timeout, write deadline, heartbeat.
    static Limits streams(Duration idle, Duration write, Duration heartbeat) {
        var s = Limits.STANDARD;
        return new Limits(s.headerBytes(), s.headerFields(), s.headerDeadline(), s.bodyDeadline(), idle, write,
                heartbeat,
                s.concurrentRequests(), s.restingStreams(), s.connections(), s.pendingBodyBytes(), s.drain());
    }

    static Limits drain(Duration drain) {
        var s = Limits.STANDARD;
        return new Limits(s.headerBytes(), s.headerFields(), s.headerDeadline(), s.bodyDeadline(), s.idleTimeout(),
                s.writeDeadline(), s.heartbeat(), s.concurrentRequests(), s.restingStreams(), s.connections(),
                s.pendingBodyBytes(), drain);
    }
}
