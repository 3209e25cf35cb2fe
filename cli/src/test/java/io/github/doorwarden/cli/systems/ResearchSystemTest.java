package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.Deployment;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Documents and figures for deep research, started as a user starts it: at the provider that it brings along, and at
/// one elsewhere whose tokens say nothing and must be asked about.
class ResearchSystemTest {

    private static final List<String> TOOLS = List.of("airfare_trend_insights", "fetch", "search");
    private static final Person ANALYST = Person.of("analyst@research.example", "front-door-demo");
    /// All documents are read in the background; a start waits ten seconds for them.
    private static final Duration READ_WITHIN = Duration.ofSeconds(90);

    private static final String SECRET = "a-secret-of-the-resource-4711-4711";

    /// An authorization server elsewhere whose access tokens are opaque.
    private static final String OPAQUE = """
            name: Elsewhere
            development: true
            server: {port: %d}
            authorization:
              access_tokens: opaque
              resources: {research: {identifier: "%s", for_people: true, clients: [research]}}
              clients: [{id: research, secret: %s, grants: [client_credentials]}]
              demo_people: [{email: analyst@research.example, name: Ana, password: front-door-demo}]
            """;

    @TempDir
    private Path work;

    @Test
    void threeToolsBehindTheProviderThatComesAlong() throws Exception {
        var results = new ToolResults("research", "documents and figures");
        try (var system = RunningSystem.start("research", work, Map.of());
                var client = system.connect(ANALYST)) {
            assertTrue(system.console().stream().anyMatch(line -> line.contains("analyst@research.example")),
                    "it says whom to sign in as");
            var listed = client.tools().stream().map(tool -> tool.name())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(new TreeSet<>(TOOLS), listed);
            documents(client, results);
            figures(client, results);
            assertTrue(ToolResults.refused(client, "fetch", "{\"id\":\"doc-nothing\"}").contains("no document"));
            assertFalse(ToolResults.refused(client, "airfare_trend_insights", "{\"cabins\":[\"cockpit\"]}").isEmpty());
        }
        results.complete(TOOLS);
    }

    private static void documents(McpClient client, ToolResults results) throws McpFailure, InterruptedException {
        var until = System.nanoTime() + READ_WITHIN.toNanos();
        JsonNode hits;
        do {
            hits = results.call(client, "search", "{\"query\":\"who ended the fare war on Gatwick Lisbon\"}")
                    .path("results");
        } while (hits.size() < 3 && System.nanoTime() < until);
        var titles = hits.valueStream().limit(4).map(hit -> hit.path("title").asString()).toList().toString();
        assertTrue(titles.contains("Veloria chose Gatwick") && titles.contains("Lisbon price war"),
                "both sides of it: " + titles);
        for (var hit : hits) {
            var document = results.call(client, "fetch", "{\"id\":\"" + hit.path("id").asString() + "\"}");
            assertEquals(hit.path("title"), document.path("title"));
            assertEquals(hit.path("url"), document.path("url"));
            assertTrue(document.path("url").asString().startsWith("https://calls.ferncastle.example/2"));
        }
    }

    /// What the calls speak of is in the figures.
    private static void figures(McpClient client, ToolResults results) throws McpFailure, InterruptedException {
        var war = trend(client, results, "{\"routes\":[\"LGW-LIS\"],\"cabins\":[\"economy\"],\"group_by\":\"carrier\","
                + "\"from\":\"2025-03\",\"to\":\"2025-10\"}").path("series");
        assertEquals(3, war.size(), war::toString);
        war.forEach(carrier -> {
            var points = carrier.path("points");
            assertEquals(carrier.path("carrier").asString().equals("Veloria") ? "2025-04" : "2025-03",
                    points.path(0).path("period").asString(), "a newcomer");
            if (!carrier.path("carrier").asString().equals("Veloria")) {
                assertTrue(points.path(1).path("change_percent").asDouble() < -13, carrier::toString);
            }
        });
        var strike = trend(client, results, "{\"from_airport\":\"CPH\",\"measure\":\"avg_load_factor\",\"cabins\":"
                + "[\"economy\"],\"from\":\"2025-09\",\"to\":\"2025-11\"}").path("points");
        assertTrue(strike.path(1).path("change").asDouble() < -10 && strike.path(2).path("change").asDouble() > 8,
                strike::toString);
        var rose = trend(client, results, "{\"cabins\":[\"economy\"],\"bucket\":\"quarter\",\"group_by\":\"route\","
                + "\"order_by\":\"rise\",\"from\":\"2025-Q3\",\"to\":\"2026-Q3\"}");
        assertEquals("CPH-AGP", rose.path("series").path(0).path("route").asString(), "one airline left");
        var facts = trend(client, results, "{\"measure\":\"sum_passengers\",\"bucket\":\"year\"}").path("facts");
        assertEquals(7224, facts.path("rows_matched").asInt(), facts::toString);
        assertTrue(facts.path("warnings").toString().contains("1 row of the files could not be read"), facts::toString);
        assertEquals(6, facts.path("sources").size());
    }

    private static JsonNode trend(McpClient client, ToolResults results, String arguments) throws McpFailure,
            InterruptedException {
        return results.call(client, "airfare_trend_insights", arguments);
    }

    @Test
    void tokensThatSayNothingAreAskedAbout() throws Exception {
        var port = freePort();
        var folder = Files.createDirectories(work.resolve("elsewhere"));
        try (var system = RunningSystem.start("research", work, Map.of("AUTH0_ISSUER", "http://127.0.0.1:" + port,
                "INTROSPECTION_CLIENT_ID", "research", "INTROSPECTION_CLIENT_SECRET", SECRET))) {
            assertFalse(system.console().toString().contains("front-door-demo"), "no provider of its own was started");
            Files.writeString(folder.resolve(ConfigFile.NAME), OPAQUE.formatted(port, system.endpoint(), SECRET));
            try (var elsewhere = Deployment.start(ConfigFile.read(folder, Map.of(), name -> null), line -> { });
                    var client = system.connect(ANALYST)) {
                assertEquals(port, elsewhere.address().getPort());
                assertEquals(3, client.tools().size());
                var trend = client.call("airfare_trend_insights", Tool.arguments().put("bucket", "year"));
                assertFalse(trend.isError(), trend::text);
                assertFalse(client.call("search", Tool.arguments().put("query", "fuel")).isError());
                assertTrue(client.call("fetch", Tool.arguments().put("id", "x")).text().contains("no document"));
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
