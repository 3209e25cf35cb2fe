package io.github.doorwarden.transport;

import io.github.doorwarden.store.AuditEvent;
import io.github.doorwarden.store.AuditLog;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `/full` of a [TestDoor] behind the real engine, and a modern client of HTTP/1.1.
abstract class SocketFixture extends DoorFixture {

    private static final String META = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}";

    /// @param meta more members of `_meta`, each with a comma before it
    static String message(String id, String method, String params, String meta) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params
                + (params.isEmpty() ? "" : ",") + "\"_meta\":{" + META + meta + "}}}";
    }

    HttpRequest.Builder post(String method, String name, String body) {
        var request = HttpRequest.newBuilder(URI.create(server.origin() + "/full")).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json").header("Authorization", "Bearer reader")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28").header("Mcp-Method", method)
                .POST(BodyPublishers.ofString(body));
        return name.isEmpty() ? request : request.header("Mcp-Name", name);
    }

    HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofInputStream());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder call(String id, String tool, String meta) {
        return post("tools/call", tool, message(id, "tools/call", "\"name\":\"" + tool + "\"", meta));
    }

    Events listen(String id, String filter) throws Exception {
        var response = open(post("subscriptions/listen", "", message(id, "subscriptions/listen",
                "\"notifications\":" + filter, "")));
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + new String(response.body().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8));
        }
        return new Events(response.body());
    }

    static ObjectNode json(String text) {
        return TestDoor.object(text);
    }

    /// Audit lines of an event, newest first, once everything is on disk.
    List<AuditEvent> lines(String event) {
        door.audit.writeDurably(new AuditEvent(TestDoor.NOW, "", "mark", "", "", "", "", "", "", "", "", null,
                Duration.ZERO, ""));
        return door.audit.newest(1000).stream().map(AuditLog.Line::event).filter(line -> line.event().equals(event))
                .toList();
    }
}
