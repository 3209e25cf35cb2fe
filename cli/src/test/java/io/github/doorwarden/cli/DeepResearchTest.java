package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.cli.Agent.Tokens;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// ChatGPT's deep research at the research system as it is delivered: in through the provider beside it, then what its
/// contract demands of `search` and `fetch`, over the index in this process and over a vector store.
class DeepResearchTest {

    private static final Path FOLDER = ResearchDoorTest.FOLDER;

    @TempDir
    private Path work;
    private final Web web = new Web();
    private Agent chatGpt;
    private String token;

    private Deployment start(String state, Map<String, String> environment) {
        return Deployment.start(ConfigFile.read(FOLDER, Map.of("state", work.resolve(state).toAbsolutePath().toString(),
                "server.port", "0"), environment::get), line -> { });
    }

    /// Discovery from the 401 on, registration with the redirect of a connector, a code with PKCE for the resource.
    private void connect(Deployment deployment) {
        var endpoint = deployment.address().toString();
        var challenge = new Agent(web, "", endpoint, "", "").rpc(endpoint, null, "2025-06-18", "tools/list", "{}")
                .expect(401).header("WWW-Authenticate").orElseThrow();
        var resource = web.get(challenge.split("resource_metadata=\"")[1].split("\"")[0]).expect(200).json();
        assertEquals(endpoint, resource.path("resource").asString());
        var issuer = resource.path("authorization_servers").path(0).asString();
        var server = web.get(issuer + "/.well-known/oauth-authorization-server").expect(200).json();
        assertTrue(server.path("code_challenge_methods_supported").toString().contains("S256"), "or it refuses");
        chatGpt = Agent.registered(web, issuer, endpoint, "ChatGPT", "https://chatgpt.com/connector/oauth/abc123");
        var browser = new Browser(web, issuer);
        browser.signIn(browser.get("/login"), "analyst@research.example", "front-door-demo").expect(303);
        token = Tokens.of(chatGpt.redeem(chatGpt.code(browser, ""))).access();
    }

    private JsonNode tools() {
        return Agent.result(chatGpt.rpc(chatGpt.resource, token, "2025-06-18", "tools/list", "{}")).path("tools");
    }

    private static JsonNode tool(JsonNode tools, String name) {
        return tools.valueStream().filter(tool -> tool.path("name").asString().equals(name)).findFirst().orElseThrow();
    }

    /// The object, which must be there twice: structured, and as the one text block that is all some clients see.
    private JsonNode call(String name, String argument, String value) {
        var result = Agent.result(chatGpt.rpc(chatGpt.resource, token, "2025-06-18", "tools/call", Web.JSON
                .createObjectNode().put("name", name).set("arguments", Web.JSON.createObjectNode().put(argument, value))
                .toString()));
        assertFalse(result.path("isError").asBoolean(false), result::toString);
        assertEquals(1, result.path("content").size());
        assertEquals("text", result.path("content").path(0).path("type").asString());
        assertEquals(result.path("structuredContent"), Web.JSON.readTree(result.path("content").path(0).path("text")
                .asString()));
        return result.path("structuredContent");
    }

    private static Set<String> members(JsonNode object) {
        return new HashSet<>(object.propertyNames());
    }

