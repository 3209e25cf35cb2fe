package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.IdentityProvider;
import io.github.doorwarden.systems.backend.Json;
import io.github.doorwarden.systems.backend.Mistake;
import io.github.doorwarden.systems.backend.MovableClock;
import io.github.doorwarden.tidy.Polling;
import io.github.doorwarden.upstream.SigningKey;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// A real ToolBridge on loopback with a database of its own, and clients that speak to it.
final class Bed implements AutoCloseable {

    static final String ADMIN = "admin-token-of-the-tests";
    static final String SERVICE = "service-token-of-the-tests";
    static final String ORGANIZATIONS = "organizations-key-of-the-tests";
    static {
        // As the process sets it: without, each answer waits 40 ms for the client's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres postgres;

    record Answer(int status, JsonNode body, HttpResponse<String> raw) {

        String code() {
            return body.path("code").asString("");
        }

        String id() {
            return body.path("id").asString();
        }
    }

    final MovableClock clock = new MovableClock();
    final PersonIssuer idp;
    final Path data;
    final Dialect dialect;
    final ByteArrayOutputStream log = new ByteArrayOutputStream();
    final Map<String, String> environment = new HashMap<>();
    private ToolBridge bridge;

    Bed(Dialect dialect) throws IOException {
        this(dialect, environment -> environment);
    }

    Bed(Dialect dialect, UnaryOperator<Map<String, String>> change) throws IOException {
        this.dialect = dialect;
        idp = new PersonIssuer(clock);
        data = Files.createTempDirectory("toolbridge");
        environment.putAll(Map.of("TOOLBRIDGE_JWKS_URL", idp.jwks().toString(), "TOOLBRIDGE_ISSUER",
                IdentityProvider.ISSUER, "TOOLBRIDGE_AUDIENCE", IdentityProvider.AUDIENCE, "TOOLBRIDGE_ADMIN_TOKEN",
                ADMIN, "TOOLBRIDGE_SERVICE_TOKEN", SERVICE, "TOOLBRIDGE_ORGANIZATIONS_KEY", ORGANIZATIONS,
                "TOOLBRIDGE_EMBEDDINGS", "hashed", "TOOLBRIDGE_DEMO", "false"));
        if (dialect == Dialect.POSTGRESQL) {
            environment.put("DATABASE_URL", newDatabase());
        }
        change.apply(environment);
        start();
    }

    void start() throws IOException {
        try {
            bridge = ToolBridge.start(Settings.of(new String[] {"--data", data.toString()}, environment), clock,
                    new PrintStream(log, true, StandardCharsets.UTF_8));
        } catch (Mistake mistake) {
            throw new IllegalStateException(mistake.getMessage());
        }
    }

    void stop() {
        bridge.close();
    }

    void startVectors() {
        bridge.afterReady();
    }

    /// A database of its own, whose owner may make roles and is no superuser.
    static synchronized String newDatabase() throws IOException {
        try {
            if (postgres == null) {
                postgres = EmbeddedPostgres.builder().start();
                try (var connection = postgres.getPostgresDatabase().getConnection();
                        var statement = connection.createStatement()) {
                    statement.execute("CREATE ROLE bridge LOGIN CREATEROLE PASSWORD 'bridge'");
                }
            }
            var name = "bridge" + DATABASES.incrementAndGet();
            try (var connection = postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name + " OWNER bridge");
            }
            return "postgres://bridge:bridge@127.0.0.1:" + postgres.getPort() + "/" + name;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /// Past everything, as the owner of the database.
    Connection raw() throws SQLException {
        var url = environment.get("DATABASE_URL");
        return url == null ? DriverManager.getConnection("jdbc:sqlite:" + data.resolve("toolbridge.db"))
                : DriverManager.getConnection("jdbc:postgresql:" + url.substring(url.indexOf("//")).replace(
                "bridge:bridge@", "") + "?user=bridge&password=bridge");
    }

    URI uri() {
        return bridge.uri();
    }

    /// Makes a tenant with these people; without a secret unless it is to be signed for.
    void tenant(String id, boolean signed, String... emails) {
        require(201, call("POST", "/admin/tenants", Map.of("id", id, "name", id.toUpperCase(java.util.Locale.ROOT)),
                Map.of("Authorization", "Bearer " + ADMIN)));
        if (!signed) {
            try (var connection = raw(); var statement = connection.createStatement()) {
                statement.execute("DELETE FROM secret WHERE tenant_id = '" + id + "'");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        for (var email : emails) {
            require(201, call("POST", "/admin/tenants/" + id + "/members", Map.of("email", email),
                    Map.of("Authorization", "Bearer " + ADMIN)));
        }
    }

    SigningKey secret(String tenant) {
        var secret = require(200, call("GET", "/admin/tenants/" + tenant + "/secret", null,
                Map.of("Authorization", "Bearer " + SERVICE))).body();
        return SigningKey.of(secret.path("key_id").asString(), secret.path("secret").asString());
    }

    static Answer require(int status, Answer answer) {
        if (answer.status != status) {
            throw new AssertionError("Expected " + status + ", got " + answer.status + ": " + answer.raw.body());
        }
        return answer;
    }

    Person person(String email) {
        return new Person(this, email, Optional.empty());
    }

    Answer call(String method, String path, Object body, Map<String, String> headers) {
        return call(request(method, path, body, headers).build());
    }

    HttpRequest.Builder request(String method, String path, Object body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(uri() + path));
        headers.forEach(request::header);
        if (body == null) {
            return request.method(method, HttpRequest.BodyPublishers.noBody());
        }
        if (!headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return request.method(method, HttpRequest.BodyPublishers.ofString(text(body)));
    }

    static String text(Object body) {
        return body == null ? "" : body instanceof String text ? text : Json.MAPPER.writeValueAsString(body);
    }

    Answer call(HttpRequest request) {
        try {
            var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            var type = answer.headers().firstValue("Content-Type").orElse("");
            return new Answer(answer.statusCode(), type.contains("json") ? Json.MAPPER.readTree(answer.body())
                    : Json.MAPPER.missingNode(), answer);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<JsonNode> events(String name) {
        return log.toString(StandardCharsets.UTF_8).lines().map(Json.MAPPER::readTree).filter(e -> e.path("event")
                .asString("").equals(name)).toList();
    }

    /// The first line of the log like that, as soon as it is there.
    JsonNode awaited(String name, Predicate<JsonNode> like) {
        var end = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < end) {
            var found = events(name).stream().filter(like).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Polling.pause();
        }
        throw new AssertionError("The log has no such line " + name + ": " + log);
    }

    @Override
    public void close() throws IOException {
        bridge.close();
        idp.close();
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
