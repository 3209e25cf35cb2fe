package io.github.doorwarden.cli;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A whole deployment in a folder of its own: notes behind an OpenAPI document at a backend of the test (`/notes`,
/// closed to strangers), a tool in Java (`/memo`, open for lists), one person. What the console says is kept.
final class Door implements AutoCloseable {

    static final String EMAIL = "ada@example.org";
    static final String PASSWORD = "canary-password-4711";
    static final String READ = "notes:read";
    static final String WRITE = "notes:write";
    /// A client that the operator vouches for, so that its consent may be remembered.
    static final String VOUCHED = "reports";
    static final String VOUCHED_REDIRECT = "https://reports.example/callback";

    private static final String YAML = """
            name: House of notes
            development: true
            server: {port: 0}
            authorization:
              scopes:
                notes:read: {text: read notes, baseline: true}
                notes:write: {text: write notes in your name, implies: [notes:read]}
              registration: {per_hour_per_peer: 100000}
              clients:
                - {id: reports, name: Reports, redirect_uris: ["https://reports.example/callback"]}
                - {id: robot, secret: canary-robot-secret-4711-4711-4711-4711, grants: [client_credentials],
                   scopes: [notes:read]}
              demo_people: [{email: ada@example.org, name: Ada Lovelace, password: canary-password-4711}]
            limits: {calls_per_minute: 1000000, calls_per_tool_per_minute: 1000000, concurrent_calls: 1000}
            sources:
              notes:
                type: openapi
                document: notes.json
                upstream: notes
                tools:
                  notes_list: {operation: listNotes, description: Lists the notes., scopes: [notes:read]}
                  notes_add: {operation: addNote, description: Adds a note., scopes: [notes:write]}
              memo: {type: java, class: io.github.doorwarden.cli.MemoSource}
            upstreams:
              notes:
                base_url: ${env:NOTES_URL}
                credentials: {type: static, token: canary-upstream-token-4711}
            endpoints:
              /notes: {sources: [notes, builtin]}
              /memo: {sources: [memo, builtin], open_methods: [initialize, notifications/initialized, tools/list]}
            """;

    private static final String DOCUMENT = """
            {"openapi": "3.1.0", "info": {"title": "Notes", "version": "1"}, "paths": {"/notes": {
              "get": {"operationId": "listNotes", "responses": {"200": {"description": "All.", "content":
                {"application/json": {"schema": {"type": "object"}}}}}},
              "post": {"operationId": "addNote", "requestBody": {"required": true, "content": {"application/json":
                {"schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}}}},
                "responses": {"201": {"description": "Added.", "content":
                {"application/json": {"schema": {"type": "object"}}}}}}}}}
            """;

    final Backend backend = new Backend();
    final List<String> console = new CopyOnWriteArrayList<>();
    final Path folder;
    final Web web = new Web();
    Config config;
    Deployment deployment;
    String notes;
    String memo;
    String origin;

    private Door(Path folder) {
        this.folder = folder;
    }

    /// @param changes pieces of the configuration and what they become
    static Door open(Path folder, String... changes) {
        var yaml = YAML;
        for (var i = 0; i < changes.length; i += 2) {
            if (!yaml.contains(changes[i])) {
                throw new AssertionError("not in the configuration: " + changes[i]);
            }
            yaml = yaml.replace(changes[i], changes[i + 1]);
        }
        try {
            Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
            Files.writeString(folder.resolve("notes.json"), DOCUMENT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stateAt(folder.resolve("state"));
        var door = new Door(folder);
        door.start();
        return door;
    }

    /// Gives somebody a password whose hash costs next to nothing: a hash says itself what it costs to check.
    private static void quickly(Path folder, String email, String password) {
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"))) {
            database.update("UPDATE person SET password = ? WHERE email = ?", Password.hash(password)
                    .addRandomSalt(16).with(Argon2Function.getInstance(64, 1, 1, 32, Argon2.ID)).getResult(), email);
        }
    }

    /// Begins a state folder that has signing keys already.
    static void stateAt(Path state) {
        Template.copyTo(state);
    }

    /// The state of a deployment that has started once, with its person: signing keys take seconds to make, so all
    /// tests begin there.
    private static final class Template {

        private static final Path STATE = make();

        private static Path make() {
            try (var backend = new Backend()) {
                var folder = Files.createTempDirectory("doorwarden-template");
                Files.writeString(folder.resolve(ConfigFile.NAME), YAML);
                Files.writeString(folder.resolve("notes.json"), DOCUMENT);
                Deployment.start(ConfigFile.read(folder, Map.of(), Map.of("NOTES_URL", backend.url())::get), line ->
                        { })
                        .close();
                quickly(folder, EMAIL, PASSWORD);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder.resolve("state");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void copyTo(Path state) {
            try (var files = Files.walk(STATE)) {
                for (var file : files.toList()) {
                    Files.copy(file, state.resolve(STATE.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void start() {
        config = config(Map.of());
        deployment = Deployment.start(config, console::add);
        notes = deployment.endpoints().get(0).toString();
        memo = deployment.endpoints().get(1).toString();
        origin = notes.substring(0, notes.length() - "/notes".length());
    }

    Config config(Map<String, String> set) {
        return ConfigFile.read(folder, new HashMap<>(set), environment()::get);
    }

    Map<String, String> environment() {
        return Map.of("NOTES_URL", backend.url());
    }

    /// A node beside the first.
    ///
    /// @param origin where it alone answers; in public it has the name of the first
    record Node(Deployment deployment, String origin) implements AutoCloseable {
        @Override
        public void close() {
            deployment.close();
        }
    }

    /// A second process would do no other: the same state, the same name in public, a port of its own.
    Node secondNode() {
        return secondNode(Map.of());
    }

    /// @param more that it is configured with
    Node secondNode(Map<String, String> more) {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = free.getLocalPort();
            free.close();
            var settings = new HashMap<>(more);
            settings.putAll(Map.of("server.public_origin", origin, "server.port", "" + port));
            return new Node(Deployment.start(config(settings), console::add), "http://127.0.0.1:" + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Administration administration() {
        return Administration.open(config(Map.of("server.public_origin", origin)));
    }

    void person(String email, String name, String password) {
        try (var administration = administration()) {
            administration.addPerson(email, name, Optional.empty());
        }
        quickly(folder, email, password);
    }

    Browser browser() {
        return new Browser(web, origin);
    }

    /// A browser in which the person has signed in, with nothing under way.
    Browser signedIn() {
        var browser = browser();
        browser.signIn(browser.get("/login"), EMAIL, PASSWORD).expect(303);
        return browser;
    }

    /// A client that registered itself, for `/notes`.
    Agent agent() {
        return Agent.registered(web, origin, notes, "Stranger", "http://127.0.0.1:9/callback");
    }

    /// The client that the operator vouches for.
    Agent vouched() {
        return new Agent(web, origin, notes, VOUCHED, VOUCHED_REDIRECT);
    }

    @Override
    public void close() {
        deployment.close();
        backend.close();
    }
}
