package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.protocol.LogLevel;
import io.github.doorwarden.server.Elicitation;
import io.github.doorwarden.server.JavaSource;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Resource;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// One deployment behind another, in both eras of either.
final class McpSourceServedTest {

    /// What the deployment behind speaks.
    enum Behind { MODERN, LEGACY }

    record Nothing() {}

    record Wish(String name) {}

    @TempDir
    private Path front;
    @TempDir
    private Path back;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);

    private JavaSource behind() {
        Tool steps = RecordTool.named("steps", "Tells how far it is.").readOnly().of(Nothing.class, (none, call) -> {
            call.progress(1, 3, "one");
            call.log(LogLevel.WARNING, "hot");
            call.progress(2, 3, "two");
            return ToolResult.text("done");
        });
        Tool asks = RecordTool.named("asks", "Asks for a name.").of(Nothing.class, (none, call) -> ToolResult.text(
                call.ask("wish", Elicitation.form("Who?", Wish.class)).map(Wish::name).orElse("nobody")));
        Tool waits = RecordTool.named("waits", "Waits.").of(Nothing.class, (none, call) -> {
            try {
                entered.countDown();
                new CountDownLatch(1).await();
                return ToolResult.text("never");
            } catch (InterruptedException e) {
                stopped.countDown();
                throw e;
            }
        });
        return offering(steps, asks, waits);
    }

    private static JavaSource offering(Tool... tools) {
        var source = new JavaSource("mine", List.of());
        var resource = Resource.at("notes://one", "one").text(call -> "the note");
        source.offer(new Things(List.of(tools), List.of(resource), List.of(), List.of(), List.of()));
        return source;
    }

    /// A front of `steps` and so on, whatever is behind.
    private Deployed front(URI endpoint) {
        return Deployed.at(front, """
                upstreams:
                  behind: {base_url: "http://127.0.0.1:%d"}
                sources:
                  far: {type: mcp, http: {upstream: behind, path: %s}, ask: true,
                        expose: {tools: ["*"], resources: ["*"]}}
                endpoints:
                  /mcp: {sources: [far]}
                """.formatted(endpoint.getPort(), endpoint.getPath()));
    }

    private Deployed behind(Source source) {
        return Deployed.at(back, "endpoints:\n  /mcp: {sources: [mine]}\nplugins: .\n", source);
    }

    @ParameterizedTest
    @EnumSource
    void toolsResourcesProgressLogsAndQuestionsGoThroughBothDeployments(Behind era) throws Exception {
        try (var behind = behind(behind()); var way = new Before(behind.endpoint, era);
                var served = front(way.endpoint)) {
            assertEquals(List.of("far_steps", "far_asks", "far_waits"), sorted(Deployed.names(
                    served.modern("tools/list", "{}"), "tools")));
            var told = new ArrayList<String>();
            served.stream("tools/call", "{\"name\":\"far_steps\",\"_meta\":{\"progressToken\":\"t\","
                    + "\"io.modelcontextprotocol/logLevel\":\"info\"}}").forEachRemaining(message ->
                    told.add(said(message)));
            assertEquals(List.of("t 1 one", "far hot", "t 2 two", "done"), told);
            var read = served.modern("resources/read", "{\"uri\":\"far+notes://one\"}").path("result")
                    .path("contents").path(0);
            assertEquals("far+notes://one the note", read.path("uri").asString() + " " + read.path("text").asString());

            var asked = served.modern("tools/call", "{\"name\":\"far_asks\"}", "{\"elicitation\":{}}").path("result");
            assertEquals("input_required", asked.path("resultType").asString(), asked.toString());
            var key = asked.path("inputRequests").propertyNames().iterator().next();
            assertEquals("far asks: Who?", asked.path("inputRequests").path(key).path("params").path("message")
                    .asString());
            var answered = served.modern("tools/call", "{\"name\":\"far_asks\",\"requestState\":"
                    + asked.path("requestState") + ",\"inputResponses\":{\"" + key + "\":{\"action\":\"accept\","
                    + "\"content\":{\"name\":\"Ada\"}}}}", "{\"elicitation\":{}}");
            assertEquals("Ada", Deployed.text(answered));
            var unable = Deployed.text(served.modern("tools/call", "{\"name\":\"far_asks\"}"));
            assertTrue(unable.contains("asked") || unable.contains("declare"), unable);
            assertEquals(200, status(served, "/health"), "a source that is up");
        }
    }

    private static List<String> sorted(List<String> names) {
        var order = List.of("far_steps", "far_asks", "far_waits");
        return names.stream().sorted((one, two) -> order.indexOf(one) - order.indexOf(two)).toList();
    }

    private static String said(JsonNode message) {
        var params = message.path("params");
        return switch (message.path("method").asString("")) {
            case "notifications/progress" -> params.path("progressToken").asString() + " " + params.path("progress")
                    + " " + params.path("message").asString();
            case "notifications/message" -> params.path("logger").asString() + " " + params.path("data").asString();
            default -> Deployed.text(message);
        };
    }

    private static int status(Deployed served, String path) throws Exception {
        return health(served, path).statusCode();
    }

    private static HttpResponse<String> health(Deployed served, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(served.endpoint.resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesStopsTheToolAtTheDeploymentBehind(Behind era) throws Exception {
        try (var behind = behind(behind()); var way = new Before(behind.endpoint, era);
                var served = front(way.endpoint); var client = HttpClient.newHttpClient()) {
            var body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"far_waits\","
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
            var call = client.sendAsync(HttpRequest.newBuilder(served.endpoint)
                    .header("Content-Type", "application/json").header("Accept", "application/json, text/event-stream")
                    .header("MCP-Protocol-Version", "2026-07-28").header("Mcp-Method", "tools/call")
                    .header("Mcp-Name", "far_waits").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            entered.await();
            call.cancel(true);
            client.shutdownNow();
            assertTrue(stopped.await(30, TimeUnit.SECONDS), "the tool behind is not interrupted");
        }
    }

    @Test
    void whatChangesBehindIsToldInFront_AndADeadOneIsNoOutageOfTheWhole() throws Exception {
        var source = behind();
        try (var behind = behind(source); var served = front(behind.endpoint)) {
            var stream = served.stream("subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true,"
                    + "\"resourceSubscriptions\":[\"far+notes://one\"]}}");
            stream.next();
            Tool more = RecordTool.named("more", "Is new.").of(Nothing.class, (none, call) -> {
                call.resourceChanged("notes://one");
                return ToolResult.text("more");
            });
            Tool steps = RecordTool.named("steps", "Is other than before.").of(Nothing.class, (none, call) ->
                    ToolResult.text("other"));
            source.offer(new Things(List.of(steps, more), List.of(Resource.at("notes://one", "one")
                    .text(call -> "the note")), List.of(), List.of(), List.of()));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of(), Deployed.names(served.modern("tools/list", "{}"), "tools"), "both are held back");
            assertTrue(Deployed.text(served.modern("tools/call", "{\"name\":\"far_steps\"}"))
                    .contains("held back until an administrator"));
            assertTrue(health(served, "/health").body().contains("\"far\":\"up, 2 held back\""));
            new SourcePins(ConfigFile.read(front, Map.of(), name -> null))
                    .approve("far", List.of());
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals("more", Deployed.text(served.modern("tools/call", "{\"name\":\"far_more\"}")));
            var updated = stream.next();
            assertEquals("notifications/resources/updated far+notes://one", updated.path("method").asString() + " "
                    + updated.path("params").path("uri").asString());
            behind.close();
            var dead = Deployed.text(served.modern("tools/call", "{\"name\":\"far_more\"}"));
            assertTrue(dead.contains("behind") || dead.contains("far is down"), dead);
            assertTrue(Deployed.names(served.modern("tools/list", "{}"), "tools").contains("far_more"));
            var health = health(served, "/health");
            assertEquals(200, health.statusCode());
            assertTrue(health.body().contains("\"far\":\"down\""), health.body());
        }
    }

    /// What stands before the deployment behind: nothing, or something that knows no revision of today.
    private static final class Before implements AutoCloseable {

        private final HttpServer http;
        private final HttpClient client = HttpClient.newHttpClient();
        private final URI to;
        final URI endpoint;

        Before(URI to, Behind era) throws IOException {
            this.to = to;
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            http.createContext("/", this::pass);
            if (era == Behind.LEGACY) {
                http.start();
            }
            endpoint = era == Behind.LEGACY ? URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/mcp")
                    : to;
        }

        private void pass(HttpExchange exchange) throws IOException {
            try (exchange) {
                var body = exchange.getRequestBody().readAllBytes();
                if (new String(body, StandardCharsets.UTF_8).contains("2026-07-28")) {
                    exchange.sendResponseHeaders(400, -1);
                    return;
                }
                var request = HttpRequest.newBuilder(to).method(exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(body));
                for (var name : List.of("Content-Type", "Accept", "Mcp-Session-Id", "MCP-Protocol-Version",
                        "Last-Event-ID")) {
                    var value = exchange.getRequestHeaders().getFirst(name);
                    if (value != null) {
                        request.header(name, value);
                    }
                }
                var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                answer.headers().map().forEach((name, values) -> {
                    if (!name.startsWith(":") && !name.equalsIgnoreCase("content-length")
                            && !name.equalsIgnoreCase("transfer-encoding")) {
                        exchange.getResponseHeaders().put(name, values);
                    }
                });
                exchange.sendResponseHeaders(answer.statusCode(), answer.statusCode() == 202 ? -1 : 0);
                try (var in = answer.body()) {
                    var buffer = new byte[8192];
                    for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        exchange.getResponseBody().write(buffer, 0, n);
                        exchange.getResponseBody().flush();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            http.stop(0);
            client.shutdownNow();
        }
    }
}
