package io.github.doorwarden.authserver;

import io.github.doorwarden.http.Headers;
import io.github.doorwarden.http.HttpIn;
import io.github.doorwarden.http.Reply;
import io.github.doorwarden.http.Route;
import io.github.doorwarden.identity.DpopMode;
import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.upstream.GuardedFetch;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The token side over a real database file, with a clock that moves when told and two people.
final class Door implements AutoCloseable {

    static final String ISSUER = "https://door.example";
    static final String MCP = ISSUER + "/mcp";
    static final String API = "https://api.example/v1";
    static final String VERIFIER = "a-code-verifier-of-exactly-forty-three-char";
    static final String CHALLENGE = Hashes.sha256Base64Url(VERIFIER);
    static final String CALLBACK = "http://127.0.0.1:4711/callback";
    static final byte[] MASTER_KEY = "a master key of thirty-two bytes".getBytes(StandardCharsets.US_ASCII);
    /// The first key of every test has full size; those that rotation makes need not.
    private static final int QUICK_KEY_BITS = 2048;
    static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static Path template;

    /// Stands still until it is moved.
    static final class Clock implements InstantSource {
        private volatile Instant now = BEGIN;

        @Override
        public Instant instant() {
            return now;
        }

        void pass(Duration time) {
            now = now.plus(time);
        }
    }

    /// What came back.
    record Answer(int status, Headers headers, JsonNode json) {
        String text(String member) {
            return json.path(member).asString("");
        }

        String error() {
            return text("error");
        }
    }

    final Clock clock;
    final Database database;
    final AuthServerSettings settings;
    final Grants grants;
    final Clients clients;
    final Codes codes;
    final Keys keys;
    final TokenSide side;
    final List<AuditEvent> audit = Collections.synchronizedList(new ArrayList<>());
    final Map<String, PersonClaims> people =
            new ConcurrentHashMap<>(Map.of("p_ada", new PersonClaims("ada@example.org", "Ada"),
            "p_bob", new PersonClaims("bob@example.org", "Bob")));

    Door(Path file, Clock clock, AuthServerSettings settings) {
        this.clock = clock;
        this.settings = settings;
        this.database = Database.open(file);
        this.grants = new Grants(database, settings, clock, audit::add);
        this.clients = new Clients(database, settings, new GuardedFetch(settings.development()), clock, audit::add);
        this.codes = new Codes(database, settings, clock, grants);
        this.keys = new Keys(database, MASTER_KEY, settings, clock, QUICK_KEY_BITS);
        this.side = new TokenSide(settings, database, clients, codes, grants, keys, id ->
                Optional.ofNullable(people.get(id)), clock, audit::add);
    }

    /// With grants for agents without a human.
    static AuthServerSettings with(AgentSettings agents, boolean development) {
        var usual = settings(AuthServerSettings.Registration.STANDARD);
        return new AuthServerSettings(usual.issuer(), usual.name(), usual.resources(), development, usual.lifetimes(),
                usual.registration(), usual.tokens(), agents);
    }

    static Door open(Path folder) {
        return open(folder, settings(AuthServerSettings.Registration.STANDARD));
    }

