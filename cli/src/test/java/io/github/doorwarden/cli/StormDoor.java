package io.github.doorwarden.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// A small MCP server and its authorization server in one, which count what they are asked and say when.
final class StormDoor implements AutoCloseable {

    /// What happens at the door of a request, before it is answered.
    interface Watch {

        /// @param port of the other end
        /// @return false for a request that nobody waits for any more
        boolean at(BridgeStormTest.Moment moment, int port);
    }

    /// A page that a browser was started for.
    ///
    /// @param owner process that started it
    record Tab(long owner, URI address) {}

    private static final Map<String, BridgeStormTest.Moment> MOMENTS = Map.of(
            "/.well-known/oauth-protected-resource/mcp", BridgeStormTest.Moment.RESOURCE,
            "/.well-known/oauth-authorization-server", BridgeStormTest.Moment.METADATA, "/register",
            BridgeStormTest.Moment.REGISTER, "/token", BridgeStormTest.Moment.TOKEN);

    final AtomicInteger redeemed = new AtomicInteger();
    final AtomicInteger tabs = new AtomicInteger();
    final LinkedBlockingQueue<Tab> opened = new LinkedBlockingQueue<>();
    private final Map<String, Boolean> codes = new ConcurrentHashMap<>();
    private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final Watch watch;

    StormDoor(Watch watch) throws IOException {
        this.watch = watch;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", http -> {
            try (http) {
                answer(http);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String origin() {
        return "http://127.0.0.1:" + port();
    }

    private void answer(HttpExchange http) throws IOException {
        var path = http.getRequestURI().getPath();
        var body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var moment = MOMENTS.get(path);
        if (moment != null && !watch.at(moment, http.getRemoteAddress().getPort())) {
            return;
        }
        switch (path) {
            case "/mcp" -> mcp(http, body);
            case "/.well-known/oauth-protected-resource/mcp" ->
                    json(http, 200, "{\"resource\":\"" + origin() + "/mcp\",\"authorization_servers\":[\"" + origin()
                        + "\"]}");
            case "/.well-known/oauth-authorization-server" ->
                    json(http, 200, ("{'issuer':'@','authorization_endpoint':'@/authorize','token_endpoint':'@/token',"
                        + "'registration_endpoint':'@/register','code_challenge_methods_supported':['S256'],"
                        + "'response_types_supported':['code'],'token_endpoint_auth_methods_supported':['none']}")
                        .replace('\'', '"').replace("@", origin()));
            case "/register" -> json(http, 201, "{\"client_id\":\"" + UUID.randomUUID() + "\",\"redirect_uris\":"
                        + JsonMapper.shared().readTree(body).path("redirect_uris") + "}");
            case "/tab" -> {
                tabs.incrementAndGet();
                opened.add(new Tab(Long.parseLong(http.getRequestHeaders().getFirst("X-Pid")),
                        URI.create(http.getRequestHeaders().getFirst("X-Url"))));
                json(http, 200, "{}");
            }
            case "/authorize" -> {
                var query = form(http.getRequestURI().getRawQuery());
                var code = UUID.randomUUID().toString();
                codes.put(code, true);
                http.getResponseHeaders().set("Location", query.get("redirect_uri") + "?code=" + code + "&state="
                        + query.get("state"));
                http.sendResponseHeaders(302, -1);
            }
            case "/token" -> token(http, form(body));
            default -> json(http, 404, "{}");
        }
    }

    private void token(HttpExchange http, Map<String, String> form) throws IOException {
        if (codes.remove(form.getOrDefault("code", "")) == null) {
            json(http, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        redeemed.incrementAndGet();
        var token = UUID.randomUUID().toString();
        tokens.put("Bearer " + token, true);
        json(http, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    }

    private void mcp(HttpExchange http, String body) throws IOException {
        var token = http.getRequestHeaders().getFirst("Authorization");
        if (token == null || !tokens.containsKey(token)) {
            http.getResponseHeaders().set("WWW-Authenticate", "Bearer resource_metadata=\"" + origin()
                    + "/.well-known/oauth-protected-resource/mcp\"");
            json(http, 401, "{}");
            return;
        }
        if (!http.getRequestMethod().equals("POST")) {
            http.sendResponseHeaders(405, -1);
            return;
        }
        var message = JsonMapper.shared().readTree(body);
        if (!message.has("id")) {
            http.sendResponseHeaders(202, -1);
            return;
        }
        json(http, 200, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":"
                + (message.path("method").asString().equals("initialize") ? "{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"storm\",\"version\":\"1\"}}"
                        : "{\"content\":[{\"type\":\"text\",\"text\":\"works\"}]}") + "}");
    }

    private static Map<String, String> form(String text) {
        return Arrays.stream(text.split("&")).map(each -> each.split("=", 2)).collect(Collectors.toMap(each -> each[0],
                each -> URLDecoder.decode(each[1], StandardCharsets.UTF_8)));
    }

    private static void json(HttpExchange http, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
