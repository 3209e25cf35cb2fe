package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.Completion;
import io.github.doorwarden.client.Listener;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Prompt;
import io.github.doorwarden.client.Resource;
import io.github.doorwarden.client.ResourceTemplate;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.protocol.Revision;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `systems/inspector`, on one port and on three: everything that it has through a sign-in, and every scope lacking.
@Timeout(180)
final class InspectorSystemTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Each method that needs a scope, with parameters that are right.
    private static final Map<String, List<String>> METHODS = Map.of(
            "mcp:tools:read", List.of("tools/list {}"),
            "mcp:tools:execute", List.of("tools/call {'name':'math_factor','arguments':{'number':6}}"),
            "mcp:resources:list", List.of("resources/list {}", "resources/templates/list {}"),
            "mcp:resources:read", List.of("resources/read {'uri':'folder://files/README.md'}",
                    "resources/read {'uri':'log://recent/debug'}"),
            "mcp:prompts:list", List.of("prompts/list {}"),
            "mcp:prompts:read", List.of("prompts/get {'name':'explain_code','arguments':{'code':'x'}}",
                    "completion/complete {'ref':{'type':'ref/prompt','name':'review_code'},"
                    + "'argument':{'name':'language','value':'p'}}"));

    @TempDir
    private Path work;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Person ada = Person.of("ada@example.com", "inspector-demo");
    private final Map<String, String> environment = new HashMap<>(Map.of("INSPECTOR_AUTHORIZATION_PORT", "0",
            "INSPECTOR_MCP_PORT", "0"));

    @BeforeEach
    void copyTheWorkspace() throws IOException {
        var from = Path.of("..", "systems", "inspector", "workspace");
        var to = work.resolve("workspace");
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        environment.put("INSPECTOR_WORKSPACE", to.toAbsolutePath().toString());
    }

    @Test
    void onOnePort() throws Exception {
        try (var system = RunningSystem.start("inspector", work, environment)) {
            var results = new ToolResults("inspector", "one port");
            everything(system, results);
            standard(system);
            var all = METHODS.keySet();
            for (var scope : all) {
                var others = all.stream().filter(each -> !each.equals(scope)).sorted().toList();
                var token = token(system, String.join(" ", others));
                for (var method : METHODS.get(scope)) {
                    var refused = send(system, token, method);
                    assertEquals(403, refused.statusCode(), method);
                    var challenge = refused.headers().firstValue("WWW-Authenticate").orElseThrow();
                    assertTrue(challenge.contains("error=\"insufficient_scope\"")
                            && challenge.contains("scope=\"" + scope + "\""), method + ": " + challenge);
                }
                for (var other : others) {
                    assertEquals(200, send(system, token, METHODS.get(other).getFirst()).statusCode(), other);
                }
            }
            var none = token(system, "mcp:tools:read");
            assertEquals(200, send(system, none, "ping {}").statusCode());
            assertEquals(401, send(system, "nonsense", "ping {}").statusCode());
            try (var client = McpClient.connect(system.endpoint(), ClientOptions.PLAIN.withToken(token(system, "")))) {
                assertEquals("42", results.call(client, "math_calculate", "{\"expression\":\"6*7\"}").path("value")
                        .asString());
            }
        }
    }

    @Test
    void onThreePorts() throws Exception {
        try (var system = RunningSystem.start("inspector/three-ports", work, environment)) {
            everything(system, new ToolResults("inspector", "three ports"));
            standard(system);
            assertEquals(404, post(system.origin() + "/auth/token", "", "{}").statusCode());
        }
    }

    /// What every client can do who has allowed everything.
    private void everything(RunningSystem system, ToolResults results) throws Exception {
        var told = new LinkedBlockingQueue<String>();
        var listener = new Listener() {
            @Override
            public void resourceChanged(String uri) {
                told.add(uri);
            }
        };
        try (var client = system.connect(ada, options -> options.hearing(listener))) {
            var tools = client.tools().stream().map(Tool::name).toList();
            assertEquals("ada@example.com", results.call(client, "doorwarden_whoami", "{}").path("email").asString());
            files(client, results, told);
            assertEquals("0.3", results.call(client, "math_calculate", "{\"expression\":\"0.1 + 0.2\"}").path("value")
                    .asString());
            var third = results.call(client, "math_calculate", "{\"expression\":\"1/3\",\"digits\":5}");
            assertEquals("0.33333 false", third.path("value").asString() + " " + third.path("exact").asBoolean());
            assertTrue(ToolResults.refused(client, "math_calculate", "{\"expression\":\"1/0\"}").contains("by zero"));
            assertEquals("2.5", results.call(client, "math_statistics", "{\"numbers\":[\"1\",\"2\",\"3\",\"4\"]}")
                    .path("median").asString());
            assertEquals("[2,2,3,7]", results.call(client, "math_factor", "{\"number\":84}").path("factors")
                    .toString());
            results.call(client, "log_message", "{\"level\":\"error\",\"text\":\"a line\"}");
            assertEquals(8, results.call(client, "log_countdown", "{}").path("lines").asInt());
            assertTrue(results.call(client, "log_recent", "{\"level\":\"error\"}").toString().contains("a line"));
            results.complete(tools);
            resources(client);
            prompts(client);
        }
        try (var client = system.connect(ada, options -> options.until(Revision.newestLegacy()))) {
            assertEquals(11, client.tools().size(), "the older era, with the same sign-in");
        }
    }

    private static void files(McpClient client, ToolResults results, LinkedBlockingQueue<String> told)
            throws McpFailure, InterruptedException {
        assertTrue(results.call(client, "files_list", "{\"recursive\":true}").toString().contains("data/planets.csv"));
        assertTrue(results.call(client, "files_read", "{\"path\":\"data/planets.csv\"}").path("text").asString()
                .contains("Saturn"));
        assertEquals("discount.py", results.call(client, "files_search", "{\"text\":\"def discount\"}").path("hits")
                .path(0).path("path").asString());
        client.subscribe("folder://files/notes/first-steps.md");
        results.call(client, "files_write", "{\"path\":\"notes/first-steps.md\",\"text\":\"new\",\"replace\":true}");
        assertEquals("folder://files/notes/first-steps.md", told.poll(20, TimeUnit.SECONDS));
        for (var path : List.of("../doorwarden.yaml", "/etc/passwd", ".git", "notes/../../x")) {
            assertTrue(ToolResults.refused(client, "files_read", "{\"path\":\"" + path + "\"}").startsWith("A path"));
        }
    }

    private static void resources(McpClient client) throws McpFailure, InterruptedException {
        var uris = client.resources().stream().map(Resource::uri).toList();
        assertEquals(List.of("folder://files/README.md", "folder://files/data/planets.csv",
                "folder://files/discount.py", "folder://files/notes/first-steps.md", "log://recent"), uris);
        for (var uri : uris) {
            assertFalse(client.read(uri).getFirst().text().orElseThrow().isEmpty(), uri);
        }
        assertEquals(Set.of("folder://files/{path}", "log://recent/{level}"), Set.copyOf(client.templates().stream()
                .map(ResourceTemplate::uriTemplate).toList()));
        assertEquals("new", client.read("folder://files/notes%2Ffirst-steps.md").getFirst().text().orElseThrow());
        assertTrue(client.read("log://recent/error").getFirst().text().orElseThrow().contains("a line"));
        assertEquals(List.of("notes/first-steps.md"), client.complete(new Completion.Of.ATemplate(
                "folder://files/{path}"), "path", "no").values());
    }

    private static void prompts(McpClient client) throws McpFailure, InterruptedException {
        assertEquals(List.of("review_code", "explain_code", "review_change"),
                client.prompts().stream().map(Prompt::name).toList());
        assertTrue(client.prompt("review_code", Map.of("code", "x = 1", "language", "python", "focus", "security"))
                .raw().toString().contains("```python"));
        assertTrue(client.prompt("explain_code", Map.of("code", "```", "audience", "expert")).raw().toString()
                .contains("````"), "code does not close its own fence");
        assertTrue(client.prompt("review_change", Map.of("diff", "+x")).raw().toString().contains("```diff"));
        var prompt = new Completion.Of.APrompt("review_code");
        assertEquals(List.of("perl", "php", "python"), client.complete(prompt, "language", "p").values());
        assertEquals(List.of("security"), client.complete(prompt, "focus", "s").values());
    }

    /// Discovery and keys are where clients look for them.
    private void standard(RunningSystem system) throws IOException, InterruptedException {
        var server = get(system.origin() + "/.well-known/oauth-authorization-server");
        assertEquals(system.origin(), server.path("issuer").asString());
        assertEquals(system.origin() + "/authorize", server.path("authorization_endpoint").asString());
        assertEquals(system.origin() + "/token", server.path("token_endpoint").asString());
        var scopes = new ArrayList<String>();
        get(system.origin() + "/.well-known/oauth-protected-resource").path("scopes_supported")
                .forEach(scope -> scopes.add(scope.asString()));
        assertEquals(METHODS.keySet(), Set.copyOf(scopes));
        var key = get(system.origin() + "/.well-known/jwks.json").path("keys").path(0);
        assertEquals("RSA", key.path("kty").asString());
        assertFalse(key.path("kid").asString().isEmpty());
        assertTrue(post(system.endpoint().toString(), "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                .headers().firstValue("WWW-Authenticate").orElseThrow().contains("resource_metadata=\""
                + system.origin()));
    }

    private JsonNode get(String address) throws IOException, InterruptedException {
        return JSON.readTree(http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body());
    }

    private String token(RunningSystem system, String scope) throws IOException, InterruptedException {
        var body = scope.isEmpty() ? "{}" : "{\"email\":\"grace@example.com\",\"scope\":\"" + scope + "\"}";
        var answer = post(system.origin() + "/auth/token", "", body);
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body()).path("access_token").asString();
    }

    private HttpResponse<String> send(RunningSystem system, String token, String method) throws IOException,
            InterruptedException {
        var parts = method.split(" ", 2);
        return post(system.endpoint().toString(), token, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + parts[0]
                + "\",\"params\":" + parts[1].replace('\'', '"') + "}");
    }

    private HttpResponse<String> post(String address, String token, String body) throws IOException,
            InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(address)).header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }
}
