package io.github.doorwarden.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A server over HTTP that plays what a test says, and keeps what it was asked.
final class StubServer implements AutoCloseable {

    /// Of 2026-07-28, with tools.
    static final String DISCOVERED = "{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':"
            + "{'tools':{}},'instructions':'Add with "
            + "add.','_meta':{'io.modelcontextprotocol/serverInfo':{'name':'stub',"
            + "'version':'1'}}}";

    /// What one request does.
    interface Play {
        void answer(Asked asked) throws IOException;
    }

    /// One request.
    record Asked(String verb, String path, ObjectNode message, HttpExchange exchange) {

        String method() {
            return message.path("method").asString("");
        }

        JsonNode params() {
            return message.path("params");
        }

        String header(String name) {
            return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
        }

        void result(String json) throws IOException {
            body(200, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + json(json) + "}");
        }

        void error(int status, String json) throws IOException {
            body(status, "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"error\":" + json(json) + "}");
        }

        void body(int status, String text) throws IOException {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }

        void status(int status, String... field) throws IOException {
            if (field.length > 0) {
                exchange.getResponseHeaders().set(field[0], field[1]);
            }
            exchange.sendResponseHeaders(status, -1);
        }

        OutputStream stream() throws IOException {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            return exchange.getResponseBody();
        }

        static void event(OutputStream out, String lines) throws IOException {
            out.write((lines.replace('\'', '"') + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer http;

    StubServer(Play play) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                var one = new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                        body.isEmpty() ? json("{}") : json(body), exchange);
                asked.add(one);
                play.answer(one);
            }
        });
        http.start();
    }

    /// Of 2026-07-28: it is discovered, and a test says the rest.
    static StubServer modern(Play play) throws IOException {
        return new StubServer(one -> {
            if (one.method().equals("server/discover")) {
                one.result(DISCOVERED);
            } else {
                play.answer(one);
            }
        });
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp");
    }

    static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
