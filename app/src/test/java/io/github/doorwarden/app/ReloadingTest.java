package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.tidy.Polling;
import io.github.doorwarden.upstream.Hops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A configuration whose file changes while it is served.
@Timeout(120)
final class ReloadingTest {

    private static final String DOCUMENT = """
            {"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{
              "/fast":{"get":{"operationId":"fast","summary":"Fast.","responses":{"200":{"description":"d"}}}},
              "/slow":{"get":{"operationId":"slow","summary":"Slow.","responses":{"200":{"description":"d"}}}}}}
            """;

    @TempDir
    private Path folder;
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private HttpServer backend;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("api.json"), DOCUMENT);
        backend = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().equals("/slow")) {
                entered.countDown();
                try {
                    released.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            var json = "{\"path\":\"%s\"}".formatted(exchange.getRequestURI().getPath()).getBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
        });
        backend.start();
    }

    @AfterEach
    void close() {
        released.countDown();
        backend.stop(0);
    }

    private String yaml(String tools, String more) {
        return """
                endpoints: {/mcp: {sources: [api]}}
                upstreams: {u: {base_url: "http://127.0.0.1:%d"}}
                sources: {api: {type: openapi, document: api.json, upstream: u, tools: {%s}}}
                %s
                """.formatted(backend.getAddress().getPort(), tools, more);
    }

    private static List<String> tools(Deployed deployed) {
        return Deployed.names(deployed.modern("tools/list", "{}"), "tools");
    }

    private static Iterator<JsonNode> listening(Deployed deployed) {
        var stream = deployed.stream("subscriptions/listen", "{\"notifications\":{\"toolsListChanged\":true}}");
        assertEquals("notifications/subscriptions/acknowledged", stream.next().path("method").asString());
        return stream;
    }

    private static String structured(JsonNode answer) {
        return answer.path("result").path("structuredContent").toString();
    }

    @Test
    void anotherDeclarationIsServedAtOnceAndCallsThatRunEndAsTheyBegan() throws Exception {
        try (var deployed = Deployed.following(folder, yaml("slow: {operation: slow}", ""))) {
            var stream = listening(deployed);
            var running = CompletableFuture.supplyAsync(() -> deployed.modern("tools/call", "{\"name\":\"slow\"}"));
            assertTrue(entered.await(60, TimeUnit.SECONDS));

            Deployed.rewrite(folder, yaml("quick: {operation: fast}", ""));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("quick"), tools(deployed));
            assertEquals("{\"path\":\"/fast\"}", structured(deployed.modern("tools/call", "{\"name\":\"quick\"}")));
            assertFalse(running.isDone());
            released.countDown();
            assertEquals("{\"path\":\"/slow\"}", structured(running.get()));
        }
    }

    @Test
    void aFileWithMistakesChangesNothingAndTheNextOneIsTakenAgain() {
        try (var deployed = Deployed.following(folder, yaml("one: {operation: fast}", ""))) {
            var stream = listening(deployed);
            for (var bad : List.of("sources: [", yaml("one: {operation: nowhere}", ""),
                    yaml("one: {operation: fast, colour: red}", ""), yaml("doorwarden_whoami: {operation: fast}", ""),
                    yaml("two: {operation: fast}", "").replace("sources: [api]", "sources: [gone]"))) {
                Deployed.rewrite(folder, bad);
                awaitRead();
                assertEquals(List.of("one"), tools(deployed), bad);
            }
            Deployed.rewrite(folder, yaml("two: {operation: fast}", ""));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("two"), tools(deployed));
        }
    }

    /// Three looks: two that were begun after the file was there.
    private static void awaitRead() {
        var looks = Reloading.looks();
        while (Reloading.looks() < looks + 3) {
            Polling.pause();
        }
    }

    @Test
    void sourcesComeAndGoAndWhatIsTheSameStays() throws Exception {
        Files.createDirectories(folder.resolve("skills/greet"));
        Files.writeString(folder.resolve("skills/greet/SKILL.md"), "---\nname: greet\ndescription: Says hello.\n---\n");
        var first = yaml("one: {operation: fast}", "");
        try (var deployed = Deployed.following(folder, first)) {
            var stream = listening(deployed);
            Deployed.rewrite(folder, first.replace("sources: {api:",
                    "sources: {more: {type: openapi, document: api.json,"
                    + " upstream: u, tools: {three: {operation: fast}}}, api:").replace("sources: [api]",
                    "sources: [api, more]"));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("three", "one"), tools(deployed));
            Deployed.rewrite(folder, first);
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("one"), tools(deployed));
        }
    }

    @Test
    void whatElseHasChangedIsNamed() {
        assertEquals(List.of("name", "limits"), ConfigFile.differing("name: a\nsources: {a: {}}", "name: b\n"
                + "sources: {a: {}}\nlimits: {}"));
        assertEquals(List.of(), ConfigFile.differing("name: a # one", "name:   a"));
    }

    /// Otherwise the old source would be closed while its tools are still served.
    @Test
    void aToolThatCannotBeOfferedIsFoundBeforeTheOldSourceIsGivenUp() throws IOException {
        Files.writeString(folder.resolve("api.json"),
                DOCUMENT.replace("\"summary\":\"Slow.\",", "\"summary\":\"Slow.\","
                + "\"parameters\":[{\"name\":\"confirmation\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}}],"));
        var first = config(yaml("one: {operation: fast}", ""));
        var origin = URI.create("http://127.0.0.1:1");
        var clock = InstantSource.system();
        try (var sources = Sources.of(first, List.of(), new PersonalAccounts(first, origin, clock), Hops.NONE, clock)) {
            var fresh = config(yaml("one: {operation: slow, confirm: true}", ""));
            var failure = assertThrows(StartFailure.class, () -> sources.reload(fresh, origin));
            assertTrue(failure.getMessage().contains("argument of its own named confirmation"), failure.getMessage());
        }
    }

    private Config config(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), "server: {port: 0}\nauthorization: {mode: off}\n" + yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    @Test
    void anEndpointThatIsTakenAwayHasNothingBehindIt_AndANewOneWaits() throws IOException {
        var started = config(yaml("one: {operation: fast}", "").replace("{/mcp: {sources: [api]}}",
                "{/mcp: {sources: [api]}, /x: {sources: [api]}}"));
        var fresh = config(yaml("one: {operation: fast}", "").replace("{/mcp: {sources: [api]}}",
                "{/mcp: {sources: [api], open_methods: [tools/list]}, /y: {sources: [api]}}"));
        assertEquals(List.of("endpoints./mcp", "endpoints./x", "endpoints./y"), started.endpointsWaiting(fresh));
        assertEquals(List.of(), started.endpointsWaiting(started));
        var clock = InstantSource.system();
        var origin = URI.create("http://127.0.0.1:1");
        var live = started.withLive(fresh);
        try (var sources = Sources.of(live, List.of(), new PersonalAccounts(live, origin, clock), Hops.NONE, clock)) {
            var endpoints = sources.endpoints(origin);
            assertEquals(List.of("/mcp 1", "/x 0"), endpoints.stream().map(each -> each.path() + " "
                    + each.tools().size()).toList());
            assertEquals(Set.of(), endpoints.getFirst().openMethods(), "who may come in waits for a start");
        }
    }

    /// Labels of documents ask the policy: the one in force, whatever a file says meanwhile.
    @Test
    void whoMayComeInAndWhereTheStateLiesStayAsTheyWereAtTheStart() throws IOException {
        var started = config(yaml("one: {operation: fast}", ""));
        Files.writeString(folder.resolve(ConfigFile.NAME),
                "server: {port: 0}\nstate: elsewhere\nauthorization: {scopes: "
                + "{a: {text: b}}}\n" + yaml("two: {operation: fast}", ""));
        var live = started.withLive(ConfigFile.read(folder, Map.of(), name -> null));
        assertEquals(started.authorization(), live.authorization());
        assertEquals(started.state(), live.state());
        assertEquals(Set.of("two"), ((Config.SourceConfig.OpenApi) live.sources().get("api")).settings().tools()
                .keySet());
    }
}
