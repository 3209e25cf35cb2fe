package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.client.ToolResult;
import io.github.doorwarden.client.oauth.OAuthAuthorization;
import io.github.doorwarden.client.oauth.OAuthSettings;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The system code-search as it is delivered, over several thousand files of real libraries: started as a process, and
/// reached by the client library, the commands and the bridge as its people would.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CodeSearchSystemTest {

    private static final String DEVELOPER = "dev@code.example";
    private static final String ADMIN = "ada@code.example";
    private static final String GUEST = "guest@elsewhere.example";
    private static final int INDEXING_SECONDS = 300;

    @TempDir
    static Path folder;
    private static final Web WEB = new Web();
    private static final Map<String, String> ANSWERED = new TreeMap<>();
    private static ServedProcess server;
    private static McpClient developer;
    private static Authenticator app;

    @BeforeAll
    static void start() throws Exception {
        server = ServedProcess.start(Path.of("..", "systems", "code-search"), folder.resolve("state"),
                Map.of("CODE_SEARCH_EMBEDDINGS", "none"));
        developer = signedIn(DEVELOPER);
        var waited = System.nanoTime();
        while (!isComplete()) {
            assertTrue(System.nanoTime() - waited < TimeUnit.SECONDS.toNanos(INDEXING_SECONDS), "never complete");
            new CompletableFuture<Void>().completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
        }
    }

    @AfterAll
    static void end() throws Exception {
        developer.close();
        server.close();
    }

    private static boolean isComplete() throws Exception {
        return developer.call("code_index_status", Tool.arguments()).structured().orElseThrow().path("repositories")
                .valueStream().allMatch(each -> each.path("complete").asBoolean());
    }

    /// A client whose person signs in with the browser when the server asks for it, as often as it does.
    private static McpClient signedIn(String email, String... scopes) throws Exception {
        var settings = OAuthSettings.of(server.endpoint(), folder.resolve(email), InstantSource.system(), "Our client")
                .with(OAuthSettings.Keys.FILE).withNotices(_ -> { }).withScopes(List.of(scopes))
                .with(address -> Thread.startVirtualThread(() -> visit(address, email)));
        return McpClient.connect(server.endpoint(), ClientOptions.PLAIN.named("code-search-test", "1")
                .with(OAuthAuthorization.open(settings)));
    }

    /// The person fills in what is asked, agrees, and is led back to the client.
    private static void visit(URI address, String email) {
        var browser = new Browser(WEB, server.origin());
        var page = browser.get(address.toString());
        for (var step = 0; step < 8; step++) {
            if (page.status() == 303 && !page.location().startsWith("/")
                    && !page.location().startsWith(server.origin())) {
                WEB.get(page.location()).expect(200);
                return;
            }
            if (page.status() == 303) {
                page = browser.get(page.location(), "Sec-Fetch-Site", "same-origin");
            } else if (Browser.has(page, "/login/code")) {
                var form = Browser.form(page, "/login/code");
                page = browser.post(form.action(), form.with("code", app.code()));
            } else if (Browser.has(page, "/consent")) {
                page = browser.decide(page, "allow");
            } else {
                page = browser.signIn(page.expect(200), email, "front-door-demo");
            }
        }
        throw new AssertionError("not signed in: " + page);
    }

    /// A link in the mail, which is printed here; a code where the person has an app.
    private static JsonNode session(String email, String scope) {
        var handle = WEB.post(server.origin() + "/auth/login", "application/json", "{\"email\":\"" + email
                + "\",\"scope\":\"" + scope + "\"}").expect(202).json().path("login").asString();
        var json = WEB.get(server.link(email), "Doorwarden-Login", handle).expect(200).json();
        return !json.path("mfa_required").asBoolean() ? json : WEB.post(server.origin() + "/auth/verify-mfa",
                "application/json", "{\"session\":\"" + json.path("session").asString() + "\",\"code\":\"" + app.code()
                + "\"}", "Doorwarden-Login", handle).expect(200).json();
    }

    private static McpClient with(String token) throws Exception {
        return McpClient.connect(server.endpoint(), ClientOptions.PLAIN.named("code-search-test", "1")
                .withToken(token));
    }

    private static JsonNode answered(McpClient by, String tool, String arguments) throws Exception {
        var result = by.call(tool, (tools.jackson.databind.node.ObjectNode) Web.JSON.readTree(arguments)).orThrow();
        ANSWERED.put(tool, arguments);
        return result.structured().orElseThrow();
    }

    /// Whether the path is among the first five, and what was found instead.
    private static void finds(String question, String repository, String path) throws Exception {
        var found = answered(developer, "search_code", "{\"limit\":5,\"query\":\"" + question + "\"}").path("results")
                .valueStream().map(hit -> hit.path("repo").asString() + " " + hit.path("path").asString()).toList();
        assertTrue(found.stream().anyMatch(hit -> hit.startsWith(repository + " ") && hit.endsWith(path)),
                () -> question + ": " + found);
    }

    @Test
    @Order(1)
    void itSaysWhatItIsAndWhoseTurnItIs() {
        var lobby = WEB.get(server.origin() + "/").expect(200).json();
        assertEquals("Code search", lobby.path("service").asString());
        assertFalse(lobby.path("version").asString().isEmpty() || lobby.path("endpoints").isEmpty());
        assertEquals("up", WEB.get(server.origin() + "/health").expect(200).json().path("components").path("store")
                .asString());
        var tools = WEB.get(server.endpoint() + "/tools").expect(200).json().path("tools");
        assertTrue(tools.valueStream().noneMatch(tool -> tool.path("name").asString().startsWith("reindex")));
        var refused = WEB.post(server.endpoint() + "/tool/search_code", "application/json", "{\"query\":\"x\"}");
        assertEquals(401, refused.expect(401).status());
        assertTrue(refused.json().path("message").asString().contains("needs you to sign in"), refused.body());
        assertTrue(WEB.get(server.origin() + "/nowhere").expect(404).body().length() > 20);
        assertTrue(server.console().contains("A development deployment"), server.console());
    }

    @Test
    @Order(2)
    void questionsAboutRealCodeAreAnswered() throws Exception {
        var status = answered(developer, "code_index_status", "{}").path("repositories");
        assertTrue(status.path(0).path("files").asInt() > 2_000, status::toString);
        assertTrue(status.path(1).path("files").asInt() > 1_000, status::toString);
        finds("how does a connection pool detect leaked connections", "libraries", "/ProxyLeakTask.java");
        finds("how are polymorphic types of JSON validated", "libraries", "/BasicPolymorphicTypeValidator.java");
        finds("evict entries of a cache", "libraries", "/BoundedLocalCache.java");
        finds("a search of code is kept in a log by day", "doorwarden", "/QueryLog.java");
        finds("an invitation is sent exactly once", "marketplace", "/Invites.java");
        var symbol = answered(developer, "find_symbol", "{\"name\":\"RSASSAVerifier.verify\"}");
        var place = symbol.path("definitions").path(0);
        assertEquals("libraries", place.path("repo").asString());
        assertTrue(symbol.path("references").size() > 0);
        var read = answered(developer, "read_code", "{\"path\":\"" + place.path("path").asString() + "\",\"from\":"
                + place.path("from").asInt() + ",\"to\":" + place.path("to").asInt() + "}");
        assertTrue(read.path("text").asString().contains("verify(final JWSHeader header"), read::toString);
        var around = answered(developer, "analyze_context", "{\"path\":\"" + place.path("path").asString() + "\"}");
        assertTrue(around.path("symbols").size() > 0 && around.path("callers").size() > 0, around::toString);
        var pack = answered(developer, "generate_code", "{\"task\":\"verify the signature of a token with an RSA key\","
                + "\"repo\":\"doorwarden\"}");
        assertTrue(pack.path("examples").size() > 0 && pack.path("conventions").size() > 0, pack::toString);
        answered(developer, "doorwarden_whoami", "{}");
    }

    @Test
    @Order(3)
    void aGuestKnowsOfLibrariesAlone() throws Exception {
        var session = session(GUEST, "code:read");
        assertTrue(session.path("expires_in").asInt() > 0);
        try (var guest = with(session.path("access_token").asString())) {
            assertEquals("libraries", answered(guest, "code_index_status", "{}").path("repositories").valueStream()
                    .map(each -> each.path("repo").asString()).collect(Collectors.joining(" ")));
            var hidden = guest.call("search_code", Tool.arguments().put("query", "invitation").put("repo",
                    "marketplace"));
            assertTrue(hidden.isError() && hidden.text().contains("no repository marketplace"), hidden.text());
            assertThrows(McpFailure.Execution.class, () -> guest.call("generate_code", Tool.arguments().put("task",
                    "x")).orThrow());
        }
    }

    @Test
    @Order(4)
    void failuresHaveTypesAndSentences() throws Exception {
        var unknown = assertThrows(McpFailure.Authentication.class, () -> {
            try (var stranger = with("not-a-token")) {
                stranger.call("search_code", Tool.arguments().put("query", "x"));
            }
        });
        assertFalse(unknown.remedy().isEmpty());
        try (var admin = with(session(ADMIN, "code:read").path("access_token").asString())) {
            var missing = assertThrows(McpFailure.Permission.class, () -> admin.call("search_quality",
                    Tool.arguments()));
            assertTrue(missing.getMessage().contains("code:operate"), missing.getMessage());
        }
        var failed = assertThrows(McpFailure.Execution.class, () -> developer.call("read_code", Tool.arguments()
                .put("path", "no/such/File.java")).orThrow());
        assertTrue(failed.getMessage().contains("There is no indexed file"), failed.getMessage());
    }

    @Test
    @Order(5)
    void adminWorkNeedsASecondFactorInThisSession() throws Exception {
        var browser = new Browser(WEB, server.origin());
        browser.signIn(browser.get("/login"), ADMIN, "front-door-demo").expect(303);
        try (var admin = signedIn(ADMIN, "code:operate")) {
            admin.call("code_index_status", Tool.arguments()).orThrow();      // signed in with a password alone
            app = Authenticator.enrolled(browser);
            var report = answered(admin, "search_quality", "{\"days\":1}");
            assertTrue(report.path("total").path("searches").asInt() >= 5, report::toString);
            assertTrue(report.path("total").path("p95_ms").asDouble() > 0);
            var again = answered(admin, "reindex_code", "{\"repo\":\"marketplace\"}");
            assertEquals("[\"marketplace\"]", again.path("repositories").toString());
        }
        var session = session(ADMIN, "code:read code:operate");
        assertEquals("urn:doorwarden:acr:two-factors", session.path("acr").asString());
        try (var admin = with(session.path("access_token").asString())) {
            answered(admin, "search_quality", "{}");
        }
    }

    @Test
    @Order(6)
    void theCommandsSignInSearchAndCall() throws Exception {
        var kept = folder.resolve("sign-ins");
        var url = server.endpoint().toString();
        var login = server.command(address -> visit(address, DEVELOPER), "login", "--sign-ins", kept.toString(),
                "--no-browser", url);
        assertEquals(0, login.exit(), login::toString);
        try (var files = Files.walk(kept)) {
            for (var file : files.toList()) {
                assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file)), file.toString());
            }
        }
        var found = server.command(null, "search", "--sign-ins", kept.toString(), url, "connection", "leak");
        assertTrue(found.exit() == 0 && found.out().contains("Leak"), found::toString);
        Typed.run("call", "--sign-ins", kept.toString(), url, "read_code", "--path", "no/such").failed(1,
                "There is no indexed file");
        Typed.run("call", "--sign-ins", kept.toString(), url, "search_quality").failed(2);
        Typed.run("health", "--sign-ins", kept.toString(), url).done("mcp      ok");
    }

    @Test
    @Order(7)
    void theBridgeBringsItToAHostOnPipes() throws Exception {
        var token = WEB.post(server.origin() + "/auth/token", "application/json", "{\"email\":\"" + DEVELOPER + "\"}")
                .expect(200).json().path("access_token").asString();
        try (var host = McpClient.launch(ClientOptions.PLAIN.withEnvironment(Map.of("CODE_AUTHORIZATION", "Bearer "
                + token, "DOORWARDEN_SIGN_INS", folder.resolve("bridge").toString())), server.java("bridge",
                server.endpoint().toString(), "--header", "Authorization:${CODE_AUTHORIZATION}"))) {
            ToolResult found = host.call("search_code", Tool.arguments().put("query", "HikariPool").put("limit", 1));
            assertEquals("HikariPool.java", found.structured().orElseThrow().path("results").path(0).path("path")
                    .asString().replaceAll(".*/", ""));
        }
    }

    @Test
    @Order(8)
    void everyToolWasAnsweredAndEveryCallIsOnRecord() throws Exception {
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"));
                var audit = new AuditLog(database)) {
            assertEquals(java.util.Optional.empty(), audit.verify().broken());
            var calls = audit.newest(10_000).stream().map(line -> line.event()).filter(event -> event.event()
                    .equals("tools/call")).toList();
            for (var tool : ANSWERED.keySet()) {
                assertTrue(calls.stream().anyMatch(event -> event.thing().equals(tool)), tool);
            }
        }
        assertEquals("analyze_context code_index_status doorwarden_whoami find_symbol generate_code read_code "
                + "reindex_code search_code search_quality", String.join(" ", ANSWERED.keySet()));
    }
}
