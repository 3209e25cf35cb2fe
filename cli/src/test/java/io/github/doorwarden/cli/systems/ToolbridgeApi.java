package io.github.doorwarden.cli.systems;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The API behind a running toolbridge, reached past the gateway: as its operator, or as somebody who tries their luck.
final class ToolbridgeApi {

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20)).build();

    /// @param json missing for what is none
    record Answer(int status, JsonNode json, String body) {}

    private final URI address;
    private final String admin;

    ToolbridgeApi(RunningSystem system) throws IOException {
        var card = Files.readString(system.state().resolve("toolbridge.running")).strip().split(" ");
        address = URI.create(card[card.length - 1]);
        admin = Files.readString(system.state().resolve("secrets").resolve("toolbridge-admin")).strip();
    }

    /// A GET at another host name than the address has: the JDK's client sets that itself, so this speaks HTTP by hand.
    static Answer at(String host, URI server, String target, Map<String, String> headers) throws IOException {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + headers.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue() + "\r\n")
                    .collect(Collectors.joining()) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            var text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            var body = text.substring(text.indexOf("\r\n\r\n")).strip();
            return new Answer(Integer.parseInt(text.split(" ")[1]), JsonMapper.shared().missingNode(), body);
        }
    }

    /// The same at the API itself.
    Answer at(String host, String target, Map<String, String> headers) throws IOException {
        return at(host, address, target, headers);
    }

    /// What the operator does.
    Answer admin(String method, String path, String body) throws IOException, InterruptedException {
        return send(method, path, body, "Authorization", "Bearer " + admin);
    }

    /// @param headers names and values by turns
    Answer send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json").method(method, body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        var json = answer.headers().firstValue("Content-Type").orElse("").contains("json")
                ? JsonMapper.shared().readTree(answer.body()) : JsonMapper.shared().missingNode();
        return new Answer(answer.statusCode(), json, answer.body());
    }
}
