package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// An operation of a REST API with `confirm: true`, from the preview to the backend, exactly once.
final class ConfirmTest {

    private static final String CALL = "\"name\":\"order_cancel\",\"arguments\":{\"id\":\"7/8\",\"reason\":\"late\","
            + "\"pin\":\"canary-4711\"%s}";
    private static final String PREVIEW = """
            Cancel an order
            POST /orders/7%2F8/cancel at shop, with {
              "reason" : "late",
              "pin" : "(not shown)"
            }""";
    private static final String FORMS = "{\"elicitation\":{}}";

    @TempDir
    private Path folder;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private HttpServer backend;
    private Deployed deployed;

    @BeforeEach
    void open() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        backend.start();
        Files.writeString(folder.resolve("orders.json"), """
                {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"},
                 "paths": {"/orders/{id}/cancel": {"post": {"operationId": "cancel", "summary": "Cancel an order",
                   "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                   "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
                     "reason": {"type": "string"}, "pin": {"type": "string"}, "key": {"type": "string"}}}}}},
                   "responses": {"200": {"description": "Done."}}}}}}""");
        deployed = Deployed.at(folder, """
                sources:
                  shop:
                    type: openapi
                    document: orders.json
                    upstream: shop
                    tools:
                      order_cancel:
                        operation: cancel
                        confirm: true
                        parameters: {pin: {secret: true}, key: {fixed: canary-key}}
                upstreams: {shop: {base_url: "http://127.0.0.1:%d"}}
                endpoints:
                  /mcp: {sources: [shop]}
                """.formatted(backend.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        deployed.close();
        backend.stop(0);
    }

    private JsonNode modern(String more, String capabilities) {
        return deployed.modern("tools/call", "{" + CALL.formatted("") + more + "}", capabilities).path("result");
    }

    private void ranOnce() {
        assertEquals(List.of("POST /orders/7%2F8/cancel {\"reason\":\"late\",\"pin\":\"canary-4711\","
                + "\"key\":\"canary-key\"}"), List.copyOf(requests));
    }

    @Test
    void aModernClientIsAskedWithThePreview_AndItsYesRunsTheCallOnce() {
        var asked = modern("", FORMS);
        assertEquals("input_required", asked.path("resultType").asString());
        var key = asked.path("inputRequests").propertyNames().iterator().next();
        var question = asked.path("inputRequests").path(key).path("params");
        assertEquals(PREVIEW + "\n\nShall this be done?", question.path("message").asString());
        assertFalse(asked.toString().contains("canary"), asked.toString());
        assertEquals(0, requests.size());

        var state = ",\"requestState\":\"" + asked.path("requestState").asString() + "\"";
        var no = modern(state + ",\"inputResponses\":{\"" + key + "\":{\"action\":\"decline\"}}", FORMS);
        assertTrue(no.toString().contains("did not confirm"), no.toString());
        assertEquals(0, requests.size());

        var again = modern("", FORMS);
        var yes = ",\"requestState\":\"" + again.path("requestState").asString()
                + "\",\"inputResponses\":{\"" + key + "\":{\"action\":\"accept\",\"content\":{}}}";
        assertFalse(modern(yes, FORMS).path("isError").asBoolean(false));
        ranOnce();
        assertTrue(modern(yes, FORMS).isMissingNode(), "the same answer a second time");
        ranOnce();
    }

    @Test
    void whoCannotBeAskedGetsThePreviewAndAConfirmation_GoodOnceAndForTheseArguments() {
        for (var first : List.of(modern("", "{}"),
                deployed.legacy("2025-06-18", "tools/call", "{" + CALL.formatted("") + "}").path("result"))) {
            var text = first.path("content").path(0).path("text").asString();
            assertTrue(text.startsWith(PREVIEW + "\n\nNothing was done yet."), text);
            assertFalse(text.contains("canary"), text);
            assertEquals(0, requests.size());

            var confirmation = text.substring(text.lastIndexOf(' ') + 1);
            var other = CALL.replace("late", "later").formatted(",\"confirmation\":\"" + confirmation + "\"");
            assertTrue(deployed.legacy("2025-06-18", "tools/call", "{" + other + "}").path("result").path("isError")
                    .asBoolean());
            assertEquals(0, requests.size());
            var same = "{" + CALL.formatted(",\"confirmation\":\"" + confirmation + "\"") + "}";
            assertFalse(deployed.modern("tools/call", same).path("result").path("isError").asBoolean(false));
            ranOnce();
            var twice = deployed.modern("tools/call", same).path("result");
            assertTrue(twice.path("isError").asBoolean() && Deployed.text(deployed.legacy("2025-11-25", "tools/call",
                    same)).contains("was used before"), twice.toString());
            ranOnce();
            requests.clear();
        }
    }

    @Test
    void theArgumentIsListed() {
        var properties = deployed.modern("tools/list", "{}").path("result").path("tools").path(0).path("inputSchema")
                .path("properties");
        assertTrue(properties.has("confirmation") && !properties.has("key"), properties.toString());
    }
}
