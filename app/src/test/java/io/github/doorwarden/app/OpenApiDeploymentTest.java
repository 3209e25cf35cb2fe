package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// REST APIs by configuration alone: chosen by patterns, declared by hand, with a document that changes.
@Timeout(120)
final class OpenApiDeploymentTest {

    private static final String DOCUMENT = """
            openapi: 3.0.3
            info: {title: Shop, version: "1"}
            paths:
              /orders:
                get:
                  operationId: listOrders
                  summary: Lists orders
                  tags: [orders]
                  parameters: [{name: tenant, in: query, required: true, schema: {type: string}},
                    {name: offset, in: query, schema: {type: integer}}, {name: max, in: query, schema: {type: integer}}]
                  responses: {"200": {description: ok}}
                post: {operationId: placeOrder, summary: Places an order, tags: [orders], responses: {"200": {description: ok}}}
              /health: {get: {operationId: health, summary: Health, responses: {"200": {description: ok}}}}
            """;

    @TempDir
    private Path folder;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String document = DOCUMENT;
    private HttpServer backend;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("api.yaml"), DOCUMENT);
        backend = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        backend.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!path.equals("/api.yaml")) {
                asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? ""
                        : " " + body) + exchange.getRequestHeaders().getOrDefault("X-Kind", List.of()));
            }
            var bytes = (path.equals("/api.yaml") ? document : "{\"rows\":[1,2]}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        backend.start();
    }

    @AfterEach
    void close() {
        backend.stop(0);
    }

    private String yaml(String source) {
        return """
                endpoints: {/mcp: {sources: [api]}}
                upstreams: {u: {base_url: "http://127.0.0.1:%d"}}
                sources:
                  api: {type: openapi, upstream: u, %s}
                """.formatted(backend.getAddress().getPort(), source);
    }

    private static List<String> tools(Deployed deployed) {
        return Deployed.names(deployed.modern("tools/list", "{}"), "tools");
    }

    private static JsonNode call(Deployed deployed, String name, String arguments) {
        return deployed.modern("tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}")
                .path("result");
    }

    private static Iterator<JsonNode> listening(Deployed deployed) {
        var stream = deployed.stream("subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}");
        assertEquals("notifications/subscriptions/acknowledged", stream.next().path("method").asString());
        return stream;
    }

    @Test
    void whatIsIncludedIsServedWithWhatEachToolSays() {
        var source = """
                document: api.yaml, prefix: shop_, allow_writes: true,
                    include: [{tags: [orders], confirm: true}], exclude: [{methods: [DELETE]}],
                    tools: {shop_listOrders: {description: Orders of your organisation.,
                      pagination: {style: offset, limit: max, position: offset, size: 2},
                      parameters: {tenant: {bind: caller.tenant}}}}""";
        try (var deployed = Deployed.at(folder, yaml(source))) {
            var list = deployed.modern("tools/list", "{}").path("result").path("tools");
            assertEquals(List.of("shop_listOrders", "shop_placeOrder"), tools(deployed));
            assertEquals("Orders of your organisation.", list.at("/0/description").asString());
            assertEquals(List.of("limit", "cursor"), List.copyOf(list.at("/0/inputSchema/properties").propertyNames()));
            var forged = call(deployed, "shop_listOrders", "{\"tenant\":\"theirs\"}");
            assertTrue(forged.path("isError").asBoolean() && forged.toString().contains("tenant"), forged.toString());
            var nobody = call(deployed, "shop_listOrders", "{}");
            assertTrue(nobody.path("isError").asBoolean() && nobody.toString().contains("organisation"),
                    nobody.toString());
            var unconfirmed = call(deployed, "shop_placeOrder", "{}");
            assertTrue(unconfirmed.toString().contains("onfirm"), unconfirmed.toString());
            assertEquals(List.of(), asked);
        }
    }

    @Test
    void aCursorOutlivesAStart() {
        var source = """
                document: api.yaml, tools: {list: {operation: listOrders, parameters: {tenant: {fixed: t}},
                      pagination: {style: offset, limit: max, position: offset, size: 2}}}""";
        String cursor;
        try (var deployed = Deployed.at(folder, yaml(source))) {
            cursor = call(deployed, "list", "{}").at("/structuredContent/page/next_cursor").asString();
        }
        try (var deployed = Deployed.at(folder, yaml(source))) {
            assertFalse(call(deployed, "list", "{\"cursor\":\"" + cursor + "\"}").path("isError").asBoolean());
            assertTrue(call(deployed, "list", "{\"cursor\":\"" + cursor.substring(1) + "\"}").path("isError")
                    .asBoolean());
        }
        assertEquals(List.of("GET /orders?tenant=t&max=2[]", "GET /orders?tenant=t&offset=2&max=2[]"), asked);
    }

    @Test
    void operationsAreDeclaredByHandWhereThereIsNoDocument() {
        var yaml = """
                endpoints: {/mcp: {sources: [api]}}
                upstreams: {u: {base_url: "http://127.0.0.1:%d/v1"}}
                sources:
                  api:
                    type: http
                    upstream: u
                    tools:
                      find:
                        path: /things/{id}
                        description: One thing.
                        parameters:
                          id: {description: Its number., schema: {type: integer, minimum: 1}}
                          X-Kind: {in: header, rename: kind, enum: [a, b]}
                          deep: {schema: {type: boolean}, default: true}
                      put:
                        method: PUT
                        path: /things/{id}
                        description: Changes a thing.
                        body: {type: object, required: [name], properties: {name: {type: string}, by: {type: string}}}
                        parameters: {id: {}, by: {fixed: us}}
                """.formatted(backend.getAddress().getPort());
        try (var deployed = Deployed.at(folder, yaml)) {
            var list = deployed.modern("tools/list", "{}").path("result").path("tools");
            assertEquals(Deployed.JSON.readTree("""
                    {"type":"object","properties":{"id":{"type":"integer","minimum":1,"description":"Its number."},
                     "kind":{"type":"string","enum":["a","b"]},"deep":{"type":"boolean","default":true}},
                     "required":["id"],"additionalProperties":false}"""), list.at("/0/inputSchema"));
            assertTrue(list.at("/0/annotations/readOnlyHint").asBoolean());
            assertFalse(call(deployed, "find", "{\"id\":7,\"kind\":\"b\"}").path("isError").asBoolean());
            assertTrue(call(deployed, "find", "{\"id\":0}").path("isError").asBoolean());
            assertTrue(call(deployed, "put", "{\"id\":\"..\",\"name\":\"n\"}").path("isError").asBoolean());
            assertFalse(call(deployed, "put", "{\"id\":\"a/b\",\"name\":\"n\"}").path("isError").asBoolean());
            assertEquals(List.of("GET /v1/things/7?deep=true[b]",
                    "PUT /v1/things/a%2Fb {\"name\":\"n\",\"by\":\"us\"}[]"),
                    asked);
        }
    }

    @Test
    void anotherDocumentInTheFileIsServedWithoutAStart() throws Exception {
        try (var deployed = Deployed.following(folder, yaml("document: api.yaml, include: [{paths: [/**]}]"))) {
            assertEquals(List.of("listOrders", "health"), tools(deployed));
            var stream = listening(deployed);
            var fresh = Files.writeString(folder.resolve("fresh.yaml"), DOCUMENT.replace("/health", "/ready")
                    .replace("health", "ready"));
            Files.move(fresh, folder.resolve("api.yaml"), StandardCopyOption.REPLACE_EXISTING);
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("listOrders", "ready"), tools(deployed));
        }
    }

    @Test
    void aDocumentFromAnAddressStaysAsItWasUntilItIsAccepted() {
        var source = "document: \"http://127.0.0.1:" + backend.getAddress().getPort() + "/api.yaml\", "
                + "include: [{paths: [/**]}]";
        try (var deployed = Deployed.at(folder, yaml(source))) {
            assertEquals(List.of("listOrders", "health"), tools(deployed));
        }
        document = DOCUMENT.replace("health", "ready");
        try (var deployed = Deployed.following(folder, yaml(source))) {
            assertEquals(List.of("listOrders", "health"), tools(deployed));
            var stream = listening(deployed);
            var config = ConfigFile.read(folder, Map.of(), name -> null);
            assertEquals(List.of("GET /health (the tool health) is gone", "GET /ready is new"),
                    OpenApiDocuments.accept(config, "api"));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("listOrders", "ready"), tools(deployed));
        }
        backend.removeContext("/");
        try (var deployed = Deployed.at(folder, yaml(source))) {
            assertEquals(List.of("listOrders", "ready"), tools(deployed), "though its host does not answer");
        }
        backend.createContext("/", exchange -> exchange.close());
    }
}
