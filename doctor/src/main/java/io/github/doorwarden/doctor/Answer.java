package io.github.doorwarden.doctor;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What came back, or that nothing did.
///
/// @param status  0 when nothing came; then `trouble` says why
/// @param headers by their names in lower case
/// @param body    as much as was read
/// @param ended   the server has said that this is all
/// @param took    to the headers
/// @param words   to the first byte of the body; empty when none came
record Answer(Ask ask, int status, Map<String, List<String>> headers, String body, boolean ended, Duration took,
        Optional<Duration> words, Trouble trouble, String why) {

    /// Why nothing came.
    enum Trouble { NONE, UNREACHABLE, TLS, SILENT, BROKEN }

    boolean silent() {
        return status == 0;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(List::getFirst);
    }

    /// All values of a header, in one line.
    String line(String name) {
        return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    boolean redirect() {
        return status >= 300 && status < 400 && header("Location").isPresent();
    }

    /// Where a redirect leads; empty when that is no URL.
    Optional<URI> location() {
        try {
            return header("Location").map(ask.uri()::resolve);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean events() {
        return line("Content-Type").toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /// The object in the body, or in the last event of a stream that has one.
    Optional<JsonNode> json() {
        if (!events()) {
            return object(body);
        }
        return body.lines().filter(line -> line.startsWith("data:")).map(line -> object(line.substring(5)))
                .flatMap(Optional::stream).reduce((one, other) -> other);
    }

    private static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(JsonMapper.shared().readTree(text)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /// The result of a JSON-RPC call that went well.
    Optional<JsonNode> result() {
        return status == 200 ? json().map(json -> json.get("result")).filter(JsonNode::isObject) : Optional.empty();
    }

    /// The error of a JSON-RPC call, whatever the status.
    Optional<JsonNode> error() {
        return json().map(json -> json.get("error")).filter(JsonNode::isObject);
    }

    /// The code of OAuth's form of an error, or nothing.
    String oauthError() {
        return json().map(json -> json.path("error").asString("")).orElse("");
    }

    /// For people: what came, in one line.
    String came() {
        if (silent()) {
            return "no answer: " + why;
        }
        var said = new StringBuilder().append(status);
        for (var name : List.of("Location", "WWW-Authenticate", "Allow", "Content-Type", "Content-Encoding")) {
            header(name).ifPresent(value -> said.append(", ").append(name).append(": ").append(line(name)));
        }
        if (!body.isBlank()) {
            said.append(", ").append(body.strip().replaceAll("\\s+", " "));
        }
        return said.toString();
    }
}
