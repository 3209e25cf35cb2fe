package io.github.doorwarden.cli.systems;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The admin copilot as its tests meet it: with a key that is made in no time, somebody who knows how to get in by
/// hand, and the records on both sides.
final class Copilot implements AutoCloseable {

    static final String ADMIN = "admin@instainstru.example";
    static final String PASSWORD = "front-door-demo";
    static final String SERVICE_TOKEN = "canary-service-token-0123456789abcdef";
    static final String READ = "instainstru_founding_funnel_summary";
    private static final String VERIFIER = "verifier-" + "v".repeat(40);
    private static final int MOST_ROWS = 5_000;

    /// What a code was redeemed for.
    record Tokens(String client, String access, String refresh, String code) {}

    final RunningSystem system;
    final Knock door;
    final HttpServer client;

    Copilot(Path work, Map<String, String> environment, String... words) throws IOException {
        var all = new ArrayList<>(List.of("--set", "authorization.keys.algorithm=ES256"));
        all.addAll(List.of(words));
        system = RunningSystem.start("admin-copilot", work, environment, all.toArray(String[]::new));
        door = new Knock(system.origin());
        client = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        client.createContext("/callback", http -> {
            http.sendResponseHeaders(204, -1);
            http.close();
        });
        client.start();
    }

    String resource() {
        return system.endpoint().toString();
    }

    private String callback() {
        return "http://127.0.0.1:" + client.getAddress().getPort() + "/callback";
    }

    /// A client that has just registered itself at the second path.
    String register() {
        return door.json("/oauth2/register", "{\"client_name\":\"Knock\",\"token_endpoint_auth_method\":\"none\","
                + "\"redirect_uris\":[\"" + callback() + "\"],\"grant_types\":[\"authorization_code\","
                + "\"refresh_token\"]}").expect(201).json().path("client_id").asString();
    }

    /// Where somebody ends who follows an authorization request of this client.
    Person.Page arrive(String clientId, Person person, String scope) throws IOException {
        var asked = new LinkedHashMap<>(Map.of("response_type", "code", "client_id", clientId, "redirect_uri",
                callback(), "code_challenge", challenge(), "code_challenge_method", "S256", "resource", resource(),
                "state", "s"));
        if (!scope.isEmpty()) {
            asked.put("scope", scope);
        }
        return person.visit(URI.create(system.origin() + "/oauth2/authorize?" + asked.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + Knock.encoded(pair.getValue())).collect(Collectors.joining("&"))));
    }

    /// Tokens of this person, from the second path.
    Tokens signIn(Person person, String scope) throws IOException {
        var clientId = register();
        var end = arrive(clientId, person, scope);
        var code = parameter(end.address(), "code");
        var json = door.form("/oauth2/token", Map.of("grant_type", "authorization_code", "code", code, "client_id",
                clientId, "redirect_uri", callback(), "code_verifier", VERIFIER)).expect(200).json();
        return new Tokens(clientId, json.path("access_token").asString(), json.path("refresh_token").asString(), code);
    }

    static String parameter(URI address, String name) {
        for (var pair : String.valueOf(address.getRawQuery()).split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new AssertionError("no " + name + " in " + address);
    }

    private static String challenge() {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256")
                    .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The identity provider beside it.
    String provider() {
        return address("identity-provider");
    }

    /// The marketplace beside it.
    String marketplace() {
        return address("marketplace");
    }

    private String address(String companion) {
        return text(system.state().resolve(companion + ".running")).strip().split(" ", 3)[2];
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A token of the provider for the marketplace, as the gateway gets it.
    String machineToken() {
        var secret = text(system.state().resolve("secrets").resolve("marketplace-gateway")).strip();
        return new Knock(provider()).form("/oauth2/token", Map.of("grant_type", "client_credentials", "client_id",
                "marketplace-gateway", "client_secret", secret, "resource", "https://api.instainstru.example"))
                .expect(200).json().path("access_token").asString();
    }

    /// Rows of the front door's audit log: event, outcome, subject and what was said, each in one line.
    List<String> audit() {
        try (var database = Database.open(system.state().resolve("doorwarden.db"))) {
            return database.query("SELECT event, outcome, subject, thing, reason FROM audit ORDER BY seq DESC LIMIT "
                    + MOST_ROWS, row -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " "
                    + row.getString(4) + " " + row.getString(5));
        }
    }

    /// Rows of the marketplace's own audit table, oldest first: principal, for whom, path and status in each line.
    static String marketplaceAudit(Path state) {
        var url = "jdbc:sqlite:" + state.resolve("marketplace").resolve("marketplace.db");
        try (var connection = DriverManager.getConnection(url); var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT principal_type, principal_id, on_behalf_of, path_template, "
                        + "status FROM audit ORDER BY id")) {
            var text = new StringBuilder();
            while (rows.next()) {
                text.append(rows.getString(1)).append(' ').append(rows.getString(2)).append(' ')
                        .append(rows.getString(3)).append(' ').append(rows.getString(4)).append(' ')
                        .append(rows.getInt(5)).append('\n');
            }
            return text.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.stop(0);
        system.close();
    }
}
