package io.github.doorwarden.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A deployment with a state folder of its own that is deleted at the end: how it is started, and how its client gets a
/// token the way any agent without a human does, from the token endpoint that its metadata names.
///
/// @param folder  with a `doorwarden.yaml`
/// @param client  a client of it with the grant `client_credentials` and a generated secret of the same name
/// @param state   temporary
/// @param port    the same for every start, because tokens name their issuer
/// @param java    options for its JVM
record Door(Path folder, String client, Path state, int port, String java) implements AutoCloseable {

    static Door of(Path folder, String client, String java) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Door(folder, client, Files.createTempDirectory("bench"), socket.getLocalPort(), java);
        }
    }

    /// Makes the AOT cache that a first start would make in the background, in the middle of what is measured.
    static void prepare() throws IOException, InterruptedException {
        if (new ProcessBuilder("./doorwarden", "--prepare").inheritIO().start().waitFor() != 0) {
            throw new IOException("There is no AOT cache to measure a start with.");
        }
    }

    /// Returns when it is ready. Its own words go to a file in the state folder.
    Started start(String... moreJava) throws IOException {
        return start(Map.of("DOORWARDEN_JAVA_OPTS", (java + " " + String.join(" ", moreJava)).strip()), List.of());
    }

    /// @param set lines of configuration
    Started start(Map<String, String> environment, List<String> set) throws IOException {
        var command = new ArrayList<>(List.of("./doorwarden", "serve", folder.toString(), "--port",
                Integer.toString(port), "--set", "state=" + state));
        set.forEach(line -> command.addAll(List.of("--set", line)));
        return Started.run(command, environment, state.resolve("serve.log"));
    }

    /// A token for the endpoint of the running deployment (RFC 8414, RFC 6749 §4.4, RFC 8707).
    String token(URI endpoint) throws IOException, InterruptedException {
        var secret = Files.readString(state.resolve("secrets").resolve(client + "-client")).strip();
        try (var http = HttpClient.newHttpClient()) {
            var metadata = ask(http, HttpRequest.newBuilder(endpoint.resolve("/.well-known/oauth-authorization-server"))
                    .GET(), "token_endpoint");
            var basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
            return ask(http, HttpRequest.newBuilder(URI.create(metadata)).header("Authorization", "Basic " + basic)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("grant_type=client_credentials&resource="
                            + URLEncoder.encode(endpoint.toString(), StandardCharsets.UTF_8))), "access_token");
        }
    }

    private static String ask(HttpClient http, HttpRequest.Builder request, String member)
            throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        var value = JsonMapper.shared().readTree(answer.body()).path(member);
        if (answer.statusCode() != 200 || !value.isString()) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + " without " + member + ".");
        }
        return value.asString();
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(state)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
