package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The system code-search as it is delivered, over small repositories: every tool, over every transport, as every tier,
/// is answered or refused alike.
class CodeSearchParityTest {

    private static final String ORIGIN = "server.public_origin";
    private static final PersonIdent SOMEBODY = new PersonIdent("Dana", "dana@code.example");

    /// What is called: a question that has an answer for who may, and some that nobody is answered.
    private record Case(String tool, String arguments) {}

    private static final List<Case> CASES = List.of(
            new Case("search_code", "{\"query\":\"charge a card\"}"),
            new Case("search_code", "{\"query\":\"Basket total\",\"repo\":\"libraries\",\"limit\":2}"),
            new Case("search_code", "{\"query\":\"charge\",\"repo\":\"marketplace\"}"),
            new Case("search_code", "{\"query\":\"charge\",\"repo\":\"nowhere\"}"),
            new Case("search_code", "{\"limit\":3}"),
            new Case("read_code", "{\"path\":\"shop-1/shop/Basket.java\"}"),
            new Case("read_code", "{\"path\":\"payments/charge.py\"}"),
            new Case("read_code", "{\"path\":\"../doorwarden.yaml\"}"),
            new Case("find_symbol", "{\"name\":\"total\"}"),
            new Case("generate_code", "{\"task\":\"give money back to a card\"}"),
            new Case("analyze_context", "{\"path\":\"shop-1/shop/Basket.java\"}"),
            new Case("code_index_status", "{}"),
            new Case("doorwarden_whoami", "{}"),
            new Case("search_quality", "{\"days\":2}"),
            new Case("search_quality", "{\"days\":99}"),
            new Case("reindex_code", "{\"repo\":\"nowhere\"}"),
            new Case("reindex_code", "{}"),
            new Case("no_such_tool", "{}"));

    @TempDir
    static Path folder;
    private static final List<String> CONSOLE = new CopyOnWriteArrayList<>();
    private static final Web WEB = new Web();
    private static Deployment deployment;
    private static URI endpoint;
    private static String origin;

    @BeforeAll
    static void open() throws Exception {
        repositories();
        deployment = Deployment.start(config(Map.of()), CONSOLE::add);
        endpoint = URI.create(deployment.endpoints().getFirst().toString());
        origin = endpoint.toString().replaceAll("/mcp$", "");
    }

