package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.sources.documents.DocumentsSettings;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A deployment with documents behind an endpoint of their own, called as ChatGPT would.
class DocumentsTest {

    private static final String YAML = """
            sources:
              papers: {type: documents, folder: papers, url_template: "https://papers.example/{stem}"}
            endpoints:
              /mcp/research: {sources: [papers]}
              /mcp: {sources: [papers, builtin]}
            """;

    @TempDir
    private Path folder;

    private void write(String at, String text) throws IOException {
        Files.createDirectories(folder.resolve(at).getParent());
        Files.writeString(folder.resolve(at), text);
    }

    private static JsonNode call(Deployed deployed, String tool, String arguments) {
        return deployed.legacy("2025-06-18", "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments
                + "}").path("result");
    }

    @Test
    void anEndpointHasExactlySearchAndFetch() throws IOException {
        write("papers/air/lisbon.md", "# Lisbon\nFares to Lisbon fell in autumn.");
        write("papers/rail.txt", "Night trains are back.");
        try (var deployed = Deployed.at(folder, YAML)) {
            assertTrue(deployed.endpoint.getPath().equals("/mcp/research"));
            var list = deployed.legacy("2025-06-18", "tools/list", "{}");
            assertEquals(List.of("search", "fetch"), Deployed.names(list, "tools"));
            for (var tool : list.path("result").path("tools")) {
                assertTrue(tool.path("annotations").path("readOnlyHint").asBoolean());
                assertEquals("object", tool.path("outputSchema").path("type").asString());
            }
            var found = call(deployed, "search", "{\"query\":\"lisbon fares\"}");
            var hit = found.path("structuredContent").path("results").path(0);
            assertEquals("https://papers.example/air/lisbon", hit.path("url").asString());
            assertEquals(found.path("structuredContent").toString(), found.path("content").path(0).path("text")
                    .asString());
            assertEquals(1, found.path("content").size());
            var fetched = call(deployed, "fetch", "{\"id\":\"" + hit.path("id").asString() + "\"}");
            assertEquals("# Lisbon\nFares to Lisbon fell in autumn.", fetched.path("structuredContent").path("text")
                    .asString());
            assertEquals(fetched.path("structuredContent").toString(), fetched.path("content").path(0).path("text")
                    .asString());
            assertTrue(call(deployed, "fetch", "{\"id\":\"doc-1\"}").path("isError").asBoolean());
            assertEquals("{\"results\":[]}", call(deployed, "search", "{\"query\":\"\"}").path("content").path(0)
                    .path("text").asString());
        }
        assertTrue(Files.isDirectory(folder.resolve("state/documents/papers/index")));
    }

    @Test
    @Timeout(120)
    void anotherConfigurationIsFollowedAndTakesTheIndexOver() throws IOException {
        write("papers/a.md", "# Apples\nAbout apples.");
        try (var deployed = Deployed.following(folder, YAML)) {
            assertEquals(1, hits(deployed, "apples").size());
            Deployed.rewrite(folder, YAML.replace("{stem}", "new/{stem}"));
            awaitUrl(deployed, "https://papers.example/new/a");
            write("papers/b.md", "# Bananas\nAbout bananas.");
            while (hits(deployed, "bananas").isEmpty()) {
                Polling.pause();
            }
        }
    }

    private static JsonNode hits(Deployed deployed, String query) {
        return call(deployed, "search", "{\"query\":\"" + query + "\"}").path("structuredContent").path("results");
    }

    private static void awaitUrl(Deployed deployed, String url) {
        while (!hits(deployed, "apples").path(0).path("url").asString("").equals(url)) {
            Polling.pause();
        }
    }