    @Test
    void itsContractIsKept() throws IOException {
        try (var deployment = start("state", Map.of())) {
            connect(deployment);
            var tools = tools();
            assertEquals(3, tools.size());
            tools.forEach(tool -> {
                assertTrue(tool.path("annotations").path("readOnlyHint").asBoolean(false), tool::toString);
                assertEquals("object", tool.path("outputSchema").path("type").asString());
            });
            for (var each : Map.of("search", "query", "fetch", "id").entrySet()) {
                var in = tool(tools, each.getKey()).path("inputSchema");
                assertEquals(Set.of(each.getValue()), members(in.path("properties")), "one string and nothing else");
                assertEquals("string", in.path("properties").path(each.getValue()).path("type").asString());
                assertEquals("[\"" + each.getValue() + "\"]", in.path("required").toString());
            }
            assertEquals("{\"results\":[]}", call("search", "query", "").toString());
            ResearchDoorTest.read(() -> call("search", "query", "sheet of definitions, figures and files").path(
                    "results").size() > 5);
            var ids = new HashSet<String>();
            var urls = new HashSet<String>();
            for (var question : List.of("who won the price war on Gatwick Lisbon", "fuel surcharge pass-through",
                    "NDC share of bookings", "ground handlers strike Copenhagen", "premium economy bubble",
                    "hotel occupancy on Mondays", "night train sleeping cars", "loyalty points devaluation",
                    "cruise balcony shore power", "missing values in the fares file", "pilots roster",
                    "sustainable aviation fuel levy")) {
                var found = call("search", "query", question);
                assertEquals(Set.of("results"), members(found));
                assertFalse(found.path("results").isEmpty(), question);
                found.path("results").forEach(hit -> {
                    assertEquals(Set.of("id", "title", "url"), members(hit));
                    ids.add(hit.path("id").asString());
                    urls.add(hit.path("url").asString());
                });
            }
            assertTrue(ids.size() > 35, "most of the shelf can be found: " + ids.size());
            assertEquals(ids.size(), urls.size(), "a citation says which document");
            for (var id : ids) {
                cited(id, urls);
            }
        }
    }

    private void cited(String id, Set<String> urls) {
        var document = call("fetch", "id", id);
        assertTrue(Set.of("id", "title", "text", "url", "metadata").containsAll(members(document)));
        assertEquals(id, document.path("id").asString());
        assertFalse(document.path("title").asString().isBlank());
        assertTrue(document.path("text").asString().split("\\s+").length > 500, "the full text");
        var url = document.path("url").asString();
        assertTrue(urls.contains(url) && URI.create(url).isAbsolute() && url.startsWith("https://"), url);
        document.path("metadata").forEach(value -> assertTrue(value.isString(), document::toString));
        assertFalse(document.path("metadata").has("truncated"), "calls are short");
    }

    @Test
    void theVectorStoreTakesThePlaceOfTheIndexAndNobodySeesIt() throws Exception {
        try (var service = new StoreService()) {
            assertEquals("VECTOR_STORE_ID=" + StoreService.STORE + "\n", upload(service));
            var expected = 0L;
            try (var files = Files.walk(FOLDER.resolve("calls"))) {
                expected = files.filter(Files::isRegularFile).filter(file -> !file.endsWith("README.md")).count();
            }
            assertEquals(expected, service.stored());
            JsonNode before;
            JsonNode hit;
            try (var deployment = start("local", Map.of())) {
                connect(deployment);
                before = tools();
                ResearchDoorTest.read(() -> call("search", "query", "fares file").path("results").size() > 5);
                hit = call("search", "query", "Bornholm supermarket Aalborg").path("results").path(0);
                assertFalse(call("fetch", "id", hit.path("id").asString()).isEmpty());
            }
            try (var deployment = start("store", Map.of("OPENAI_API_KEY", StoreService.KEY, "VECTOR_STORE_ID",
                    StoreService.STORE, "OPENAI_BASE_URL", service.base()))) {
                connect(deployment);
                assertEquals(before, tools(), "names, descriptions, schemas, annotations");
                var found = call("search", "query", "Bornholm supermarket Aalborg").path("results").path(0);
                assertEquals(hit.path("title"), found.path("title"));
                assertEquals(hit.path("url"), found.path("url"));
                assertTrue(found.path("id").asString().startsWith("file-"));
                var text = call("fetch", "id", found.path("id").asString());
                assertTrue(text.path("text").asString().contains("nice lamps"), text::toString);
                assertEquals(hit.path("url"), text.path("url"));
                assertTrue(service.asked.contains("POST /vector_stores/" + StoreService.STORE + "/search"));
            }
        }
    }

    private String upload(StoreService service) throws IOException, InterruptedException {
        var errors = work.resolve("errors");
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:disable", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                "io.github.doorwarden.cli.Doorwarden", "documents", "upload", FOLDER.toString())
                .redirectError(errors.toFile());
        var environment = new HashMap<>(Map.of("OPENAI_API_KEY", StoreService.KEY, "OPENAI_BASE_URL", service.base()));
        builder.environment().putAll(environment);
        var process = builder.start();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> read(errors));
        return printed;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
