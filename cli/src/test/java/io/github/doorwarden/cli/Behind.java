package io.github.doorwarden.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// What stands behind sources, on a port of loopback: a REST API at `/item`; an MCP server at `/mcp`, one whose list of
/// tools has no end at `/endless`, one that takes requests and never answers at `/silent`; a bucket `b` with one table,
/// and an index of documents.
final class Behind implements AutoCloseable {

    static final String FARES = "route,fare\nLHR-JFK,412.50\n";

    private final HttpServer http;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger pages = new AtomicInteger();

    private Behind(int port) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/item", exchange -> send(exchange, "{\"item\":\"live\"}"));
        http.createContext("/mcp", exchange -> mcp(exchange, ""));
        http.createContext("/endless", exchange -> mcp(exchange, ",\"nextCursor\":\"" + pages.incrementAndGet()
                + "\""));
        http.createContext("/silent", this::silent);
        http.createContext("/b", Behind::bucket);
        http.createContext("/indexes", exchange -> send(exchange, "{\"value\":[{\"id\":\"1\",\"title\":\"Lisbon\","
                + "\"text\":\"Fares to Lisbon fell.\"}]}"));
        http.start();
    }

    static Behind open() throws IOException {
        return new Behind(0);
    }

    /// On a port where nothing was until now.
    static Behind at(int port) throws IOException {
        return new Behind(port);
    }

    /// One where nothing is.
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return http.getAddress().getPort();
    }

    private static void mcp(HttpExchange exchange, String more) throws IOException {
        var message = Web.JSON.readTree(exchange.getRequestBody().readAllBytes());
        var result = result(message, more);
        send(exchange, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + (result.isEmpty()
                ? ",\"error\":{\"code\":-32601,\"message\":\"no\"}}" : ",\"result\":" + result + "}"));
    }

    private static String result(JsonNode message, String more) {
        return switch (message.path("method").asString()) {
            case "server/discover" -> "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}";
            case "tools/list" -> "{\"tools\":[{\"name\":\"look\",\"description\":\"Looks.\",\"inputSchema\":"
                    + "{\"type\":\"object\"}}]" + more + "}";
            case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"it is live\"}]}";
            default -> "";
        };
    }

    private static void bucket(HttpExchange exchange) throws IOException {
        send(exchange, exchange.getRequestURI().getQuery().contains("list-type") ? "<ListBucketResult><IsTruncated>"
                + "false</IsTruncated><Contents><Key>fares.csv</Key><ETag>\"1\"</ETag><Size>" + FARES.length()
                + "</Size><LastModified>2026-06-30T10:00:00Z</LastModified></Contents></ListBucketResult>" : FARES);
    }

    private static void send(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void silent(HttpExchange exchange) {
        try (exchange) {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
    }
}
