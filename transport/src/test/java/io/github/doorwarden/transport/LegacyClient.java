package io.github.doorwarden.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One legacy client over real sockets, which sees every byte of its streams.
final class LegacyClient {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http;
    private final String url;
    private final String token;
    final String revision;
    final String session;

    /// Connected, with an open session.
    LegacyClient(HttpClient http, String url, String token, String revision) throws Exception {
        this.http = http;
        this.url = url;
        this.token = token;
        this.revision = revision;
        this.session = send(request(url).POST(BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":"
                + "\"initialize\",\"params\":{\"protocolVersion\":\"" + revision
                + "\",\"capabilities\":{\"elicitation\":"
                + "{},\"roots\":{}}}}"))).headers().firstValue("Mcp-Session-Id").orElseThrow();
    }

    private LegacyClient(HttpClient http, String url, String token, String revision, String session) {
        this.http = http;
        this.url = url;
        this.token = token;
        this.revision = revision;
        this.session = session;
    }

    /// The same session in the hands of another.
    LegacyClient as(String other) {
        return new LegacyClient(http, url, other, revision, session);
    }

    private HttpRequest.Builder request(String where) {
        return HttpRequest.newBuilder(URI.create(where)).timeout(PATIENCE).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream").header("Authorization", "Bearer " + token);
    }

    private HttpRequest.Builder inSession() {
        return request(url).header("Mcp-Session-Id", session);
    }

    private HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String json) throws Exception {
        return send(inSession().POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> delete() throws Exception {
        return send(inSession().DELETE());
    }

    HttpResponse<String> get(String lastEventId) throws Exception {
        return send(inSession().GET().header("Last-Event-ID", lastEventId));
    }

    /// Calls a tool and reads its stream.
    Events call(int id, String tool) throws Exception {
        return new Events(open(inSession().POST(BodyPublishers.ofString(callOf(id, tool)))));
    }

    static String callOf(int id, String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"_meta\":{\"progressToken\":" + id + "}}}";
    }

    /// @param lastEventId null for none
    Events listen(String lastEventId) throws Exception {
        var request = inSession().GET();
        return new Events(open(lastEventId == null ? request : request.header("Last-Event-ID", lastEventId)));
    }

    /// An event as it came; an absent field is empty.
    record Event(String type, String id, String data, String retry) {

        JsonNode json() {
            return JsonMapper.shared().readTree(data);
        }
    }

    /// An open stream; closing it drops the connection.
    static final class Events implements AutoCloseable {

        final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Events(HttpResponse<InputStream> response) {
            this.response = response;
            this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /// The next event; null at the end of the stream.
        Event next() {
            try {
                var event = new Event("", "", "", "");
                var any = false;
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty() && any) {
                        return event;
                    }
                    any |= !line.isEmpty() && !line.startsWith(":");
                    event = with(event, line);
                }
                return null;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private static Event with(Event event, String line) {
            var value = line.substring(line.indexOf(':') + 1).strip();
            return switch (line.substring(0, Math.max(0, line.indexOf(':')))) {
                case "event" -> new Event(value, event.id, event.data, event.retry);
                case "id" -> new Event(event.type, value, event.data, event.retry);
                case "data" -> new Event(event.type, event.id, value, event.retry);
                case "retry" -> new Event(event.type, event.id, event.data, value);
                default -> event;
            };
        }

        /// The next that has data.
        Event message() {
            var event = next();
            while (event != null && event.data.isEmpty()) {
                event = next();
            }
            return event;
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException already) {
                throw new UncheckedIOException(already);
            }
        }
    }
}
