package io.github.doorwarden.cli.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Plain HTTP at the door of a running system, for what no client of our own would send.
final class Knock {

    static final JsonMapper JSON = JsonMapper.shared();
    static final String LEGACY = "2025-11-25";
    static final String MODERN = "2026-07-28";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).build();

    record Answer(int status, HttpHeaders headers, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("expected " + wanted + ", and came " + this);
            }
            return this;
        }
    }

    private final String origin;

    Knock(String origin) {
        this.origin = origin;
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    Answer form(String path, Map<String, String> form, String... headers) {
        var body = form.entrySet().stream().map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                .collect(Collectors.joining("&"));
        return send("POST", path, body, and(headers, "Content-Type", "application/x-www-form-urlencoded"));
    }

    Answer json(String path, String body, String... headers) {
        return send("POST", path, body, and(headers, "Content-Type", "application/json"));
    }

    /// One JSON-RPC message of an era before 2026-07-28.
    ///
    /// @param token null: none
    Answer rpc(String token, String method, String params, String... headers) {
        var id = method.startsWith("notifications/") ? "" : "\"id\":7,";
        var all = and(headers, "Accept", "application/json, text/event-stream", "MCP-Protocol-Version", LEGACY);
        return json("/mcp", "{\"jsonrpc\":\"2.0\"," + id + "\"method\":\"" + method + "\",\"params\":" + params + "}",
                token == null ? all : and(all, "Authorization", "Bearer " + token));
    }

    Answer call(String token, String tool, String arguments) {
        return rpc(token, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    /// One request of 2026-07-28.
    Answer modern(String token, String method, String name, String more) {
        var meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + MODERN + "\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"knock\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var all = new String[] {"Accept", "application/json, text/event-stream", "MCP-Protocol-Version", MODERN,
            "Mcp-Method", method};
        all = name.isEmpty() ? all : and(all, "Mcp-Name", name);
        return json("/mcp", "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{" + more + meta
                + "}}", token == null ? all : and(all, "Authorization", "Bearer " + token));
    }

    Answer send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : origin + path))
                .timeout(PATIENCE).method(method, body.isEmpty() ? BodyPublishers.noBody()
                : BodyPublishers.ofString(body));
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var answer = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.headers(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// A request byte for byte, for headers that no HTTP client sends: its status.
    ///
    /// @param lines of the head, without the end
    int raw(String body, String... lines) {
        var address = URI.create(origin);
        try (var socket = new Socket(InetAddress.getByName(address.getHost()), address.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var text = String.join("\r\n", lines) + "\r\nConnection: close\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            var head = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(head.split(" ", 3)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] and(String[] headers, String... more) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
