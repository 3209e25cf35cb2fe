package io.github.doorwarden.doctor;

import io.github.doorwarden.doctor.StubServer.Reply;
import io.github.doorwarden.doctor.StubServer.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A whole MCP server with its authorization server, both eras, sessions for the legacy one, by the book.
final class Faultless {

    static final String TOKEN = "canary-doctor-token-4711";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Map<String, JsonNode> clients = new ConcurrentHashMap<>();
    private final Map<String, Boolean> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    Reply answer(Request request) {
        if (request.method().equals("OPTIONS")) {
            return open(Reply.of(204)).with("Access-Control-Allow-Methods", "GET, POST, DELETE")
                    .with("Access-Control-Allow-Headers", "Authorization, Content-Type, Mcp-Session-Id, "
                            + "MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID");
        }
        return switch (request.path()) {
            case "/mcp", "/mcp/" -> open(mcp(request));
            case "/.well-known/oauth-protected-resource" -> open(resource(request, ""));
            case "/.well-known/oauth-protected-resource/mcp" -> open(resource(request, "/mcp"));
            case "/.well-known/oauth-authorization-server" -> open(Reply.json(200, metadata(request.origin())));
            case "/register" -> open(register(request));
            case "/authorize" -> authorize(request);
            case "/token" -> open(token(request));
            default -> forget(request);
        };
    }

    private static Reply open(Reply reply) {
        return reply.with("Access-Control-Allow-Origin", "*")
                .with("Access-Control-Expose-Headers", "Mcp-Session-Id, WWW-Authenticate");
    }

    private static Reply resource(Request request, String path) {
        var json = JSON.createObjectNode().put("resource", request.origin() + path);
        json.putArray("authorization_servers").add(request.origin());
        json.putArray("scopes_supported").add("notes:read");
        return Reply.json(200, json);
    }

    static ObjectNode metadata(String origin) {
        var json = JSON.createObjectNode().put("issuer", origin).put("authorization_endpoint", origin + "/authorize")
                .put("token_endpoint", origin + "/token").put("registration_endpoint", origin + "/register")
                .put("client_id_metadata_document_supported", true);
        json.putArray("response_types_supported").add("code");
        json.putArray("code_challenge_methods_supported").add("S256");
        json.putArray("token_endpoint_auth_methods_supported").add("none").add("private_key_jwt");
        return json;
    }

    private Reply register(Request request) {
        var made = (ObjectNode) request.json();
        var id = "client-" + next.incrementAndGet();
        made.put("client_id", id).put("registration_access_token", "access-" + id)
                .put("registration_client_uri", request.origin() + "/register/" + id);
        clients.put(id, made);
        return Reply.json(201, made);
    }

    private Reply forget(Request request) {
        var id = request.path().replaceFirst("^/register/", "");
        if (request.method().equals("DELETE") && clients.containsKey(id)
                && request.header("authorization").equals("Bearer access-" + id)) {
            clients.remove(id);
            return Reply.of(204);
        }
        return Reply.page(404, "not here");
    }

    private Reply authorize(Request request) {
        var fields = fields(request.query());
        var id = fields.getOrDefault("client_id", "");
        var redirect = fields.getOrDefault("redirect_uri", "");
        var client = clients.get(id);
        var registered = client == null ? id.startsWith("https://")
                : client.path("redirect_uris").valueStream().anyMatch(uri ->
                        portless(uri.asString("")).equals(portless(redirect)));
        return registered ? Reply.page(200, "<h1>Sign in</h1>") : Reply.page(400, "<h1>No</h1>");
    }

    private static String portless(String uri) {
        return uri.replaceFirst("^(http://[a-z0-9.]+):\\d+", "$1");
    }

