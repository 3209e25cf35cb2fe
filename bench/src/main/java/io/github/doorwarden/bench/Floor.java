package io.github.doorwarden.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The floor: the least that any server on this engine does for an authenticated `tools/call`. Reads the body, finds
/// the token in a cache by its SHA-256, parses the JSON, writes the answer, in one write. No routes, no policy, no
/// limits, no audit; not a product. What Doorwarden's cost is a multiple of. Its answers are as long as those of
/// `bench/deployment`.
public final class Floor extends Handler.Abstract implements AutoCloseable {

    static final String PATH = "/mcp";

    private static final JsonMapper JSON = new JsonMapper();

    private final Server server = new Server(new VirtualThreadPool(0));
    private final ServerConnector connector;
    private final Cache<ByteBuffer, String> callers = Caffeine.newBuilder().maximumSize(10_000).build();

    private Floor(int port, String token) throws Exception {
        callers.put(hash(token), "caller");
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(this);
        server.start();
    }

    /// `port` 0 takes any free one; `token` is the one bearer token that is let in.
    static Floor start(int port, String token) throws Exception {
        return new Floor(port, token);
    }

    /// Starts the floor and prints `ready <url>`, as `doorwarden serve` does. Arguments: the port, the token's file.
    public static void main(String[] arguments) throws Exception {
        var floor = start(Integer.parseInt(arguments[0]), Files.readString(Path.of(arguments[1])).strip());
        System.out.println("ready " + floor.url());
    }

    String url() {
        return "http://127.0.0.1:" + connector.getLocalPort() + PATH;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        if (!request.getHttpURI().getPath().equals(PATH)) {
            return false;
        }
        var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (authorization == null || !authorization.startsWith("Bearer ")
                || callers.getIfPresent(hash(authorization.substring("Bearer ".length()))) == null) {
            response.setStatus(401);
            callback.succeeded();
            return true;
        }
        var body = Content.Source.asByteBuffer(request);
        var bytes = new byte[body.remaining()];
        body.get(bytes);
        var call = JSON.readTree(bytes);
        if (!call.has("id")) {
            response.setStatus(202);
            callback.succeeded();
            return true;
        }
        var answer = JSON.writeValueAsBytes(answer(call));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
        response.write(true, ByteBuffer.wrap(answer), callback);
        return true;
    }

    private static ObjectNode answer(JsonNode call) {
        var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", call.get("id"));
        var result = answer.putObject("result");
        if (call.path("method").asString().equals("initialize")) {
            result.set("protocolVersion", call.path("params").path("protocolVersion"));
            result.putObject("capabilities").putObject("tools");
            result.putObject("serverInfo").put("name", "floor").put("version", "0");
            return answer;
        }
        result.putArray("content").addObject().put("type", "text")
                .put("text", call.path("params").path("arguments").path("message").asString());
        if (call.path("params").has("_meta")) {
            result.put("resultType", "complete");
            result.putObject("_meta").putObject("io.modelcontextprotocol/serverInfo").put("name", "Bench")
                    .put("title", "Floor").put("version", "0.1.0");
        }
        return answer;
    }

    private static ByteBuffer hash(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
