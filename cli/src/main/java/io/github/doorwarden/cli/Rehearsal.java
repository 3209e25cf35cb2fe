package io.github.doorwarden.cli;

import io.github.doorwarden.store.NativeLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;

/// What `./doorwarden` runs once after each build, in a JVM that records what it loads (`-XX:AOTCacheOutput`, JEP 514):
/// a small deployment with a state of its own, a guest who signs in by client credentials and calls its tools, and some
/// who are turned away. It also unpacks the native library that every start would unpack again.
public final class Rehearsal {

    /// Enough for what a call does to settle; more would only make it longer.
    private static final int ROUNDS = 25;
    private static final String READY = "ready ";
    private static final String SECRET = "guest";

    private final Path folder;
    private final URI endpoint;
    private final HttpClient http = HttpClient.newHttpClient();

    private Rehearsal(Path folder, URI endpoint) {
        this.folder = folder;
        this.endpoint = endpoint;
    }

    /// Ends the process: with 0 when everything was answered as it should be.
    ///
    /// @param args a folder that is made, written to, and not cleaned up
    public static void main(String[] args) {
        try {
            var folder = Files.createDirectories(Path.of(args[0]));
            var libraries = System.getProperty(NativeLibrary.FOLDER);
            if (libraries != null) {
                NativeLibrary.unpack(Path.of(libraries));
            }
            new Rehearsal(folder, serve(folder)).visit();
            System.exit(0);
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.err.println("The rehearsal failed: " + e);
            Runtime.getRuntime().halt(1);
        }
    }

    /// The endpoint of a server that runs until the process ends.
    private static URI serve(Path folder) throws IOException {
        copy("rehearsal.yaml", folder.resolve("doorwarden.yaml"));
        copy("rehearsal.json", folder.resolve("openapi.json"));
        var out = new PipedWriter();
        var lines = new BufferedReader(new PipedReader(out));
        Thread.ofPlatform().daemon().name("serve").start(() -> Doorwarden.run(new String[] {"serve", folder.toString()},
                new PrintWriter(out, true), new PrintWriter(System.err, true)));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return URI.create(line.substring(READY.length()));
            }
        }
        throw new IOException("The server ended before it was ready.");
    }

    private static void copy(String resource, Path to) throws IOException {
        try (var in = Rehearsal.class.getResourceAsStream(resource)) {
            Files.write(to, in.readAllBytes());
        }
    }

    private void visit() throws IOException, InterruptedException {
        turnedAway();
        for (var path : new String[] {"/.well-known/oauth-authorization-server", "/.well-known/jwks.json",
                "/.well-known/oauth-protected-resource/mcp"}) {
            expect(200, get(path));
        }
        for (var round = 0; round < ROUNDS; round++) {
            var token = token();
            call(token, "initialize", "{\"protocolVersion\": \"2025-11-25\", \"capabilities\": {}, "
                    + "\"clientInfo\": {\"name\": \"guest\", \"version\": \"1\"}}");
            call(token, "tools/list", "{}");
            call(token, "tools/call", "{\"name\": \"doorwarden_whoami\", \"arguments\": {}}");
            call(token, "tools/call", "{\"name\": \"health\", \"arguments\": {\"note\": \"n\", \"times\": 3}}");
        }
    }

    private void turnedAway() throws IOException, InterruptedException {
        expect(401, post("Bearer none", "tools/list", "{}"));
        expect(404, get("/nowhere"));
        expect(200, get("/authorize?response_type=code&client_id=browser&redirect_uri="
                + text("http://127.0.0.1:1/back")
                + "&code_challenge_method=S256&code_challenge=" + "c".repeat(43) + "&resource="
                + text(endpoint.toString())));
    }

    private void call(String token, String method, String params) throws IOException, InterruptedException {
        var answer = expect(200, post("Bearer " + token, method, params));
        if (!JsonMapper.shared().readTree(answer).has("result")) {
            throw new IOException(method + " was answered by " + answer);
        }
    }

    private String token() throws IOException, InterruptedException {
        var secret = Files.readString(folder.resolve("state/secrets").resolve(SECRET)).strip();
        var answer = http.send(HttpRequest.newBuilder(endpoint.resolve("/token"))
                .header("Authorization", "Basic " + Base64.getEncoder()
                        .encodeToString(("rehearsal:" + secret).getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&resource=" + text(endpoint.toString())))
                .build(), BodyHandlers.ofString());
        return JsonMapper.shared().readTree(expect(200, answer)).path("access_token").asString();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(endpoint.resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String authorization, String method, String params)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(endpoint).header("Authorization", authorization)
                .header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2025-11-25")
                .POST(BodyPublishers.ofString("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + method
                        + "\", \"params\": " + params + "}")).build(), BodyHandlers.ofString());
    }

    private static String expect(int status, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer + " where " + status + " was expected: " + answer.body());
        }
        return answer.body();
    }

    private static String text(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
