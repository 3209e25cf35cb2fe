package io.github.doorwarden.systems.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plays a Prometheus, an Alertmanager and a Grafana, each under a path of its own, for a deployment that has none:
/// what it answers was recorded, and every answer says so. Not a monitoring system. On a loopback port; [#main] prints
/// `ready <URL>` and ends with its standard input.
public final class RecordedMonitoring implements AutoCloseable {

    /// A silence has a few hundred bytes.
    private static final int BODY_BYTES = 16 * 1024;

    private final HttpServer http;
    private final Recording recording = Recording.load();
    private final Silences silences = new Silences();
    private final InstantSource clock;

    private record Answer(int status, JsonNode body) {}

    private RecordedMonitoring(HttpServer http, InstantSource clock) {
        this.http = http;
        this.clock = clock;
    }

    /// Exit code 0 when it ended as asked, 1 when it could not start.
    public static void main(String[] args) {
        try {
            var player = start(InstantSource.system());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                player.close();
                Runtime.getRuntime().halt(0);
            }));
            System.err.println(player.recording.notice());
            System.out.println("ready " + player.uri());
            System.in.transferTo(OutputStream.nullOutputStream());
            System.exit(0);
        } catch (IOException e) {
            System.err.println("The recorded monitoring cannot start: " + e.getMessage());
            System.exit(1);
        }
    }

    static RecordedMonitoring start(InstantSource clock) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var player = new RecordedMonitoring(http, clock);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", player::handle);
        http.start();
        return player;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (JacksonException e) {
                answer = new Answer(400, JsonNodeFactory.instance.stringNode("the body is not JSON"));
            }
            var bytes = Recording.JSON.writeValueAsBytes(answer.body);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("X-Recorded", recording.at().toString());
            exchange.sendResponseHeaders(answer.status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var query = query(exchange.getRequestURI().getRawQuery());
        return switch (exchange.getRequestMethod() + " " + path) {
            case "GET /health" -> new Answer(200, JsonNodeFactory.instance.objectNode().put("status", "ok")
                    .put("recorded", true).put("recorded_at", recording.at().toString())
                    .put("notice", recording.notice()));
            case "GET /prometheus/api/v1/query" -> prometheus(query.getOrDefault("query", ""));
            case "GET /alertmanager/api/v2/alerts" -> alerts();
            case "GET /alertmanager/api/v2/silences" -> new Answer(200, silences.list(clock.instant()));
            case "POST /alertmanager/api/v2/silences" -> silence(exchange);
            case String get when get.startsWith("GET /grafana/") -> grafana(path.substring("/grafana".length()),
                    query.getOrDefault("query", ""));
            default -> new Answer(404, JsonNodeFactory.instance.objectNode().put("message",
                    "This was not recorded. " + recording.notice()));
        };
    }

    private static Map<String, String> query(String raw) {
        var all = new HashMap<String, String>();
        for (var pair : (raw == null ? "" : raw).split("&")) {
            var at = pair.indexOf('=');
            if (at > 0) {
                all.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    /// The notice goes where Prometheus puts warnings of its own.
    private Answer prometheus(String query) {
        var found = recording.answer("prometheus", query, clock.instant());
        if (found.isEmpty()) {
            return new Answer(400, JsonNodeFactory.instance.objectNode().put("status", "error")
                    .put("errorType", "bad_data").put("error", "This query was not recorded. "
                    + recording.notice()));
        }
        ((ObjectNode) found.get()).putArray("warnings").add(recording.notice());
        return new Answer(200, found.get());
    }

    private Answer alerts() {
        var alerts = recording.answer("alertmanager", "/api/v2/alerts", clock.instant()).orElseThrow();
        silences.apply(alerts, clock.instant());
        alerts.forEach(each -> ((ObjectNode) each.path("annotations")).put("recorded", recording.notice()));
        return new Answer(200, alerts);
    }

    private Answer silence(HttpExchange exchange) throws IOException {
        var bytes = exchange.getRequestBody().readNBytes(BODY_BYTES + 1);
        if (bytes.length > BODY_BYTES) {
            return new Answer(413, JsonNodeFactory.instance.stringNode("too large"));
        }
        var answer = JsonNodeFactory.instance.objectNode();
        var mistake = silences.mistake(Recording.JSON.readTree(bytes), answer, clock.instant());
        return mistake.isPresent() ? new Answer(400, JsonNodeFactory.instance.stringNode(mistake.get()))
                : new Answer(200, answer);
    }

    private Answer grafana(String path, String query) {
        var found = recording.answer("grafana", path, clock.instant());
        if (found.isEmpty()) {
            return new Answer(404, JsonNodeFactory.instance.objectNode().put("message", "Dashboard not found. "
                    + recording.notice()));
        }
        if (!path.equals("/api/search") || query.isBlank()) {
            return new Answer(200, found.get());
        }
        var hits = JsonNodeFactory.instance.arrayNode();
        var wanted = query.toLowerCase(java.util.Locale.ROOT);
        found.get().forEach(each -> {
            if (each.path("title").asString("").toLowerCase(java.util.Locale.ROOT).contains(wanted)) {
                hits.add(each);
            }
        });
        return new Answer(200, hits);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
