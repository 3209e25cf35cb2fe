package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.Authenticator;
import io.github.doorwarden.client.ClientOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The system code-search as it is delivered, over several thousand files of real libraries: started as a process, and
/// reached by the client library, the commands and the bridge as its people would.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CodeSearchSystemTest {

    private static final String GUEST = "guest@elsewhere.example";
    private static final String PASSWORD = "front-door-demo";
    private static final int INDEXING_SECONDS = 300;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+/authorize\\?\\S+");

    @TempDir
    static Path folder;
    private static final ToolResults RESULTS = new ToolResults("code-search", "all");
    private static final Person DANA = Person.of("dev@code.example", PASSWORD);
    private static final Person ADA = Person.of("ada@code.example", PASSWORD).knowing(CodeSearchSystemTest::typeCode);
    private static RunningSystem system;
    private static McpClient developer;
    private static Authenticator app;

    /// What came back.
    private record Answer(int status, String body) {

        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        system = RunningSystem.start("code-search", folder, Map.of("CODE_SEARCH_EMBEDDINGS", "none"));
        developer = system.connect(DANA);
        var waited = System.nanoTime();
        while (!isComplete()) {
            assertTrue(System.nanoTime() - waited < TimeUnit.SECONDS.toNanos(INDEXING_SECONDS), "never complete");
            new CompletableFuture<Void>().completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
        }
    }

    @AfterAll
    static void end() throws Exception {
        developer.close();
        system.close();
    }

    private static boolean isComplete() throws Exception {
        return developer.call("code_index_status", Tool.arguments()).structured().orElseThrow().path("repositories")
                .valueStream().allMatch(each -> each.path("complete").asBoolean());
    }

    private static Person.Page typeCode(Person.Page page) {
        if (!page.has("/login/code")) {
            return page;
        }
        var form = Person.form(page, "/login/code");
        form.values().put("code", app.code());
        return posted(page, form);
    }

    private static Person.Page posted(Person.Page page, Person.Form form) {
        try {
            return ADA.post(page, form);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer send(String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : system.origin() + path));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        var answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    /// A link in the mail, which is printed here; a code where the person has an app.
    private static JsonNode session(String email, String scope) throws Exception {
        var printed = system.console().stream().filter(CodeSearchSystemTest::isLink).count();
        var handle = send("/auth/login", "{\"email\":\"" + email + "\",\"scope\":\"" + scope + "\"}").json()
                .path("login").asString();
        while (system.console().stream().filter(CodeSearchSystemTest::isLink).count() == printed) {
            Polling.pause();
        }
        var link = system.told(Pattern.compile("/auth/callback\\?token=")).strip();
        var json = send(link, "", "Doorwarden-Login", handle).json();
        return !json.path("mfa_required").asBoolean() ? json : send("/auth/verify-mfa", "{\"session\":\""
                + json.path("session").asString() + "\",\"code\":\"" + app.code() + "\"}", "Doorwarden-Login", handle)
                .json();
    }

    private static boolean isLink(String line) {
        return line.contains("/auth/callback?token=");
    }

    private static McpClient with(String token) throws Exception {
        return McpClient.connect(system.endpoint(), ClientOptions.PLAIN.named("system-test", "1").withToken(token));
    }

    private static JsonNode answered(McpClient by, String tool, String arguments) throws Exception {
        return RESULTS.call(by, tool, arguments);
    }

    private static ProcessBuilder command(String... words) {
        var all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "io.github.doorwarden.cli.Doorwarden"));
        all.addAll(List.of(words));
        return new ProcessBuilder(all);
    }

    /// Runs a command to its end; who has to sign in for it is Dana.
    ///
    /// @return the exit code and everything that was printed
    private static String run(String... words) throws Exception {
        var running = command(words).redirectErrorStream(true).start();
        var said = new StringBuilder();
        try (var lines = running.inputReader()) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                var address = ADDRESS.matcher(line);
                if (address.find()) {
                    DANA.open(URI.create(address.group()));
                }
            }
        }
        return running.waitFor() + "\n" + said;
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
    void itSaysWhatItIsAndWhoseTurnItIs() throws Exception {
        var lobby = send("/", "").json();
        assertEquals("Code search", lobby.path("service").asString());
        assertFalse(lobby.path("version").asString().isEmpty() || lobby.path("endpoints").isEmpty());
        assertEquals("up", send("/health", "").json().path("components").path("store").asString());
        var tools = send("/mcp/tools", "").json().path("tools");
        assertTrue(tools.valueStream().noneMatch(tool -> tool.path("name").asString().startsWith("reindex")));
        var refused = send("/mcp/tool/search_code", "{\"query\":\"x\"}");
        assertEquals(401, refused.status());
        assertTrue(refused.json().path("message").asString().contains("to sign in"), refused.body());
        var nowhere = send("/nowhere", "");
        assertTrue(nowhere.status() == 404 && nowhere.body().length() > 20, nowhere.body());
        assertTrue(system.told(Pattern.compile("A development deployment")).contains("demo people"));
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
        try (var admin = with(session(ADA.email(), "code:read").path("access_token").asString())) {
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
        try (var admin = system.connect(ADA, "code:operate")) {
            admin.call("code_index_status", Tool.arguments()).orThrow();      // signed in with a password alone
            enrol();
            var report = answered(admin, "search_quality", "{\"days\":1}");
            assertTrue(report.path("total").path("searches").asInt() >= 5, report::toString);
            assertTrue(report.path("total").path("p95_ms").asDouble() > 0);
            var again = answered(admin, "reindex_code", "{\"repo\":\"marketplace\"}");
            assertEquals("[\"marketplace\"]", again.path("repositories").toString());
        }
        var session = session(ADA.email(), "code:read code:operate");
        assertEquals("urn:doorwarden:acr:two-factors", session.path("acr").asString());
        try (var admin = with(session.path("access_token").asString())) {
            answered(admin, "search_quality", "{}");
        }
    }

    /// Ada has an authenticator app from now on.
    private static void enrol() throws IOException {
        var account = ADA.visit(URI.create(system.origin() + "/account"));
        var shown = posted(account, Person.form(account, "/account/code"));
        app = Authenticator.of(Pattern.compile("<code>([A-Z2-7 ]+)</code>").matcher(shown.body()).results()
                .findFirst().orElseThrow().group(1).replace(" ", ""));
        var confirm = Person.form(shown, "/account/code/confirm");
        confirm.values().put("code", app.code());
        assertEquals(200, posted(shown, confirm).status());
    }

    @Test
    @Order(6)
    void theCommandsSignInSearchAndCall() throws Exception {
        var kept = folder.resolve("sign-ins");
        var url = system.endpoint().toString();
        var login = run("login", "--sign-ins", kept.toString(), "--no-browser", url);
        assertTrue(login.startsWith("0\n"), login);
        try (var files = Files.walk(kept)) {
            for (var file : files.toList()) {
                assertEquals(Files.isDirectory(file) ? "rwx------" : "rw-------", PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file)), file.toString());
            }
        }
        var found = run("search", "--sign-ins", kept.toString(), url, "connection", "leak");
        assertTrue(found.startsWith("0\n") && found.contains("Leak"), found);
        var failed = run("call", "--sign-ins", kept.toString(), url, "read_code", "--path", "no/such");
        assertTrue(failed.startsWith("1\n") && failed.contains("There is no indexed file"), failed);
        var health = run("health", "--sign-ins", kept.toString(), url);
        assertTrue(health.startsWith("0\n") && health.contains("mcp      ok"), health);
    }

    @Test
    @Order(7)
    void theBridgeBringsItToAHostOnPipes() throws Exception {
        var token = send("/auth/token", "{\"email\":\"" + DANA.email() + "\"}").json().path("access_token").asString();
        try (var host = McpClient.launch(ClientOptions.PLAIN.withEnvironment(Map.of("CODE_AUTHORIZATION", "Bearer "
                + token, "DOORWARDEN_SIGN_INS", folder.resolve("bridge").toString())), command("bridge",
                system.endpoint().toString(), "--header", "Authorization:${CODE_AUTHORIZATION}").command()
                .toArray(String[]::new))) {
            var found = host.call("search_code", Tool.arguments().put("query", "HikariPool").put("limit", 1));
            assertEquals("HikariPool.java", found.structured().orElseThrow().path("results").path(0).path("path")
                    .asString().replaceAll(".*/", ""));
        }
    }

    @Test
    @Order(8)
    void everyToolWasAnsweredAndEveryCallIsOnRecord() throws Exception {
        var all = List.of("analyze_context", "code_index_status", "doorwarden_whoami", "find_symbol", "generate_code",
                "read_code", "reindex_code", "search_code", "search_quality");
        try (var database = Database.open(system.state().resolve("doorwarden.db"));
                var audit = new AuditLog(database)) {
            assertEquals(Optional.empty(), audit.verify().broken());
            var calls = audit.newest(10_000).stream().map(line -> line.event()).filter(event -> event.event()
                    .equals("tools/call")).toList();
            for (var tool : all) {
                assertTrue(calls.stream().anyMatch(event -> event.thing().equals(tool)), tool);
            }
        }
        RESULTS.complete(all);
    }

    private static String developmentSession() throws Exception {
        return send("/auth/token", "{\"email\":\"" + DANA.email() + "\"}").json().path("access_token").asString();
    }

    private static Answer whoami(String session) throws Exception {
        return send("/mcp/tool/doorwarden_whoami", "{}", "Authorization", "Bearer " + session);
    }

    /// Decision 90: memory carries sessions as long as revocations are fresh, and nothing is believed after that.
    @Test
    @Order(9)
    void sessionsOutliveAStoreThatGoesAwayButForThoseThatWereEndedMeanwhile() throws Exception {
        var kept = developmentSession();
        var ended = developmentSession();
        var unused = developmentSession();
        assertEquals(200, whoami(kept).status());
        assertEquals(200, whoami(ended).status());
        try (var store = new VanishedStore(system.state())) {
            assertEquals(200, whoami(kept).status(), "from memory");
            assertEquals(503, whoami(unused).status(), "nobody knows it, which is not that it is bad");
            var login = send("/auth/login", "{\"email\":\"" + DANA.email() + "\",\"scope\":\"code:read\"}");
            assertTrue(login.status() == 503 && login.body().contains("cannot reach its database"), login::body);
            assertEquals(1, store.revokeElsewhere(store.grantOf(MessageDigest.getInstance("SHA-256").digest(ended
                    .getBytes(StandardCharsets.UTF_8)))));
            var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (whoami(kept).status() == 200) {
                assertTrue(System.nanoTime() < until, "it believes what it cannot know");
                new CompletableFuture<Void>().completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join();
            }
            for (var session : List.of(kept, ended)) {
                var refused = whoami(session);
                assertTrue(refused.status() == 503 && refused.body().contains("Try again in a minute"), refused::body);
            }
            var health = send("/health", "");
            assertEquals(503, health.status());
            assertEquals("down", health.json().path("components").path("store").asString());
            system.told(Pattern.compile("cannot be asked what was revoked.*go on from memory for 5 s"));
        }
        assertEquals(401, whoami(ended).status(), "ended elsewhere while this process was cut off");
        assertEquals(200, whoami(kept).status());
        assertEquals(200, whoami(unused).status());
        system.told(Pattern.compile("The store can be asked again"));
        assertEquals("up", send("/health", "").json().path("components").path("store").asString());
        assertEquals(1, system.console().stream().filter(line -> line.contains("cannot be asked what was")).count());
    }
}
