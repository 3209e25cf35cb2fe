package io.github.doorwarden.sources.openapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.upstream.Credentials;
import io.github.doorwarden.upstream.Upstream;
import io.github.doorwarden.upstream.UpstreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A real backend on loopback, and tools that call it.
final class Backend implements AutoCloseable {

    record Asked(String method, String target, Map<String, List<String>> headers, String body) {
        String line() {
            return method + " " + target + (body.isEmpty() ? "" : " " + body);
        }
    }

    interface Handler {
        void handle(Asked asked, HttpExchange exchange) throws Exception;
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private Upstream upstream;

    Backend(Handler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var request = new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()), body);
            asked.add(request);
            try (exchange) {
                handler.handle(request, exchange);
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    /// Answers everything alike.
    static Backend saying(int status, String type, String body) throws IOException {
        return new Backend((_, exchange) -> say(exchange, status, type, body));
    }

    static void say(HttpExchange exchange, int status, String type, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static Path document(String name) throws Exception {
        return Path.of(Backend.class.getResource("/documents/" + name).toURI());
    }

    static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    UpstreamSettings settings() {
        return UpstreamSettings.of("The API", URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"));
    }

    OpenApiSource source(String document, Map<String, ToolSettings> tools, UnaryOperator<UpstreamSettings> change)
            throws Exception {
        return source(new OpenApiSettings(document(document), tools), change);
    }

    OpenApiSource source(Path document, Map<String, ToolSettings> tools) {
        return source(new OpenApiSettings(document, tools), settings -> settings);
    }

    OpenApiSource source(OpenApiSettings settings, UnaryOperator<UpstreamSettings> change) {
        upstream = new Upstream(change.apply(settings()), Credentials.bearer("the-gateways-own"));
        return new OpenApiSource("api", settings, upstream, InstantSource.system());
    }

    /// Tools called like their operations.
    OpenApiSource source(String document, String... operations) throws Exception {
        var tools = new LinkedHashMap<String, ToolSettings>();
        for (var operation : operations) {
            tools.put(operation, ToolSettings.of(operation, "mcp:read"));
        }
        return source(document, tools, settings -> settings);
    }

    /// Calls the only tool of a source of `things.yaml`.
    ToolResult call(ToolSettings settings, String arguments) throws Exception {
        return call("things.yaml", settings, arguments);
    }

    ToolResult call(String document, ToolSettings settings, String arguments) throws Exception {
        return call(source(document, Map.of("tool", settings), each -> each), arguments);
    }

    static ToolResult call(Source source, String tool, Caller caller, String arguments) throws Exception {
        return source.things().tools().stream().filter(each -> each.spec().name().equals(tool)).findFirst()
                .orElseThrow().call(Call.trial(caller, json(arguments), Map.of()));
    }

    static ToolResult call(OpenApiSource source, String arguments) throws Exception {
        return source.things().tools().getFirst().call(
                Call.trial(Caller.anonymous(), json(arguments), Map.of()));
    }

    static String text(ToolResult result) {
        return result.content().getFirst().path("text").asString();
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
        server.stop(0);
    }
}