    private Reply token(Request request) {
        var fields = fields(request.body());
        if (!request.header("content-type").equals("application/x-www-form-urlencoded")) {
            return Reply.json(400, "{\"error\": \"invalid_request\"}");
        }
        var known = clients.containsKey(fields.getOrDefault("client_id", ""));
        return known ? Reply.json(400, "{\"error\": \"invalid_grant\"}")
                : Reply.json(401, "{\"error\": \"invalid_client\"}");
    }

    static Map<String, String> fields(String form) {
        var fields = new HashMap<String, String>();
        for (var pair : form.split("&")) {
            var at = pair.indexOf('=');
            if (at > 0) {
                fields.put(pair.substring(0, at),
                        URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        return fields;
    }

    private Reply mcp(Request request) {
        if (!request.header("authorization").equals("Bearer " + TOKEN)) {
            var bad = request.header("authorization").isEmpty() ? "" : "error=\"invalid_token\", ";
            return Reply.json(401, "{\"error\": \"invalid_token\"}").with("WWW-Authenticate", "Bearer " + bad
                    + "resource_metadata=\"" + request.origin() + "/.well-known/oauth-protected-resource/mcp\", "
                    + "scope=\"notes:read\"");
        }
        var session = request.header("mcp-session-id");
        if (!session.isEmpty() && !sessions.containsKey(session)) {
            return error(request, 404, -32001, "no such session");
        }
        return switch (request.method()) {
            case "POST" -> post(request);
            case "DELETE" -> {
                sessions.remove(session);
                yield Reply.of(204);
            }
            default -> Reply.of(405).with("Allow", "POST, DELETE");
        };
    }

    private Reply post(Request request) {
        var revision = request.json().path("params").path("_meta")
                .path("io.modelcontextprotocol/protocolVersion").asString("");
        if (!revision.isEmpty() && !revision.equals("2026-07-28")) {
            return Reply.json(400, "{\"jsonrpc\": \"2.0\", \"id\": 3, \"error\": {\"code\": -32022, \"message\": "
                    + "\"no\", "
                    + "\"data\": {\"supported\": [\"2026-07-28\", \"2025-11-25\"]}}}");
        }
        if (!revision.isEmpty() && !request.header("mcp-method").equals(request.call())) {
            return error(request, 400, -32020, "the header differs");
        }
        return switch (request.call()) {
            case "initialize" -> {
                var id = "session-" + next.incrementAndGet();
                sessions.put(id, true);
                yield result(request, "{\"protocolVersion\": "
                        + request.json().path("params").path("protocolVersion")
                        + ", \"capabilities\": {\"tools\": {}}, \"serverInfo\": {\"name\": \"stub\", \"version\": "
                        + "\"1\"}}").with("Mcp-Session-Id", id);
            }
            case "notifications/initialized" -> Reply.of(202);
            case "server/discover" -> result(request, "{\"supportedVersions\": [\"2026-07-28\"]}");
            case "tools/list" -> result(request, "{\"tools\": [" + tool("search") + ", " + tool("fetch") + "]}");
            case "subscriptions/listen" -> Reply.events("data: {\"jsonrpc\": \"2.0\", \"method\": "
                    + "\"notifications/subscriptions/acknowledged\"}\n\n").endless();
            default -> error(request, revision.isEmpty() ? 200 : 404, -32601, "no such method");
        };
    }

    static String tool(String name) {
        return "{\"name\": \"" + name + "\", \"inputSchema\": {\"type\": \"object\"}}";
    }

    private static Reply result(Request request, String result) {
        var message = "{\"jsonrpc\": \"2.0\", \"id\": " + request.json().path("id") + ", \"result\": " + result + "}";
        var accept = request.header("accept");
        return List.of("text/event-stream").contains(accept) ? Reply.events("data: " + message + "\n\n")
                : Reply.json(200, message);
    }

    private static Reply error(Request request, int status, int code, String message) {
        return Reply.json(status, "{\"jsonrpc\": \"2.0\", \"id\": " + request.json().path("id")
                + ", \"error\": {\"code\": "
                + code + ", \"message\": \"" + message + "\"}}");
    }
}
