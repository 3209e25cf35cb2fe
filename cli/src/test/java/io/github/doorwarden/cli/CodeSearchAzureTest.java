package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The system code-search with an index at Azure AI Search, by environment variables alone: a server on loopback
/// answers as the service's reference shows (Documents - Search Post). The service itself was not asked.
class CodeSearchAzureTest {

    private static final String ANSWER = """
            {"@odata.context": "https://x.search.windows.net/indexes('code')/$metadata#docs(*)", "value": [
              {"@search.score": 7.2, "repo": "libraries", "path": "pool-7/Pool.java", "symbol": "Pool.leaked",
               "language": "java", "kind": "method", "from_line": 40, "to_line": 42,
               "content": "void leaked() {\\n    warn();\\n}"},
              {"@search.score": 5.1, "repo": "marketplace", "path": "Invites.java", "symbol": "", "language": "java",
               "kind": "class", "from_line": 1, "to_line": 2, "content": "class Invites {\\n}"}]}""";

    private record Asked(String target, String key, JsonNode body) {}

    @TempDir
    private Path folder;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    private HttpServer service() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(new Asked(exchange.getRequestURI().toString(), exchange.getRequestHeaders()
                        .getFirst("api-key"), Web.JSON.readTree(exchange.getRequestBody().readAllBytes())));
                var bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json; odata.metadata=minimal");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        return server;
    }

    private Config config(HttpServer service) throws Exception {
        Files.createDirectories(folder.resolve("jars"));
        Files.createDirectories(folder.resolve("market"));
        Files.writeString(folder.resolve("market/charge.py"), "def charge(card):\n    return card\n");
        var code = "sources.code.repositories.";
        return ConfigFile.read(Path.of("..", "systems", "code-search"), Map.of("state", folder.resolve("state")
                .toString(), "server.port", "0", code + "libraries.archives", folder.resolve("jars") + "/*.jar",
                code + "doorwarden.git", folder.resolve("none").toString(), code + "marketplace.folder",
                folder.resolve("market").toString()), Map.of("CODE_SEARCH_EMBEDDINGS", "none", "CODE_SEARCH_BACKEND",
                "azure_ai_search", "AZURE_SEARCH_ENDPOINT", "http://127.0.0.1:" + service.getAddress().getPort(),
                "AZURE_SEARCH_KEY", "key-4711")::get);
    }

    private static JsonNode called(Web web, String url, String email, String tool, String arguments) {
        var token = web.post(url.replaceAll("/mcp$", "/auth/token"), "application/json", "{\"email\":\"" + email
                + "\"}").expect(200).json().path("access_token").asString();
        return web.post(url + "/tool/" + tool, "application/json", arguments, "Authorization", "Bearer " + token)
                .expect(200).json().path("structuredContent");
    }

    @Test
    void searchesGoThereAndTheOtherToolsStayHere() throws Exception {
        var service = service();
        try (var deployment = Deployment.start(config(service), line -> { })) {
            var web = new Web();
            var url = deployment.endpoints().getFirst().toString();
            var query = "{\"query\":\"leaked connections\",\"language\":\"java\",\"limit\":3}";
            var ofGuest = called(web, url, "guest@elsewhere.example", "search_code", query).path("results");
            assertEquals(1, ofGuest.size(), "what a tier may not know of is left out here too: " + ofGuest);
            var hit = ofGuest.path(0);
            assertEquals("libraries pool-7/Pool.java Pool.leaked 40 42", hit.path("repo").asString() + " "
                    + hit.path("path").asString() + " " + hit.path("symbol").asString() + " " + hit.path("from").asInt()
                    + " " + hit.path("to").asInt());
            assertEquals(2, called(web, url, "dev@code.example", "search_code", query).path("results").size());
            assertEquals("/indexes('code')/docs/search.post.search?api-version=2025-09-01", asked.getFirst().target());
            assertEquals("key-4711", asked.getFirst().key());
            assertEquals("search.in(repo, 'libraries', '|') and search.in(language, 'java', '|')", asked.getFirst()
                    .body().path("filter").asString());
            assertTrue(asked.getLast().body().path("filter").asString().contains("marketplace"));
            var here = called(web, url, "dev@code.example", "find_symbol", "{\"name\":\"charge\"}");
            assertEquals("charge.py", here.path("definitions").path(0).path("path").asString(), here::toString);
            assertEquals(2, asked.size());
            assertFalse(called(web, url, "dev@code.example", "generate_code", "{\"task\":\"charge a card\"}")
                    .path("examples").isEmpty());
        } finally {
            service.stop(0);
        }
    }
}
