package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Administration;
import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.cli.Agent.Tokens;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The admin copilot as it is delivered, its marketplace beside it: signing in, all ten tools, invitations that go out
/// once, what is on record afterwards, its end and its second start.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminCopilotTest {

    private static final Path FOLDER = Path.of("..", "systems", "admin-copilot");
    private static final String REDIRECT = "http://127.0.0.1:9/callback";
    private static final String PREFIX = "instainstru_";

    @TempDir
    static Path state;
    private static final List<String> CONSOLE = new CopyOnWriteArrayList<>();
    private static final Web WEB = new Web();
    private static List<ProcessHandle> before;
    private static Deployment deployment;
    private static String endpoint;
    private static String origin;
    private static Agent agent;
    private static Tokens admin;

    @BeforeAll
    static void start() {
        before = ProcessHandle.current().children().toList();
        begin();
    }

    @AfterAll
    static void end() {
        deployment.close();
    }

    private static Config config() {
        return ConfigFile.read(FOLDER, Map.of("state", state.toAbsolutePath().toString(), "server.port", "0"), name ->
                null);
    }

    private static void begin() {
        deployment = Deployment.start(config(), CONSOLE::add);
        endpoint = deployment.endpoints().getFirst().toString();
        origin = endpoint.substring(0, endpoint.length() - "/mcp".length());
    }

    private static List<ProcessHandle> companions() {
        return ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
    }

    /// The person asks for a link, finds it on the console and follows it.
    private static Browser byMagicLink(Agent who, String email) {
        var browser = new Browser(WEB, origin);
        var page = browser.get(who.authorizeUrl("")).expect(200);
        var form = Browser.form(page, "/login");
        browser.post(form.action().replace("/login?", "/login/link?"), form.with("email", email)).expect(200);
        var printed = CONSOLE.getLast();
        assertTrue(printed.contains(email), printed);
        var link = printed.substring(printed.indexOf("http")).strip();
        var button = Browser.form(browser.get(link).expect(200), "/link");
        var next = browser.post(button.action(), button.hidden()).expect(303).location();
        assertTrue(Browser.has(browser.get(next, "Sec-Fetch-Site", "same-origin"), "/consent"));
        return browser;
    }

    private static JsonNode call(String tool, String arguments) {
        var result = Agent.result(agent.call(admin.access(), PREFIX + tool, arguments));
        assertFalse(result.path("isError").asBoolean(), () -> tool + ": " + result);
        var text = Web.JSON.readTree(result.path("content").get(0).path("text").asString());
        assertEquals(result.path("structuredContent"), text, "structured content and text say the same");
        return text;
    }

    private static String refused(String token, String tool, String arguments) {
        var result = Agent.result(agent.call(token, PREFIX + tool, arguments));
        assertTrue(result.path("isError").asBoolean(), result::toString);
        return result.path("content").get(0).path("text").asString();
    }

    @Test
    @Order(1)
    void strangersSeeTheToolsAndCallNone() {
        agent = new Agent(WEB, origin, endpoint, "", "");
        var tools = Agent.result(agent.rpc(endpoint, null, Agent.LEGACY, "tools/list", "{}")).path("tools");
        var names = new TreeSet<String>();
        tools.forEach(tool -> names.add(tool.path("name").asString()));
        assertEquals(11, names.size(), "ten of the marketplace and one that tells who is signed in");
        for (var name : names) {
            agent.call(null, name, "{}").expect(401);
        }
        assertEquals(names, namesOf(Agent.result(agent.modern(null, "tools/list", "", "{}")).path("tools")));
        WEB.post(endpoint + "/mcp", "application/json", "{}").expect(404);
        Agent.result(agent.rpc(endpoint + "/", null, Agent.LEGACY, "tools/list", "{}"));
    }

    private static TreeSet<String> namesOf(JsonNode tools) {
        var names = new TreeSet<String>();
        tools.forEach(tool -> names.add(tool.path("name").asString()));
        return names;
    }

    @Test
    @Order(2)
    @Covers("RS-4")
    void thePrintedLinkSignsInAndAReaderMayNotInvite() {
        agent = Agent.registered(WEB, origin, endpoint, "Copilot", REDIRECT);
        var browser = byMagicLink(agent, "admin@instainstru.example");
        var reader = agent.tokens(browser, "mcp:read");
        Agent.result(agent.call(reader.access(), PREFIX + "founding_funnel_summary", "{}"));
        var lacking = agent.call(reader.access(), PREFIX + "invites_preview", "{\"emails\":[\"a@example.com\"]}")
                .expect(403);
        assertTrue(lacking.header("WWW-Authenticate").orElseThrow().contains("scope=\"mcp:write\""), lacking::toString);
        admin = agent.tokens(browser, "");
        assertEquals("mcp:read mcp:write", String.join(" ", new TreeSet<>(List.of(admin.scope().split(" ")))));
    }

    @Test
    @Order(3)
    void theEightReadingToolsAnswer() {
        var slots = call("founding_funnel_summary", "{}").path("founding_slots");
        assertEquals(100, slots.path("total").asInt(slots.path("cap").asInt()), slots::toString);
        var stuck = call("founding_stuck_instructors", "{\"days\":7,\"limit\":3}");
        assertTrue(stuck.path("total").asInt() >= 3, stuck::toString);

        var live = call("instructors_list", "{\"status\":\"live\",\"limit\":5}");
        assertEquals(65, live.path("total").asInt(), live::toString);
        assertEquals(5, live.path("instructors").size());
        var next = call("instructors_list", "{\"status\":\"live\",\"limit\":5,\"cursor\":" + live.path("next_cursor")
                + "}");
        assertNotEquals(live.path("instructors"), next.path("instructors"));
        var gems = call("instructors_list", "{\"status\":\"live\",\"category\":\"Hidden Gems\"}");
        assertEquals(10, gems.path("total").asInt());

        var perCategory = new TreeMap<String, Integer>();
        call("instructors_coverage", "{}").path("categories")
                .forEach(each -> perCategory.put(each.path("category").asString(), each.path("live").asInt()));
        assertEquals(Map.of("Arts", 12, "Language", 11, "Music", 11, "Tutoring", 11, "Hidden Gems", 10,
                "Sports & Fitness", 10), perCategory);

        var one = live.path("instructors").get(0);
        for (var key : List.of("id", "email", "name")) {
            var found = call("instructors_detail", "{\"identifier\":" + one.path(key) + "}");
            assertEquals(one.path("id"), found.path("instructor").path("id"), () -> key + found);
        }
        assertTrue(call("search_top_queries", "{}").path("queries").size() > 3);
        assertTrue(call("search_zero_results", "{}").path("queries").size() > 0);
        var gmv = call("metrics_describe", "{\"metric_name\":\"GMV\"}");
        assertTrue(gmv.toString().toLowerCase(java.util.Locale.ROOT).contains("gross"), gmv::toString);
        assertTrue(refused(admin.access(), "metrics_describe", "{\"metric_name\":\"nonsense\"}").length() > 40);
        assertTrue(refused(admin.access(), "instructors_detail", "{\"identifier\":\"nobody@example.com\"}")
                .length() > 20);
    }

    @Test
    @Order(4)
    void invitationsGoOutOnceAndOnlyByWhoSawThem() throws IOException {
        var preview = call("invites_preview", "{\"emails\":[\"ana@example.com\",\"ben@example.com\",\"no address\"]}");
        assertEquals(2, preview.path("recipients").size(), preview::toString);
        assertEquals(1, preview.path("rejected").size());
        assertEquals(List.of(), outbox(), "a preview sends nothing");
        var send = "{\"confirmation\":" + preview.path("confirmation") + ",\"batch_digest\":"
                + preview.path("batch_digest") + "}";

        try (var administration = Administration.open(config())) {
            administration.addPerson("bob@instainstru.example", "Bob", "another-password-1");
        }
        var bob = agent.tokens(byMagicLink(agent, "bob@instainstru.example"), "");
        assertTrue(refused(bob.access(), "invites_send", send).length() > 20, "a foreign confirmation");
        assertTrue(refused(admin.access(), "invites_send",
                send.replace(preview.path("batch_digest").asString(), "0".repeat(64)))
                .length() > 20, "a changed batch");
        assertEquals(List.of(), outbox());

        assertEquals(2, call("invites_send", send).path("sent").asInt());
        assertEquals(2, outbox().size());
        assertTrue(refused(admin.access(), "invites_send", send).length() > 20, "a second time");
        assertEquals(2, outbox().size());
        assertNotOnRecord(preview.path("confirmation").asString(), preview.path("batch_digest").asString());
    }

    /// What the configuration marks as secret is in no row; what stands beside it is.
    private static void assertNotOnRecord(String secret, String beside) {
        try (var database = Database.open(state.resolve("doorwarden.db"))) {
            var arguments = database.query("SELECT arguments FROM audit WHERE thing = ?", row -> row.getString(1),
                    PREFIX + "invites_send");
            assertTrue(arguments.stream().anyMatch(row -> row != null && row.contains(beside)), arguments::toString);
            assertTrue(arguments.stream().noneMatch(row -> row != null && row.contains(secret)), "a live confirmation");
        }
    }

    private static List<Path> outbox() throws IOException {
        var folder = state.resolve("marketplace").resolve("outbox");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        }
    }

    private static List<String> command(String... words) {
        var line = new ArrayList<>(List.of(words));
        line.addAll(List.of(FOLDER.toString(), "--set", "state=" + state.toAbsolutePath()));
        var out = new StringWriter();
        var err = new StringWriter();
        assertEquals(0, Doorwarden.run(line.toArray(String[]::new), new PrintWriter(out, true),
                new PrintWriter(err, true)),
                err::toString);
        return out.toString().lines().toList();
    }

    @Test
    @Order(5)
    void everyCallIsOnRecordAndTheRecordIsWhole() {
        var called = new TreeMap<String, Integer>();
        for (var line : audit()) {
            var json = Web.JSON.readTree(line);
            if (json.path("event").asString().equals("tools/call") && json.path("outcome").asString()
                    .equals("allowed")) {
                called.merge(json.path("thing").asString(), 1, Integer::sum);
                assertFalse(json.path("subject").asString().isEmpty(), line);
                assertEquals(agent.clientId, json.path("client_id").asString(), line);
            }
        }
        assertEquals(10, called.size(), called::toString);
        assertEquals(3, called.get(PREFIX + "instructors_detail"), called::toString);
        var whole = command("audit", "verify");
        assertTrue(whole.getFirst().startsWith("whole"), whole::toString);
    }

    private static List<String> audit() {
        var out = new StringWriter();
        Doorwarden.run(new String[] {"audit", "list", FOLDER.toString(), "--set", "state=" + state.toAbsolutePath(),
                "--json",
            "--last", "1000"}, new PrintWriter(out, true), new PrintWriter(out, true));
        return out.toString().lines().toList();
    }

    @Test
    @Order(6)
    void itsEndLeavesNothingBehindAndItsSecondStartGoesOn() throws IOException {
        assertEquals(2, companions().size(), "the marketplace, and what plays its monitoring");
        var lines = audit().size();
        deployment.close();
        assertEquals(List.of(), companions(), "a process was left behind");

        begin();
        // The port is another one, so is the issuer: what the second start must know is the person, client and grant.
        var again = new Agent(WEB, origin, endpoint, agent.clientId, REDIRECT);
        admin = Tokens.of(WEB.form(origin + "/token",
                Map.of("grant_type", "client_credentials", "client_id", "marketplace-gateway",
                "client_secret", Files.readString(state.resolve("secrets").resolve("marketplace-gateway")).strip(),
                "resource", "https://api.instainstru.example")));
        again.call(admin.access(), PREFIX + "founding_funnel_summary", "{}").expect(401);
        var browser = byMagicLink(again, "bob@instainstru.example");
        var token = again.tokens(browser, "mcp:read").access();
        var summary = Agent.result(again.call(token, PREFIX + "founding_funnel_summary", "{}"));
        assertFalse(summary.path("isError").asBoolean(), summary::toString);
        assertTrue(audit().size() > lines);
        assertTrue(command("audit", "verify").getFirst().startsWith("whole"));
        assertEquals(2, outbox().size());
        assertEquals(2, companions().size(), "the marketplace, and what plays its monitoring");
    }
}
