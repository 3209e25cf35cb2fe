package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The configuration of docs/sources/openapi.md, in front of an API that answers as it says.
final class OpenApiManualTest {

    private static final Path PAGE = Path.of("../docs/sources/openapi.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)(?: ([^\\n]+))?\\n(.*?)^```$");

    @TempDir
    private Path folder;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private String served = "";
    private HttpServer api;

    @BeforeEach
    void write() throws IOException {
        for (var found = BLOCK.matcher(Files.readString(PAGE)); found.find();) {
            if (found.group(2) != null) {
                var file = folder.resolve(found.group(2));
                Files.createDirectories(file.getParent());
                Files.writeString(file, found.group(3) + (found.group(2).endsWith("doorwarden.yaml")
                        ? "server: {port: 0}\n" : ""));
            } else if (found.group(1).equals("text")) {
                served = found.group(3).strip();
            }
        }
        api = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        api.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            var body = switch (exchange.getRequestURI().getPath()) {
                case "/me" -> "{\"profile\":{\"first\":\"Ada\",\"last\":\"Lovelace\"}}";
                case "/orders" -> "{\"data\":[{\"id\":\"1\",\"item\":\"Tea\"},{\"id\":\"2\",\"item\":\"Cups\"}],"
                        + "\"meta\":{\"count\":3}}";
                default -> "{\"level\":4}";
            };
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        api.start();
    }

    @AfterEach
    void close() {
        api.stop(0);
    }

    private static JsonNode send(Deployment deployment, String method, String params) {
        return new Web().post(deployment.address().toString(), "application/json",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}", "Accept",
                "application/json, text/event-stream", "MCP-Protocol-Version", Agent.LEGACY).expect(200).json()
                .path("result");
    }

    private static JsonNode call(Deployment deployment, String tool, String arguments) {
        return send(deployment, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}");
    }

    @Test
    void theExampleServesWhatThePageSays() {
        var environment = Map.of("SHOP_URL", "http://127.0.0.1:" + api.getAddress().getPort(), "SHOP_TOKEN", "secret");
        try (var deployment = Deployment.start(ConfigFile.read(folder.resolve("shop"), Map.of(), environment::get),
                line -> { })) {
            var tools = send(deployment, "tools/list", "{}").path("tools");
            assertEquals(served, String.join(", ", tools.valueStream().map(tool -> tool.path("name").asString())
                    .toList()));
            assertEquals(List.of("status", "limit", "cursor"), List.copyOf(tools.at("/0/inputSchema/properties")
                    .propertyNames()));
            assertEquals("[\"what\"]", tools.at("/0/outputSchema/properties/items/items/properties").propertyNames()
                    .stream().filter(name -> !name.equals("id")).map(name -> "\"" + name + "\"").toList().toString());
            assertEquals("{\"name\":\"Ada Lovelace\"}", call(deployment, "who_are_we", "{}").path("structuredContent")
                    .toString());
            assertEquals("{\"level\":4}", call(deployment, "stock_level", "{\"sku\":\"AB12\"}")
                    .path("structuredContent").toString());
            assertTrue(call(deployment, "stock_level", "{\"sku\":\"nonsense\"}").path("isError").asBoolean());
            var nobody = call(deployment, "shop_listOrders", "{}");
            assertTrue(nobody.path("isError").asBoolean() && nobody.toString().contains("organisation"),
                    nobody.toString());
            assertEquals(List.of("GET /me Bearer secret", "GET /stock/AB12?unit=piece Bearer secret"), asked);
        }
    }
}