    /// What a deployment does not have is not loaded: not the index, not the model, not the reader of HTML.
    @Test
    void withoutDocumentsNothingOfThemIsLoaded() throws Exception {
        write(ConfigFile.NAME, "server: {port: 0}\nauthorization: {mode: off}\nendpoints: {/mcp: {sources: [builtin]}}"
                + "\n");
        var log = folder.resolve("classes");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Starting.class.getName(), folder.toString())
                .inheritIO().start();
        assertEquals(0, process.waitFor());
        var heavy = Files.readAllLines(log).stream().filter(line -> line.contains("org.apache.lucene")
                || line.contains("ai.onnxruntime") || line.contains("org.jsoup") || line.contains("org.apache.pdfbox"))
                .toList();
        assertEquals(List.of(), heavy);
        assertTrue(Files.readString(log).contains("io.github.doorwarden.app.DeclaredSource")
                || Files.readString(log).contains("io.github.doorwarden.app.Sources"));
    }

    /// Starts a deployment and ends it.
    static final class Starting {

        private Starting() {}

        public static void main(String[] arguments) {
            Deployment.start(ConfigFile.read(Path.of(arguments[0]), Map.of(), name -> null), line -> { }).close();
            System.exit(0);
        }
    }

    @Test
    void aCheckWritesNothing() throws IOException {
        write("papers/a.md", "x");
        write(ConfigFile.NAME, "server: {port: 0}\nauthorization: {mode: off}\n" + YAML);
        Deployment.check(ConfigFile.check(folder, Map.of(), name -> null).config());
        assertFalse(Files.exists(folder.resolve("state/documents")));
        Files.delete(folder.resolve("papers/a.md"));
        Files.delete(folder.resolve("papers"));
        var mistakes = assertThrows(ConfigMistakes.class, () -> Deployment.check(ConfigFile.check(folder, Map.of(),
                name -> null).config())).mistakes();
        assertTrue(mistakes.getFirst().startsWith("The source papers cannot be used: the folder "), mistakes::toString);
    }

    private DocumentsSettings settings(String more, Map<String, String> environment) throws IOException {
        write(ConfigFile.NAME, "endpoints: {/mcp: {sources: [d]}}\nsources:\n  d:\n    type: documents\n    folder: d\n"
                + more);
        return ((Config.SourceConfig.Documents) ConfigFile.read(folder, Map.of(), environment::get).sources().get("d"))
                .settings();
    }

    @Test
    void theStoreIsUsedWhenItsVariablesAreSetElseTheFolder() throws IOException {
        var yaml = "    backend: openai_vector_store\n    or_local: true\n    vector_store: {id: \"${env:"
                + "VECTOR_STORE_ID:-}\", api_key: \"${env:OPENAI_API_KEY:-}\", base_url: "
                + "\"${env:OPENAI_BASE_URL:-}\"}\n";
        var both = Map.of("VECTOR_STORE_ID", "vs_1", "OPENAI_API_KEY", "k");
        assertEquals(new DocumentsSettings.Local(), settings(yaml, Map.of()).backend());
        assertEquals(new DocumentsSettings.Local(), settings(yaml, Map.of("OPENAI_API_KEY", "k")).backend());
        var store = (DocumentsSettings.VectorStorePlace) settings(yaml, both).backend();
        assertEquals("https://api.openai.com/v1 vs_1", store.baseUrl() + " " + store.id());
        assertFalse(store.toString().contains("k,") || store.toString().contains("apiKey"));
        var strict = yaml.replace("    or_local: true\n", "");
        var mistakes = assertThrows(ConfigMistakes.class, () -> settings(strict, Map.of())).mistakes();
        assertTrue(String.join("\n", mistakes).contains("sources.d.vector_store.id is missing"), mistakes::toString);
    }

    @Test
    void whatCannotBeMeantIsNamed() {
        for (var each : Map.of("    labels: {x: {}}\n", "has x, which asks nothing of a reader",
                "    url_template: docs/{path}\n", "url_template is no absolute http or https address",
                "    include: [\"[\"]\n", "the glob [ cannot be read",
                "    labels: {x: {value: caller.tenant, files: [a]}}\n", "a label with values",
                "    folders: [{path: e}]\n", "stands beside folder",
                "    backend: azure_ai_search\n", "azure.endpoint is missing").entrySet()) {
            var mistakes = assertThrows(ConfigMistakes.class, () -> settings(each.getKey(), Map.of())).mistakes();
            assertTrue(String.join("\n", mistakes).contains(each.getValue()), mistakes::toString);
        }
    }
}
