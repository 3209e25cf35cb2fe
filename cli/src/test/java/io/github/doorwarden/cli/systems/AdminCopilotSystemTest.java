package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.Tool;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The admin copilot as it is delivered: a person signs in at its identity provider, calls all ten tools, sends
/// invitations that go out once; what is on record afterwards on both sides, its end and its second start.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdminCopilotSystemTest {

    private static final String PREFIX = "instainstru_";
    private static final List<String> TOOLS = List.of("founding_funnel_summary", "founding_stuck_instructors",
            "instructors_list", "instructors_coverage", "instructors_detail", "search_top_queries",
            "search_zero_results", "invites_preview", "invites_send", "metrics_describe");

    @TempDir
    static Path work;
    private static final ToolResults RESULTS = new ToolResults("admin-copilot", "ten tools");
    private static Copilot copilot;
    private static McpClient admin;

    @BeforeAll
    static void start() throws Exception {
        begin();
    }

    @AfterAll
    static void end() {
        copilot.close();
    }

    private static void begin() throws Exception {
        copilot = new Copilot(work, Map.of());
        admin = copilot.system.connect(ada(), "mcp:write");
    }

    private static Person ada() {
        return Person.of(Copilot.ADMIN, Copilot.PASSWORD);
    }

    private static JsonNode call(String tool, String arguments) throws Exception {
        return RESULTS.call(admin, PREFIX + tool, arguments);
    }

    private static String refused(McpClient who, String tool, String arguments) throws Exception {
        return ToolResults.refused(who, PREFIX + tool, arguments);
    }

    @Test
    @Order(1)
    void strangersSeeTheToolsAndCallNone() {
        var names = new TreeSet<String>();
        copilot.door.rpc(null, "tools/list", "{}").expect(200).json().path("result").path("tools")
                .forEach(tool -> names.add(tool.path("name").asString()));
        assertTrue(names.containsAll(TOOLS.stream().map(tool -> PREFIX + tool).toList()), names::toString);
        for (var name : names) {
            copilot.door.call(null, name, "{}").expect(401);
        }
        var modern = new TreeSet<String>();
        copilot.door.modern(null, "tools/list", "", "").expect(200).json().path("result").path("tools")
                .forEach(tool -> modern.add(tool.path("name").asString()));
        assertEquals(names, modern);
    }

    @Test
    @Order(2)
    @Covers("RS-4")
    void aReaderMayNotInvite() throws Exception {
        var reader = copilot.signIn(ada(), "mcp:read").access();
        copilot.door.call(reader, PREFIX + "founding_funnel_summary", "{}").expect(200);
        var lacking = copilot.door.call(reader, PREFIX + "invites_preview", "{\"emails\":[\"a@example.com\"]}")
                .expect(403);
        assertTrue(lacking.header("WWW-Authenticate").contains("scope=\"mcp:write\""), lacking::toString);
        var everything = copilot.signIn(ada(), "").access();
        copilot.door.call(everything, PREFIX + "invites_preview", "{\"emails\":[\"a@example.com\"]}").expect(200);
    }

    @Test
    @Order(3)
    void theEightReadingToolsAnswer() throws Exception {
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
        assertTrue(gmv.toString().toLowerCase(Locale.ROOT).contains("gross"), gmv::toString);
        assertTrue(refused(admin, "metrics_describe", "{\"metric_name\":\"nonsense\"}").length() > 40);
        assertTrue(refused(admin, "instructors_detail", "{\"identifier\":\"nobody@example.com\"}").length() > 20);
    }

    @Test
    @Order(4)
    void invitationsGoOutOnceAndOnlyByWhoSawThem() throws Exception {
        var preview = call("invites_preview", "{\"emails\":[\"ana@example.com\",\"ben@example.com\",\"no address\"]}");
        assertEquals(2, preview.path("recipients").size(), preview::toString);
        assertEquals(1, preview.path("rejected").size());
        assertEquals(List.of(), outbox(), "a preview sends nothing");
        var send = "{\"confirmation\":" + preview.path("confirmation") + ",\"batch_digest\":"
                + preview.path("batch_digest") + "}";

        try (var ben = copilot.system.connect(Person.of("ben@instainstru.example", "second-admin-demo"),
                "mcp:write")) {
            assertTrue(refused(ben, "invites_send", send).length() > 20, "a foreign confirmation");
        }
        assertTrue(refused(admin, "invites_send", send.replace(preview.path("batch_digest").asString(),
                "0".repeat(64))).length() > 20, "a changed batch");
        assertEquals(List.of(), outbox());

        assertEquals(2, call("invites_send", send).path("sent").asInt());
        assertEquals(2, outbox().size());
        assertTrue(refused(admin, "invites_send", send).length() > 20, "a second time");
        assertEquals(2, outbox().size());
        assertNotOnRecord(preview.path("confirmation").asString(), preview.path("batch_digest").asString());
    }

    /// What the configuration marks as secret is in no row; what stands beside it is.
    private static void assertNotOnRecord(String secret, String beside) {
        try (var database = Database.open(copilot.system.state().resolve("doorwarden.db"))) {
            var arguments = database.query("SELECT arguments FROM audit WHERE thing = ?", row -> row.getString(1),
                    PREFIX + "invites_send");
            assertTrue(arguments.stream().anyMatch(row -> row != null && row.contains(beside)), arguments::toString);
            assertTrue(arguments.stream().noneMatch(row -> row != null && row.contains(secret)), "a live confirmation");
        }
    }

    private static List<Path> outbox() throws IOException {
        var folder = copilot.system.state().resolve("marketplace").resolve("outbox");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        }
    }

    @Test
    @Order(5)
    void everyCallIsOnRecordOnBothSidesAndTheRecordIsWhole() throws Exception {
        var called = new TreeMap<String, Integer>();
        for (var row : copilot.audit()) {
            var words = row.split(" ");
            if (row.startsWith("tools/call allowed")) {
                assertTrue(words[2].length() > 5, row);
                called.merge(words[3], 1, Integer::sum);
            }
        }
        assertEquals(TOOLS.stream().map(tool -> PREFIX + tool).collect(Collectors.toSet()), called.keySet().stream()
                .filter(name -> name.startsWith(PREFIX)).collect(Collectors.toSet()));
        assertEquals("whole", command("audit", "verify").split(" ")[0]);
        var theirs = Copilot.marketplaceAudit(copilot.system.state());
        assertTrue(theirs.contains("service marketplace-gateway " + Copilot.ADMIN
                + " /api/v1/admin/mcp/invites/send 200"), theirs);
        var events = Copilot.text(copilot.system.state().resolve("marketplace.log"));
        assertTrue(events.contains("mcp_auth_m2m_jwt") && !events.contains("mcp_auth_static_token"), events);
    }

    private static String command(String... words) throws Exception {
        var line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "io.github.doorwarden.cli.Doorwarden"));
        line.addAll(List.of(words));
        line.addAll(List.of(copilot.system.folder().toString(), "--set", "state="
                + copilot.system.state().toAbsolutePath()));
        var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    @Test
    @Order(6)
    void itsEndLeavesNothingBehindAndItsSecondStartGoesOn() throws Exception {
        RESULTS.complete(TOOLS.stream().map(tool -> PREFIX + tool).toList());
        var companions = copilot.system.process().descendants().toList();
        assertEquals(3, companions.size(), "the identity provider, the marketplace, what plays monitoring");
        var rows = copilot.audit().size();
        admin.close();
        copilot.close();
        companions.forEach(each -> assertFalse(each.isAlive(), each::toString));

        begin();                                     // another port, so another issuer; the same people and records
        var summary = admin.call(PREFIX + "founding_funnel_summary", Tool.arguments());
        assertFalse(summary.isError(), summary::text);
        try (var database = Database.open(copilot.system.state().resolve("doorwarden.db"))) {
            assertEquals(1, database.query("SELECT 1 FROM person WHERE email = ?", row -> row.getInt(1), Copilot.ADMIN)
                    .size(), "the provider's address is another one, the person is not");
        }
        assertTrue(copilot.audit().size() > rows);
        assertEquals(2, outbox().size());
        assertTokenOfTheGatewayOpensNothingHere();
        admin.close();
    }

    private static void assertTokenOfTheGatewayOpensNothingHere() {
        copilot.door.call(copilot.machineToken(), PREFIX + "founding_funnel_summary", "{}").expect(401);
    }
}
