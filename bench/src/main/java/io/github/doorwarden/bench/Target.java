package io.github.doorwarden.bench;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// What is called: one tool of one MCP endpoint, with one token, in one protocol revision. Makes the bytes of each
/// request; they differ in the id alone, which always has the same number of digits. Immutable.
///
/// @param url       absolute, `http` only: the load generator speaks plain TCP
/// @param token     the bearer token; empty sends none
/// @param arguments the tool's arguments as JSON
/// @param revision  `2025-06-18` and its like begin with `initialize`; from `2026-07-28` on every request stands alone
record Target(URI url, String token, String tool, String arguments, String revision) {

    static final int ID_DIGITS = 9;
    static final String FIRST_STANDALONE_REVISION = "2026-07-28";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ID_MARK = "\"id\":";

    Target {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("The endpoint must be an http:// URL, this one is not: " + url);
        }
    }

    int port() {
        return url.getPort() < 0 ? 80 : url.getPort();
    }

    boolean standalone() {
        return revision.compareTo(FIRST_STANDALONE_REVISION) >= 0;
    }

    /// The call of the tool, head and body, with `000000000` where each call has its id, and where that is.
    Template call(Optional<String> session) {
        var params = JSON.createObjectNode().put("name", tool);
        params.set("arguments", JSON.readTree(arguments));
        if (standalone()) {
            var meta = params.putObject("_meta");
            meta.put("io.modelcontextprotocol/protocolVersion", revision);
            meta.putObject("io.modelcontextprotocol/clientInfo").put("name", "bench").put("version", "1");
            meta.putObject("io.modelcontextprotocol/clientCapabilities");
        }
        var body = "{\"jsonrpc\":\"2.0\"," + ID_MARK + "0".repeat(ID_DIGITS) + ",\"method\":\"tools/call\",\"params\":"
                + params + "}";
        var fields = standalone() ? "Mcp-Method: tools/call\r\nMcp-Name: " + tool + "\r\n" : "";
        var request = post(fields + session.map(id -> "Mcp-Session-Id: " + id + "\r\n").orElse(""), body);
        return new Template(request, request.indexOf(ID_MARK) + ID_MARK.length());
    }

    String initialize() {
        return post("", "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                + revision
                + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
    }

    String initialized(Optional<String> session) {
        return post(session.map(id -> "Mcp-Session-Id: " + id + "\r\n").orElse(""),
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private String post(String fields, String body) {
        return "POST " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getRawAuthority() + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                + "MCP-Protocol-Version: " + revision + "\r\n" + fields
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /// @param request ISO-8859-1 apart from the arguments
    /// @param id      index of the first digit of the id
    record Template(String request, int id) {

        byte[] bytes() {
            return request.getBytes(StandardCharsets.UTF_8);
        }
    }
}