    static Door open(Path folder, AuthServerSettings settings) {
        try {
            var file = folder.resolve("door.db");
            Files.copy(template(), file);
            return new Door(file, new Clock(), settings);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A second process on the same database, with the same clock.
    Door second(Path folder) {
        return new Door(folder.resolve("door.db"), clock, settings);
    }

    static AuthServerSettings settings(AuthServerSettings.Registration registration) {
        return new AuthServerSettings(URI.create(ISSUER), "Door", List.of(
                new ProtectedResource(URI.create(MCP), "Tools", scopes(), true),
                new ProtectedResource(URI.create(API), "API", scopes(), false)), false,
                AuthServerSettings.Lifetimes.STANDARD, registration);
    }

    /// With the API's server, the client `api`, and tokens of this kind.
    static AuthServerSettings tokens(boolean opaque, SigningAlgorithm algorithm, DpopMode dpop, boolean nonces) {
        var standard = settings(AuthServerSettings.Registration.STANDARD);
        return new AuthServerSettings(standard.issuer(), standard.name(), List.of(
                new ProtectedResource(URI.create(MCP), "Tools", scopes(), true),
                new ProtectedResource(URI.create(API), "API", scopes(), false, Set.of("api"))), false,
                standard.lifetimes(), standard.registration(),
                new AuthServerSettings.Tokens(opaque, algorithm, Duration.ofDays(90), dpop, nonces),
                standard.agents());
    }

    static AuthServerSettings development() {
        var standard = settings(AuthServerSettings.Registration.STANDARD);
        return new AuthServerSettings(standard.issuer(), standard.name(), standard.resources(), true,
                standard.lifetimes(),
                standard.registration());
    }

    private static Scopes scopes() {
        return new Scopes(List.of(new Scopes.Scope("mcp:read", "read", Set.of(), true),
                new Scopes.Scope("mcp:write", "write", Set.of("mcp:read"), false)));
    }

    /// Making an RSA key takes up to seconds: once for all tests.
    private static synchronized Path template() throws IOException {
        if (template == null) {
            var file = Files.createTempDirectory("door").resolve("template.db");
            try (var database = Database.open(file)) {
                for (var person : List.of("ada", "bob")) {
                    database.update("INSERT INTO person (id, email, name, created_at) VALUES (?, ?, ?, ?)", "p_"
                            + person,
                            person + "@example.org", person, BEGIN);
                }
                new Keys(database, MASTER_KEY, settings(AuthServerSettings.Registration.STANDARD), () -> BEGIN);
            }
            template = file;
        }
        return template;
    }

    /// A public client for people, as the operator registers it.
    Client desktop() {
        return clients.known("desktop").orElseGet(() -> clients.add(NewClient.forPeople("desktop", "Desktop",
                List.of("http://127.0.0.1/callback", "https://desktop.example/cb"))).client());
    }

    String code(Client client) {
        return code(client, "p_ada", "mcp:read", "mcp:write");
    }

    String code(Client client, String person, String... scopes) {
        return codes.issue(new Codes.Approved(client.id(), person, CALLBACK, CHALLENGE, MCP, Set.of(scopes),
                clock.instant()));
    }

    Answer redeem(Client client, String code) {
        return token("grant_type", "authorization_code", "client_id", client.id(), "code", code, "code_verifier",
                VERIFIER);
    }

    Answer refresh(Client client, String token) {
        return token("grant_type", "refresh_token", "client_id", client.id(), "refresh_token", token);
    }

    Answer token(String... pairs) {
        return send(post("/token", form(pairs)));
    }

    static String form(String... pairs) {
        var form = new StringBuilder();
        for (var i = 0; i < pairs.length; i += 2) {
            form.append(form.isEmpty() ? "" : "&").append(pairs[i]).append('=')
                    .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    static HttpIn post(String path, String body, String... headers) {
        var all = Headers.NONE.with("Content-Type", "application/x-www-form-urlencoded");
        return in("POST", path, "", body, "192.0.2.1", all, headers);
    }

    static HttpIn json(String path, String body, String peer) {
        return in("POST", path, "", body, peer, Headers.NONE.with("Content-Type", "application/json"));
    }

    static HttpIn query(String query) {
        return in("GET", "/authorize", query, "", "192.0.2.1", Headers.NONE);
    }

    static HttpIn in(String method, String path, String query, String body, String peer, Headers base,
            String... headers) {
        var all = base;
        for (var i = 0; i < headers.length; i += 2) {
            all = all.with(headers[i], headers[i + 1]);
        }
        return new HttpIn(method, path, query, all, body.getBytes(StandardCharsets.UTF_8), peer, "request-1");
    }

    static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                + URLEncoder.encode(secret, StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII));
    }

    Answer send(HttpIn in) {
        var route = side.routes().stream()
                .filter(row -> row.path().equals(in.path()) && row.method().equals(in.method())).findFirst()
                .orElseThrow(() -> new AssertionError("no route " + in.path()));
        try {
            return answer(route.answer(in, null));
        } catch (Exception e) {
            throw new AssertionError("A bug answers 500 here", e);
        }
    }

    static Answer answer(Reply reply) {
        return new Answer(reply.status(), reply.headers(), reply.body().length == 0 ? JSON.createObjectNode()
                : JSON.readTree(reply.body()));
    }

    Optional<Route> route(String path) {
        return side.routes().stream().filter(row -> row.path().equals(path)).findFirst();
    }

    AuditEvent lastAudit() {
        return audit.getLast();
    }

    @Override
    public void close() {
        database.close();
    }
}
