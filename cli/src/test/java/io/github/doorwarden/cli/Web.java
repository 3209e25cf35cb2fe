package io.github.doorwarden.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// HTTP as a stranger speaks it: nothing is followed, nothing added, every answer kept for whoever looks for leaks.
final class Web {

    static final JsonMapper JSON = JsonMapper.shared();
    static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(PATIENCE).build();

    /// What came back.
    record Answer(URI asked, int status, HttpHeaders headers, String body) {

        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        JsonNode json() {
            return JSON.readTree(body);
        }

        boolean html() {
            return header("Content-Type").orElse("").startsWith("text/html");
        }

        String location() {
            return header("Location").orElseThrow(() -> new AssertionError("no Location: " + this));
        }

        Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError(wanted + " was expected: " + this);
            }
            return this;
        }

        @Override
        public String toString() {
            return asked.getPath() + " " + status + " " + headers.map() + "\n" + body;
        }
    }

    final List<Answer> seen = new CopyOnWriteArrayList<>();

    Answer get(String url, String... headers) {
        return send(HttpRequest.newBuilder().GET(), url, headers);
    }

    Answer post(String url, String type, String body, String... headers) {
        var request = HttpRequest.newBuilder().POST(BodyPublishers.ofString(body));
        return send(type.isEmpty() ? request : request.header("Content-Type", type), url, headers);
    }

    Answer form(String url, Map<String, String> parameters, String... headers) {
        return post(url, FORM, encode(parameters), headers);
    }

    private Answer send(HttpRequest.Builder request, String url, String... headers) {
        request.uri(URI.create(url)).timeout(PATIENCE);
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var reply = CLIENT.send(request.build(), BodyHandlers.ofString());
            var answer = new Answer(reply.uri(), reply.statusCode(), reply.headers(), reply.body());
            seen.add(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream().map(p -> encode(p.getKey()) + "=" + encode(p.getValue()))
                .collect(Collectors.joining("&"));
    }

    /// The parameters behind the question mark of an address.
    static Map<String, String> query(String url) {
        var values = new LinkedHashMap<String, String>();
        var query = URI.create(url).getRawQuery();
        for (var pair : query == null ? new String[0] : query.split("&")) {
            var sign = pair.indexOf('=');
            values.put(pair.substring(0, sign), URLDecoder.decode(pair.substring(sign + 1), StandardCharsets.UTF_8));
        }
        return values;
    }
}
