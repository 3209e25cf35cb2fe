package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `doorwarden bridge` as a host starts it, before a deployment where one has to sign in.
class BridgeDoorTest {

    private static final int SECONDS = 60;
    private static final String LIST = "{\"name\":\"notes_list\",\"arguments\":{}}";
    private static final String ADD = "{\"name\":\"notes_add\",\"arguments\":{\"text\":\"x\"}}";

    @TempDir
    Path folder;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(Map<String, String> environment, String... words) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                Doorwarden.class.getName(), "bridge"));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectError(folder.resolve("err" + started.size()).toFile());
        builder.environment().put("DOORWARDEN_SIGN_INS", folder.resolve("credentials").toString());
        builder.environment().putAll(environment);
        started.add(builder.start());
        return started.getLast();
    }

    private static PipedClient client(Process process) {
        return new PipedClient(process.getOutputStream(), process.getInputStream());
    }

    private static CompletableFuture<JsonNode> later(Supplier<JsonNode> what) {
        return CompletableFuture.supplyAsync(what, task -> Thread.ofVirtual().start(task));
    }

    /// Signs in, agrees, and goes back to where the bridge listens.
    private void agree(Door door, Browser browser, StormDoor tabs) throws InterruptedException, IOException {
        var tab = tabs.opened.poll(SECONDS, TimeUnit.SECONDS);
        assertNotNull(tab, "no browser was opened");
        assertTrue(BridgeStormTest.listens(started.getFirst()), "for the answer, and as long as that is awaited");
        var page = browser.get(tab.address().toString());
        if (Browser.has(page, "/login")) {
            page = browser.get(browser.signIn(page, Door.EMAIL, Door.PASSWORD).expect(303).location(),
                    "Sec-Fetch-Site", "same-origin");
        }
        var back = page.status() == 303 ? page : browser.decide(page.expect(200), "allow").expect(303);
        door.web.get(back.location()).expect(200);
    }

    @Test
    @Covers("CL-13")
    void onePersonSignsInOnce_AndAgreesToMoreWhenAToolNeedsIt() throws Exception {
        try (var door = Door.open(Files.createDirectories(folder.resolve("door")));
                var tabs = new StormDoor((moment, port) -> true)) {
            var path = Map.of("PATH", BridgeStormTest.script(folder, tabs) + ":" + System.getenv("PATH"));
            var browser = door.browser();
            var first = client(start(path, door.notes));
            var opened = later(() -> first.initialize("2025-11-25"));
            agree(door, browser, tabs);
            assertEquals("House of notes", opened.get(SECONDS, TimeUnit.SECONDS).path("result").path("serverInfo")
                    .path("title").asString("House of notes"));
            assertFalse(first.ask("tools/call", LIST).path("result").path("isError").asBoolean(false));

            var second = client(start(path, door.notes));
            var meta = PipedClient.modern("{}");
            assertTrue(second.ask("server/discover", meta).path("result").path("supportedVersions").isArray());
            assertFalse(second.ask("tools/call", PipedClient.modern(LIST)).path("result").path("isError")
                    .asBoolean(false));
            assertEquals(1, tabs.tabs.get(), "one tab for both");

            var more = later(() -> first.ask("tools/call", ADD));
            agree(door, browser, tabs);
            var added = more.get(SECONDS, TimeUnit.SECONDS);
            assertTrue(added.has("result") && !added.path("result").path("isError").asBoolean(false), added::toString);
            for (var process : started) {
                assertFalse(BridgeStormTest.listens(process), "nobody but its host speaks to it");
            }
            first.close();
            second.close();
            for (var process : started) {
                assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
                assertEquals(0, process.exitValue());
            }
        }
    }

    @Test
    void aHeaderOfTheConfigurationIsTheCredential_AndIsNotPrinted() throws Exception {
        try (var door = Door.open(Files.createDirectories(folder.resolve("door")))) {
            var token = Agent.registered(door.web, door.origin, door.notes, "Stranger", "http://127.0.0.1:9/callback")
                    .tokens(door.browser(), Door.READ).access();
            var environment = Map.of("NOTES_AUTHORIZATION", "Bearer " + token, "DOORWARDEN_LOG", "debug");
            var good = client(start(environment, door.notes, "--header", "Authorization:${NOTES_AUTHORIZATION}"));
            good.initialize("2025-11-25");
            assertFalse(good.ask("tools/call", LIST).path("result").path("isError").asBoolean(false));

            var bad = client(start(Map.of("NOTES_AUTHORIZATION", "Bearer wrong-4711"), door.notes, "--header",
                    "Authorization:${NOTES_AUTHORIZATION}"));
            var refused = bad.initialize("2025-11-25").path("error");
            assertEquals("credentials", refused.path("data").path("bridge").asString(), refused::toString);
            for (var file : List.of("err0", "err1")) {
                var printed = Files.readString(folder.resolve(file));
                assertFalse(printed.contains(token.substring(0, 20)) || printed.contains("wrong-4711"), printed);
            }
            assertFalse(refused.toString().contains("wrong-4711"));

            var unset = start(Map.of(), door.notes, "--header", "Authorization:${NOWHERE_SET}");
            assertTrue(unset.waitFor(SECONDS, TimeUnit.SECONDS));
            assertEquals(2, unset.exitValue());
            assertEquals("", new String(unset.getInputStream().readAllBytes()));
            assertTrue(Files.readString(folder.resolve("err2")).contains("NOWHERE_SET, which is not set"));
        }
    }

    @Test
    void theTransportOf2024IsSpokenWhereThereIsNothingElse() throws Exception {
        try (var door = Door.open(Files.createDirectories(folder.resolve("door")))) {
            var token = Agent.registered(door.web, door.origin, door.notes, "Stranger", "http://127.0.0.1:9/callback")
                    .tokens(door.browser(), Door.READ).access();
            var environment = Map.of("NOTES_AUTHORIZATION", "Bearer " + token);
            var header = "Authorization:${NOTES_AUTHORIZATION}";
            var legacy = client(start(environment, door.notes + "/sse", "--header", header));
            assertTrue(legacy.initialize("2025-11-25").path("result").has("serverInfo"));
            assertFalse(legacy.ask("tools/call", LIST).path("result").path("isError").asBoolean(false));
            assertTrue(legacy.ask("tools/list", "{}").path("result").path("tools").isArray());

            var modern = client(start(environment, door.notes + "/sse", "--header", header));
            assertTrue(modern.ask("server/discover", PipedClient.modern("{}")).path("result")
                    .path("supportedVersions").isArray());
            var called = modern.ask("tools/call", PipedClient.modern(LIST));
            assertTrue(called.has("result") && !called.path("result").path("isError").asBoolean(false),
                    called::toString);
            for (var each : List.of(legacy, modern)) {
                each.close();
            }
            for (var process : started) {
                assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
                assertEquals(0, process.exitValue());
            }
        }
    }

    @Test
    void onePersonSignsInWhereOnlyTheStreamAsksForIt() throws Exception {
        try (var door = Door.open(Files.createDirectories(folder.resolve("door")));
                var tabs = new StormDoor((moment, port) -> true)) {
            var path = Map.of("PATH", BridgeStormTest.script(folder, tabs) + ":" + System.getenv("PATH"));
            var client = client(start(path, door.notes + "/sse"));
            var opened = later(() -> client.initialize("2025-11-25"));
            agree(door, door.browser(), tabs);
            assertTrue(opened.get(SECONDS, TimeUnit.SECONDS).has("result"));
            var called = client.ask("tools/call", LIST);
            assertTrue(called.path("result").has("content") && !called.path("result").path("isError").asBoolean(false),
                    called::toString);
            client.close();
            assertTrue(started.getFirst().waitFor(SECONDS, TimeUnit.SECONDS));
        }
    }
}