    @AfterAll
    static void close() {
        deployment.close();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void repositories() throws Exception {
        write(folder.resolve("market/payments/charge.py"), "def charge(basket, card):\n"
                + "    \"\"\"Takes the money for a basket.\"\"\"\n    return card.charge(basket.total())\n");
        write(folder.resolve("ours/door/Door.java"), "package door;\n\n/// Who may come in.\nfinal class Door {\n"
                + "    boolean opens(String token) {\n        return !token.isEmpty();\n    }\n}\n");
        try (var git = Git.init().setDirectory(folder.resolve("ours").toFile()).setInitialBranch("main").call()) {
            git.add().addFilepattern(".").call();
            git.commit().setMessage("door").setAuthor(SOMEBODY).setCommitter(SOMEBODY).setSign(false).call();
        }
        Files.createDirectories(folder.resolve("jars"));
        try (var jar = new ZipOutputStream(Files.newOutputStream(folder.resolve("jars/shop-1-sources.jar")))) {
            jar.putNextEntry(new ZipEntry("shop/Basket.java"));
            jar.write(("package shop;\n\n/// What somebody is about to buy.\nfinal class Basket {\n    /// In cents.\n"
                    + "    long total() {\n        return 0;\n    }\n}\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Config config(Map<String, String> more) {
        var code = "sources.code.repositories.";
        var set = new HashMap<>(Map.of("state", folder.resolve("state").toString(), "server.port", "0",
                "sources.code.embeddings.type", "none", "limits.calls_per_minute", "100000",
                "limits.calls_per_tool_per_minute", "100000",
                code + "libraries.archives", folder.resolve("jars") + "/*-sources.jar",
                code + "doorwarden.git", folder.resolve("ours").toString(),
                code + "marketplace.folder", folder.resolve("market").toString()));
        set.putAll(more);
        return ConfigFile.read(Path.of("..", "systems", "code-search"), set, name -> null);
    }

    private static Agent agent() {
        return Agent.registered(WEB, origin, endpoint.toString(), "Stranger", "http://127.0.0.1:9/callback");
    }

    /// By password in a browser, then consent.
    private static String oauth(String email, String scope) {
        var browser = new Browser(WEB, origin);
        browser.signIn(browser.get("/login"), email, "front-door-demo").expect(303);
        return agent().tokens(browser, scope).access();
    }

    /// By a link on the console, then a code of the app.
    private static String session(String email, String scope, Authenticator app) {
        var handle = WEB.post(origin + "/auth/login", "application/json", "{\"email\":\"" + email + "\",\"scope\":\""
                + scope + "\"}").expect(202).json().path("login").asString();
        var link = CONSOLE.getLast().lines().map(String::strip).filter(line -> line.startsWith("http")).findFirst()
                .orElseThrow();
        var half = WEB.get(link, "Doorwarden-Login", handle).expect(200).json().path("session").asString();
        return WEB.post(origin + "/auth/verify-mfa", "application/json", "{\"session\":\"" + half + "\",\"code\":\""
                + app.code() + "\"}", "Doorwarden-Login", handle).expect(200).json().path("access_token").asString();
    }

    private static String service() {
        var secret = config(Map.of()).variables().resolve("${generated:code-robot}");
        return WEB.post(origin + "/auth/m2m/token", "application/json", "{\"client_id\":\"code-robot\","
                + "\"client_secret\":\"" + secret + "\"}").expect(200).json().path("access_token").asString();
    }

    /// The token is null for nobody. Who has a second factor comes last: that one has code read again.
    private static Map<String, String> callers() {
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("anonymous", null);
        tokens.put("PUBLIC", oauth("guest@elsewhere.example", "code:read"));
        tokens.put("PUBLIC, with a scope that helps nothing", oauth("guest@elsewhere.example",
                "code:read code:operate"));
        tokens.put("DEVELOPER", oauth("dev@code.example", "code:read"));
        tokens.put("SERVICE", service());
        tokens.put("ADMIN, signed in with a password", oauth("ada@code.example", "code:read code:operate"));
        var browser = new Browser(WEB, origin);
        browser.signIn(browser.get("/login"), "ada@code.example", "front-door-demo").expect(303);
        var app = Authenticator.enrolled(browser);
        tokens.put("ADMIN, without the scope", session("ada@code.example", "code:read", app));
        tokens.put("ADMIN", session("ada@code.example", "code:read code:operate", app));
        return tokens;
    }

    @Test
    void everyToolIsAnsweredAlikeOverEveryTransportAsEveryTier() {
        var seen = new LinkedHashMap<String, String>();
        for (var caller : callers().entrySet()) {
            var speakers = Speaker.all(WEB, config(Map.of(ORIGIN, origin)), endpoint, caller.getValue());
            try {
                Parity.alike(caller.getKey() + ", the list", speakers, Speaker::list);
                for (var each : CASES) {
                    Parity.alike(caller.getKey() + ", " + each, speakers, by -> by.call(each.tool(),
                            each.arguments()));
                }
                var last = speakers.getLast();
                seen.put(caller.getKey(), last.list().result().path("tools").valueStream().map(tool ->
                        tool.path("name").asString()).filter(name -> !name.equals("doorwarden_whoami")).sorted()
                        .collect(Collectors.joining(" ")) + " | " + repositories(last));
            } finally {
                speakers.forEach(Speaker::close);
            }
        }
        assertEquals(EXPECTED, seen.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining("\n", "", "\n")));
        audited();
    }

    private static final String READING = "code_index_status find_symbol read_code search_code";
    private static final String ALL_READING = "analyze_context code_index_status find_symbol generate_code read_code "
            + "search_code";
    private static final String EVERYTHING = "analyze_context code_index_status find_symbol generate_code read_code "
            + "reindex_code search_code search_quality";
    private static final String EXPECTED = "anonymous: " + READING + " | \n"
            + "PUBLIC: " + READING + " | libraries\n"
            + "PUBLIC, with a scope that helps nothing: " + READING + " | libraries\n"
            + "DEVELOPER: " + ALL_READING + " | libraries doorwarden marketplace\n"
            + "SERVICE: " + ALL_READING + " | libraries doorwarden\n"
            + "ADMIN, signed in with a password: " + EVERYTHING + " | libraries doorwarden marketplace\n"
            + "ADMIN, without the scope: " + EVERYTHING + " | libraries doorwarden marketplace\n"
            + "ADMIN: " + EVERYTHING + " | libraries doorwarden marketplace\n";

    private static String repositories(Speaker speaker) {
        var outcome = speaker.call("code_index_status", "{}");
        return outcome.code() != 0 ? "" : outcome.result().path("structuredContent").path("repositories").valueStream()
                .map(each -> each.path("repo").asString()).collect(Collectors.joining(" "));
    }

    @Test
    void itRefusesToStartWhereOthersCouldReachIt() {
        var mistakes = assertThrows(ConfigMistakes.class, () -> config(Map.of(ORIGIN, "https://code.example.com")))
                .mistakes();
        assertTrue(mistakes.toString().contains("loopback alone"), mistakes::toString);
    }

    /// As it is delivered: a question finds what shares no word with it.
    @Test
    void wordsAndVectorsAreFused(@TempDir Path state) throws Exception {
        try (var own = Deployment.start(config(Map.of("state", state.toString(), "sources.code.embeddings.type", "onnx",
                "sources.code.follow", "1s")), CONSOLE::add)) {
            var url = own.endpoints().getFirst().toString();
            var token = WEB.post(url.replaceAll("/mcp$", "/auth/token"), "application/json", "{\"email\":"
                    + "\"dev@code.example\"}").expect(200).json().path("access_token").asString();
            var asked = new Speaker.Rest(WEB, URI.create(url), token);
            var waited = System.nanoTime();
            var made = asked.call("code_index_status", "{}").result().path("structuredContent").path("vectors");
            while (made.path("files").asInt() < made.path("of").asInt() || made.path("of").asInt() == 0) {
                assertTrue(System.nanoTime() - waited < TimeUnit.MINUTES.toNanos(2), "no vectors");
                new CompletableFuture<Void>().completeOnTimeout(null, 200, TimeUnit.MILLISECONDS).join();
                made = asked.call("code_index_status", "{}").result().path("structuredContent").path("vectors");
            }
            var hit = asked.call("search_code", "{\"query\":\"customer pays their purchase\"}").result()
                    .path("structuredContent").path("results").path(0);
            assertEquals("payments/charge.py", hit.path("path").asString(), hit::toString);
            assertTrue(hit.path("parts").path("vector").asDouble() > 0, hit::toString);
        }
    }

    /// Every call is on record, whatever came of it.
    private static void audited() {
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"));
                var audit = new AuditLog(database)) {
            assertEquals(java.util.Optional.empty(), audit.verify().broken());
            var lines = audit.newest(100_000).stream().map(line -> line.event()).toList();
            var called = lines.stream().filter(line -> line.event().equals("tools/call")).toList();
            for (var each : CASES) {
                assertTrue(called.stream().anyMatch(line -> line.thing().equals(each.tool())), each.tool());
            }
            for (var kind : List.of("USER", "SERVICE")) {
                assertTrue(called.stream().anyMatch(line -> line.callerKind().equalsIgnoreCase(kind)), kind);
            }
            assertTrue(lines.stream().map(line -> line.peer()).collect(Collectors.toSet())
                    .containsAll(Set.of("stdio", "127.0.0.1")));
        }
    }
}
