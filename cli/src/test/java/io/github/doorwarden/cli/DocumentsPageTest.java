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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What docs/sources/documents.md says happens, through the whole door: token, scope, label, search, fetch, upload.
class DocumentsPageTest {

    private static final Path PAGE = Path.of("../docs/sources/documents.md");
    private static final Pattern FILE = Pattern.compile("(?ms)^```\\w+ ([^\\n]+)\\n(.*?)^```$");
    private static final String SECRET = "a-secret-of-the-page-4711-4711-4711";

    @TempDir
    private Path folder;
    private final Web web = new Web();

    @BeforeEach
    void writeWhatThePageHas() throws IOException {
        var files = FILE.matcher(Files.readString(PAGE));
        while (files.find()) {
            Files.createDirectories(folder.resolve(files.group(1)).getParent());
            Files.writeString(folder.resolve(files.group(1)), files.group(2));
        }
        Door.stateAt(folder.resolve("state"));
    }

    private Deployment start() {
        return Deployment.start(ConfigFile.read(folder, Map.of("server.port", "0"), Map.of("ANALYST_SECRET", SECRET,
                "BOARD_SECRET", SECRET)::get), line -> { });
    }

    private String token(String endpoint, String client, String scope) {
        var origin = endpoint.substring(0, endpoint.indexOf("/mcp"));
        return web.form(origin + "/token", Map.of("grant_type", "client_credentials", "resource", endpoint, "scope",
                scope), "Authorization", "Basic " + Base64.getEncoder().encodeToString((client + ":" + SECRET)
                .getBytes(StandardCharsets.UTF_8))).expect(200).json().path("access_token").asString();
    }

    private JsonNode rpc(String endpoint, String token, String method, String params) {
        return web.post(endpoint, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method
                + "\",\"params\":" + params + "}", "Authorization", "Bearer " + token, "Accept",
                "application/json, text/event-stream", "MCP-Protocol-Version", "2025-06-18").expect(200).json();
    }

    private JsonNode call(String endpoint, String token, String tool, String argument, String value) {
        return rpc(endpoint, token, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{\"" + argument + "\":\""
                + value + "\"}}").path("result");
    }

    @Test
    void thePagesDeploymentAnswersAsThePageSays() {
        try (var deployment = start()) {
            var endpoint = deployment.endpoints().getFirst().toString();
            var analyst = token(endpoint, "analyst", "docs:read");
            var board = token(endpoint, "board", "docs:read docs:board");
            assertEquals(2, rpc(endpoint, analyst, "tools/list", "{}").path("result").path("tools").size());
            var found = call(endpoint, analyst, "search", "query", "lisbon fares").path("content").path(0).path("text")
                    .asString();
            var id = Web.JSON.readTree(found).path("results").path(0).path("id").asString();
            assertEquals("{\"results\":[{\"id\":\"" + id + "\",\"title\":\"A planner on flights to Lisbon\","
                    + "\"url\":\"https://talks.example.com/2026/lisbon\"}]}", found);
            var both = call(endpoint, board, "search", "query", "lisbon fares").path("structuredContent")
                    .path("results");
            assertEquals(2, both.size());
            var offer = both.path(1).path("id").asString();
            assertTrue(call(endpoint, board, "fetch", "id", offer).path("structuredContent").path("text").asString()
                    .contains("The price that was named"));
            assertEquals(call(endpoint, analyst, "fetch", "id", "doc-00000000000000000000"),
                    call(endpoint, analyst, "fetch", "id", offer));
            web.seen.stream().filter(answer -> answer.body().contains("The price that was named"))
                    .forEach(answer -> assertTrue(answer.body().contains(offer)));
        }
    }

    /// The command in a process of its own, against a stand-in of the service on loopback.
    @Test
    void anUploadPrintsTheIdOfTheStore() throws Exception {
        var asked = new CopyOnWriteArrayList<String>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            var answer = "{\"id\":\"vs_1\",\"status\":\"completed\",\"file_counts\":{\"completed\":2,\"failed\":0}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            var base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
            assertEquals("0 VECTOR_STORE_ID=vs_1\n", upload(Map.of("OPENAI_API_KEY", "sk-1", "OPENAI_BASE_URL", base)));
            assertEquals(List.of("POST /v1/files Bearer sk-1", "POST /v1/files Bearer sk-1",
                    "POST /v1/vector_stores Bearer sk-1", "POST /v1/vector_stores/vs_1/file_batches Bearer sk-1"),
                    asked);
            assertTrue(Files.readString(folder.resolve("errors")).contains("2 documents are in the vector store."));
            assertEquals("1 ", upload(Map.of("OPENAI_BASE_URL", base)));
            assertTrue(Files.readString(folder.resolve("errors")).contains("OPENAI_API_KEY is not set, so nothing was "
                    + "sent."));
        } finally {
            server.stop(0);
        }
    }

    private String upload(Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:disable", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "io.github.doorwarden.cli.Doorwarden", "documents", "upload", folder.toString())
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENAI_"));
        builder.environment().putAll(Map.of("ANALYST_SECRET", SECRET, "BOARD_SECRET", SECRET));
        builder.environment().putAll(environment);
        var process = builder.start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + printed;
    }
}
