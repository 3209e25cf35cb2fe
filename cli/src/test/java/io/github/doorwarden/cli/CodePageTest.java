package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What docs/sources/code.md says happens, through the whole door: token, scope, repository, search, reading.
class CodePageTest {

    private static final Path PAGE = Path.of("../docs/sources/code.md");
    private static final Pattern FILE = Pattern.compile("(?ms)^```\\w+ ([^\\n]+)\\n(.*?)^```$");
    private static final String SECRET = "a-secret-of-the-page-4711-4711-4711";

    @TempDir
    private Path folder;
    private final Web web = new Web();
    private String endpoint;

    private Deployment start() throws IOException {
        var files = FILE.matcher(Files.readString(PAGE));
        while (files.find()) {
            Files.createDirectories(folder.resolve(files.group(1)).getParent());
            Files.writeString(folder.resolve(files.group(1)), files.group(2));
        }
        Door.stateAt(folder.resolve("state"));
        return Deployment.start(ConfigFile.read(folder, Map.of("server.port", "0"), Map.of("DEVELOPER_SECRET", SECRET,
                "PAYER_SECRET", SECRET)::get), line -> { });
    }

    private String token(String client, String scope) {
        return web.form(endpoint.substring(0, endpoint.indexOf("/mcp")) + "/token", Map.of("grant_type",
                "client_credentials", "resource", endpoint, "scope", scope), "Authorization", "Basic "
                + Base64.getEncoder().encodeToString((client + ":" + SECRET).getBytes(StandardCharsets.UTF_8)))
                .expect(200).json().path("access_token").asString();
    }

    private JsonNode call(String token, String tool, String arguments) {
        return web.post(endpoint, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                + "\"params\":{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}}", "Authorization", "Bearer "
                + token, "Accept", "application/json, text/event-stream", "MCP-Protocol-Version", "2025-06-18")
                .expect(200).json().path("result");
    }

    private static List<String> paths(JsonNode found) {
        return found.path("structuredContent").path("results").valueStream().map(hit -> hit.path("path").asString())
                .distinct().toList();
    }

    @Test
    void thePagesDeploymentAnswersAsThePageSays() throws IOException {
        try (var deployment = start()) {
            endpoint = deployment.endpoints().getFirst().toString();
            var developer = token("developer", "code:read");
            var payer = token("payer", "code:read code:payments");
            var query = "{\"query\":\"what does a basket cost\"}";
            var found = call(developer, "search_code", query);
            var first = found.path("structuredContent").path("results").path(0);
            assertEquals("shop/src/main/java/shop/Basket.java".substring("shop/".length()), first.path("path")
                    .asString(), found.toString());
            assertTrue(first.path("permalink").asString().startsWith("https://git.example.com/shop/blob/main/src/main/"
                    + "java/shop/Basket.java#L"), first.toString());
            assertFalse(paths(found).contains("charge.py"));
            assertTrue(paths(call(payer, "search_code", query)).contains("charge.py"));
            assertTrue(call(developer, "read_code", "{\"path\":\"charge.py\"}").path("isError").asBoolean());
            assertFalse(call(payer, "read_code", "{\"path\":\"charge.py\"}").path("isError").asBoolean());
            var whole = call(developer, "read_code", "{\"path\":\"Basket.java\"}").toString();
            assertTrue(whole.contains("[redacted: secret]"), whole);
            var around = call(developer, "analyze_context", "{\"path\":\"Basket.java\"}").path("structuredContent");
            assertEquals("src/test/java/shop/BasketTest.java", around.path("tests").path(0).path("path").asString());
            assertEquals(1, call(developer, "code_index_status", "{}").path("structuredContent").path("repositories")
                    .size());
            web.seen.forEach(answer -> assertFalse(answer.body().contains("correct-horse-4711"), answer.body()));
        }
    }
}
