package io.github.doorwarden.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/// Somebody else's MCP server of 2026-07-28, which answers what a test tells it to and writes down what it is sent.
final class OtherServer implements AutoCloseable {

    final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> results = new ConcurrentHashMap<>(Map.of("server/discover",
            "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
            + "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"other\",\"version\":\"7\"}}}"));
    private final HttpServer http;
    volatile int status = 200;

    OtherServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/mcp", this::answer);
        http.start();
    }

    /// @param what   a method, or `tools/call NAME`
    /// @param result JSON
    OtherServer on(String what, String result) {
        results.put(what, result);
        return this;
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/mcp";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            if (!exchange.getRequestMethod().equals("POST") || status != 200) {
                exchange.sendResponseHeaders(status == 200 ? 405 : status, -1);
                return;
            }
            var message = Web.JSON.readTree(body);
            asked.add(message);
            var method = message.path("method").asString();
            var result = results.getOrDefault(method + " " + message.path("params").path("name").asString(""),
                    results.get(method));
            var bytes = ("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + (result == null
                    ? ",\"error\":{\"code\":-32601,\"message\":\"no\"}}" : ",\"result\":" + result + "}"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /// Arguments of the last call of a tool.
    JsonNode arguments(String tool) {
        return asked.stream().filter(each -> each.path("method").asString().equals("tools/call")
                && each.path("params").path("name").asString().equals(tool)).reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError(tool + " was not called: " + asked)).path("params")
                .path("arguments");
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
