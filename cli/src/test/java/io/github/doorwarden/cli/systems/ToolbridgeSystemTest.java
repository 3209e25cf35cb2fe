package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.McpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// toolbridge as it is delivered, its API beside it: people of three tenants, all tools, keys that change while calls
/// run, changes that the right ones hear of, several organisations.
class ToolbridgeSystemTest {

    @TempDir
    private static Path work;
    private static RunningSystem system;
    private static ToolbridgeApi api;
    private static McpClient ada;

    @BeforeAll
    static void start() throws Exception {
        system = RunningSystem.start("toolbridge", work, Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed"));
        api = new ToolbridgeApi(system);
        ada = connect("ada@acme.example");
    }

    @AfterAll
    static void end() throws Exception {
        ada.close();
        system.close();
    }

    private static McpClient connect(String email) throws Exception {
        return system.connect(Person.of(email, ToolbridgeWork.PASSWORD));
    }

    private static ToolbridgeWork work() {
        return new ToolbridgeWork(system, ada);
    }

    @Test
    void theFortyToolsDoWhatTheySay() throws Exception {
        var results = new ToolResults("toolbridge", "records");
        results.complete(work().records(results));
    }

    @Test
    void whatGoesBeyondSingleRecordsWorksToo() throws Exception {
        var results = new ToolResults("toolbridge", "beyond records");
        results.complete(work().beyond(results));
    }

    @Test
    void changesAreHeardOfByTheTenantThatTheyAreOf() throws Exception {
        work().changes();
    }

    @Test
    void nobodyReachesAnotherTenantsRecords() throws Exception {
        work().others();
    }

    @Test
    void whoeverWorksForSeveralChoosesOne() throws Exception {
        try (var sam = system.connect(Person.of("sam@consulting.example", ToolbridgeWork.PASSWORD)
                .choosing("tenant", "globex"))) {
            var title = ToolbridgeWork.call(sam, "create_note", "{\"title\":\"By Sam for Globex\"}");
            try (var dana = connect("dana@globex.example")) {
                assertEquals("By Sam for Globex",
                        ToolbridgeWork.call(dana, "get_note", "{\"id\":\"" + ToolbridgeWork.id(title)
                        + "\"}").path("title").asString());
            }
            assertTrue(ToolResults.refused(ada, "get_note", "{\"id\":\"" + ToolbridgeWork.id(title) + "\"}")
                    .contains("404"));
        }
    }

    @Test
    void aTenantsHostNameOpensForItsOwnPeopleAlone() throws Exception {
        var gateway = new ToolbridgeGateway(system, api);
        var token = gateway.token(Person.of("ada@acme.example", ToolbridgeWork.PASSWORD));
        var caller = new SignedCaller(api, token, ToolbridgeGateway.subject(token.get()), gateway.key("acme"),
                new Tenancies(1, List.of("acme")), new Random(1));
        for (var host : List.of("acme.toolbridge.example", "ACME.toolbridge.example:443", "127.0.0.1")) {
            var own = api.at(host, "/v1/notes?limit=1", caller.signed("GET", "/v1/notes?limit=1", ""));
            assertEquals(200, own.status(), own::body);
            assertTrue(own.body().contains("\"items\""), own::body);
        }
        for (var host : List.of("globex.toolbridge.example", "globex.toolbridge.example.:8443")) {
            var refused = api.at(host, "/v1/notes?limit=1", caller.signed("GET", "/v1/notes?limit=1", ""));
            assertEquals(403, refused.status(), refused::body);
            assertTrue(refused.body().contains("host_mismatch") && refused.body().contains("another organisation's")
                    && !refused.body().contains("\"items\""), refused::body);
        }
        // The door has one name of its own, and says which; whose call it is stands in the token.
        var door = ToolbridgeApi.at("acme.toolbridge.example", system.endpoint(), "/mcp", Map.of());
        assertEquals(403, door.status(), door::body);
        assertTrue(door.body().contains("known as " + system.origin()), door::body);
    }

    @Test
    void aTenantIsMadeItsKeyIsRotatedWhileCallsRunAndNoCallFails() throws Exception {
        var made = api.admin("POST", "/admin/tenants", "{\"id\":\"umbrella\",\"name\":\"Umbrella\"}");
        assertEquals(201, made.status(), made.body());
        assertEquals("umbrella.toolbridge.example", made.json().path("host").asString());
        assertEquals(201, api.admin("POST", "/admin/tenants/umbrella/members",
                "{\"email\":\"hugo@umbrella.example\",\"name\":\"Hugo\"}").status());
        var stop = new AtomicBoolean();
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = Stream.generate(() -> calls.submit(() -> {
                var done = 0;
                while (!stop.get() || done == 0) {
                    var result = ada.call("list_chats", (ObjectNode) JsonMapper.shared().readTree("{\"limit\":1}"));
                    assertFalse(result.isError(), result::text);
                    done++;
                }
                return done;
            })).limit(4).toList();
            assertEquals(200, api.admin("POST", "/admin/tenants/acme/secret/rotate", "{\"overlap_seconds\":3600}")
                    .status());
            ToolbridgeWork.call(ada, "list_notes", "{\"limit\":1}");
            stop.set(true);
            for (var each : running) {
                assertTrue(each.get(60, TimeUnit.SECONDS) > 0);
            }
        }
        // Without an overlap: nothing but the new key is good, and the gateway fetches it because it is refused.
        assertEquals(200, api.admin("POST", "/admin/tenants/acme/secret/rotate", "{\"overlap_seconds\":0}").status());
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        var list = (ObjectNode) JsonMapper.shared().readTree("{\"limit\":1}");
        while (ada.call("list_chats", list).isError()) {
            assertTrue(System.nanoTime() < until, "the new key was not fetched");
        }
        var accesses = api.admin("GET", "/admin/tenants/acme/secret/accesses", "").json().path("items");
        assertTrue(accesses.toString().contains("\"rotate\"") && accesses.toString().contains("\"read\""),
                accesses.toString());
        assertFalse(String.join("\n", system.console()).contains("secret\":\""), "no key in the log");
    }

    @Test
    void oneTraceLeadsFromTheClientToTheLogOfTheApi() throws Exception {
        var trace = "0af7651916cd43dd8448eb211c80319c";
        var params = (ObjectNode) JsonMapper.shared().readTree("{\"name\":\"list_tasks\",\"arguments\":{\"limit\":1},"
                + "\"_meta\":{\"traceparent\":\"00-" + trace + "-b7ad6b7169203331-01\"}}");
        ada.request("tools/call", params, io.github.doorwarden.client.CallOptions.PLAIN);
        var lines = log().stream().filter(line -> line.contains(trace)).toList();
        assertTrue(lines.stream().anyMatch(line -> line.contains("/v1/tasks")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("/v1/sync/sessions")), lines.toString());
    }

    private static List<String> log() throws IOException {
        return Files.readAllLines(system.state().resolve("toolbridge.log"));
    }
}
