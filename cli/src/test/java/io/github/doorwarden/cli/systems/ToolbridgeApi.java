package io.github.doorwarden.cli.systems;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
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
