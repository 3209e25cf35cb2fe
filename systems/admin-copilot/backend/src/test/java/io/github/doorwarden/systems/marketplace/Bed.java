package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.MovableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// A real marketplace on loopback with a data folder of its own, and a client that speaks to it.
final class Bed implements AutoCloseable {

    static final String STATIC_TOKEN = "static-token-of-the-tests-5f1c";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    record Answer(int status, JsonNode body, HttpResponse<String> raw) {

        String code() {
            return body.path("code").asString("");
        }

        String detail() {
            return body.path("detail").asString("");
        }
    }

    final MovableClock clock = new MovableClock();
    final ServiceIssuer idp;
    final Path data;
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final Optional<String> staticToken;
    private Optional<URI> smtp = Optional.empty();
    private Marketplace marketplace;

    Bed() throws IOException {
        this(Optional.of(STATIC_TOKEN));
    }

    Bed(Optional<String> staticToken) throws IOException {
        this.staticToken = staticToken;
        idp = new ServiceIssuer(clock);
        data = Files.createTempDirectory("marketplace");
        start();
    }

    void start() throws IOException {
        marketplace = Marketplace.start(new Settings(data, 0, Optional.of(idp.provider()), staticToken, smtp,
                "founding@instainstru.example"),
                clock, new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    void stop() {
        marketplace.close();
    }

    /// Starts anew on the same data, with this mail server.
    void restart(Optional<URI> mailServer) throws IOException {
        stop();
        smtp = mailServer;
        start();
    }

    Answer get(String path) {
        return call("GET", path, null, idp.token("mcp:read"), Map.of());
    }

    Answer post(String path, Object body) {
        return call("POST", path, body, idp.token("mcp:write"), Map.of());
    }

    /// @param path below `/api/v1/admin/mcp/`, or from the root when it begins with a slash
    Answer call(String method, String path, Object body, String token, Map<String, String> headers) {
        var url = marketplace.uri() + (path.startsWith("/") ? path : "/api/v1/admin/mcp/" + path);
        var request = HttpRequest.newBuilder(URI.create(url));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            if (!headers.containsKey("Content-Type")) {
                request.header("Content-Type", "application/json");
            }
            request.method(method, HttpRequest.BodyPublishers.ofString(body instanceof String text ? text
                    : Json.MAPPER.writeValueAsString(body)));
        }
        try {
            var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var plain = answer.headers().firstValue("Content-Type").orElse("").startsWith("text/");
            return new Answer(answer.statusCode(), plain ? StringNode.valueOf(answer.body())
                    : Json.MAPPER.readTree(answer.body()), answer);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The rows of a query on the database file, each as a list of texts.
    List<List<String>> rows(String sql) {
        try (var db = DriverManager.getConnection("jdbc:sqlite:"
                + data.resolve("marketplace.db")); var statement = db.createStatement()) {
            var rows = new ArrayList<List<String>>();
            if (statement.execute(sql)) {
                var result = statement.getResultSet();
                while (result.next()) {
                    var row = new ArrayList<String>();
                    for (var i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Path> outbox() throws IOException {
        var folder = data.resolve("outbox");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    List<JsonNode> events(String name) {
        return log.toString(StandardCharsets.UTF_8).lines().map(Json.MAPPER::readTree).filter(e -> e.path("event")
                .asString("").equals(name)).toList();
    }

    @Override
    public void close() throws IOException {
        marketplace.close();
        idp.close();
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
