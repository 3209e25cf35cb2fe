package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `doorwarden stdio` as clients start it: a child process with pipes.
class StdioProcessTest {

    private static final int EXIT_SECONDS = 30;

    private static final String NOISY = """
            name: Noisy
            authorization: {mode: "off"}
            companions: {helper: {main: "io.github.doorwarden.cli.NoisySource$Beside"}}
            sources: {noisy: {type: java, class: io.github.doorwarden.cli.NoisySource}}
            endpoints: {/mcp: {sources: [noisy]}, /other: {sources: [builtin]}}
            """;

    @TempDir
    Path folder;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(Map<String, String> environment, String... more) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Doorwarden.class.getName(), "stdio", folder.toString()));
        command.addAll(List.of(more));
        var builder = new ProcessBuilder(command).redirectError(folder.resolve("err.log").toFile());
        builder.environment().remove("DOORWARDEN_TOKEN");
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return process;
    }

    private static PipedClient client(Process process) {
        return new PipedClient(process.getOutputStream(), process.getInputStream());
    }

    private String errors() throws IOException {
        return Files.readString(folder.resolve("err.log"), StandardCharsets.UTF_8);
    }

    private int exit(Process process) throws Exception {
        assertTrue(process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS), this::toString);
        return process.exitValue();
    }

    @Test
    @Covers("ST-2")
    void nothingButMessagesGoesToStandardOutput() throws Exception {
        Files.writeString(folder.resolve("doorwarden.yaml"), NOISY.replace("name: Noisy", "nmae: Noisy"));
        var mistaken = start(Map.of());
        assertNull(client(mistaken).next());
        assertEquals(2, exit(mistaken));
        assertTrue(errors().contains("doorwarden.yaml:1: nmae"), this::errorsQuietly);

        Files.writeString(folder.resolve("doorwarden.yaml"), NOISY);
        var elsewhere = start(Map.of(), "--endpoint", "/nowhere");
        assertNull(client(elsewhere).next());
        assertEquals(1, exit(elsewhere));
        assertTrue(errors().contains("There is no endpoint /nowhere. This deployment has /mcp, /other."),
                this::errorsQuietly);

        var process = start(Map.of("DOORWARDEN_LOG", "debug"));
        var client = client(process);
        var printed = client.ask("tools/call", PipedClient.modern("{\"name\":\"print\",\"arguments\":{}}"));
        assertEquals("printed", printed.path("result").path("content").path(0).path("text").asString());
        client.close();
        for (var line = client.next(); line != null; line = client.next()) {
            assertFalse(line.toString().contains(NoisySource.NOISE));
        }
        assertEquals(0, exit(process));
        assertTrue(errors().contains(NoisySource.NOISE), this::errorsQuietly);
    }

    private String errorsQuietly() {
        try {
            return errors();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"idle", "busy", "told to end"})
    @Covers("ST-14")
    void theProcessEndsWithItsInput_AndNothingOfItIsLeft(String how) throws Exception {
        Files.writeString(folder.resolve("doorwarden.yaml"), NOISY);
        var process = start(Map.of("DOORWARDEN_TOKEN", "not-for-companions"));
        var client = client(process);
        client.ask("server/discover", PipedClient.modern("{}"));
        var children = process.toHandle().descendants().toList();
        assertEquals(1, children.size());
        if (!how.equals("idle")) {
            client.say("{\"jsonrpc\":\"2.0\",\"id\":\"w\",\"method\":\"tools/call\",\"params\":"
                    + PipedClient.modern("{\"name\":\"wait\",\"arguments\":{}}").replace("\"_meta\":{",
                    "\"_meta\":{\"progressToken\":1,") + "}");
            client.say("{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"subscriptions/listen\",\"params\":"
                    + PipedClient.modern("{\"notifications\":{\"toolsListChanged\":true}}") + "}");
            for (var seen = 0; seen < 2; seen++) {
                client.next();
            }
        }
        if (how.equals("told to end")) {
            process.destroy();
        } else {
            client.close();
        }
        assertEquals(0, exit(process), this::errorsQuietly);
        children.forEach(child -> child.onExit().orTimeout(EXIT_SECONDS, TimeUnit.SECONDS).join());
        try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"));
                var audit = new AuditLog(database)) {
            assertEquals(Optional.empty(), audit.verify().broken());
            assertEquals(how.equals("idle") ? 0 : 1, audit.newest(10).stream()
                    .filter(line -> line.event().thing().equals("wait")).count());
        }
    }

    @Test
    void aCompanionThatRunsIsSharedWithTheProcessBeside_AndStaysItsStartersOwn() throws Exception {
        Files.writeString(folder.resolve("doorwarden.yaml"), NOISY);
        var first = start(Map.of());
        var one = client(first);
        one.ask("server/discover", PipedClient.modern("{}"));
        var second = start(Map.of());
        var two = client(second);
        two.ask("server/discover", PipedClient.modern("{}"));
        assertEquals(0, second.descendants().count());
        two.close();
        assertEquals(0, exit(second));
        assertEquals(1, first.descendants().count());
        one.close();
        assertEquals(0, exit(first));
    }

    @Test
    @Covers("ST-15")
    void theCallerComesFromTheEnvironment_AndAServerBesideWritesTheSameRecord() throws Exception {
        try (var door = Door.open(folder)) {
            var token = Agent.registered(door.web, door.origin, door.memo, "Stranger", "http://127.0.0.1:9/callback")
                    .tokens(door.browser(), Door.WRITE).access();
            var taken = door.origin.substring(door.origin.lastIndexOf(':') + 1);
            var words = new String[] {"--endpoint", "/memo", "--set", "server.port=" + taken};
            var environment = new java.util.HashMap<>(door.environment());

            var stranger = client(start(environment, words));
            stranger.initialize("2025-11-25");
            var refused = stranger.ask("tools/call", "{\"name\":\"memo\",\"arguments\":{\"text\":\"x\"}}");
            assertEquals(401, refused.path("error").path("code").asInt());
            assertTrue(refused.path("error").path("message").asString().contains("DOORWARDEN_TOKEN"),
                    refused::toString);
            stranger.close();

            environment.put("DOORWARDEN_TOKEN", " " + token + "\n");
            var process = start(environment, words);
            var client = client(process);
            client.initialize("2025-11-25");
            assertTrue(client.ask("tools/call", "{\"name\":\"doorwarden_whoami\"}").toString().contains(Door.WRITE));
            both(door, token, client);
            client.close();
            assertEquals(0, exit(process), this::errorsQuietly);

            try (var database = Database.open(folder.resolve("state").resolve("doorwarden.db"));
                    var audit = new AuditLog(database)) {
                assertEquals(Optional.empty(), audit.verify().broken());
                var memos = audit.newest(1_000).stream().map(AuditLog.Line::event)
                        .filter(event -> event.thing().equals("memo") && event.outcome().equals("allowed"))
                        .collect(Collectors.groupingBy(event -> event.peer(), Collectors.counting()));
                assertEquals(Map.of("stdio", 100L, "127.0.0.1", 100L), memos);
                assertFalse(audit.newest(1_000).toString().contains(token));
            }
            assertFalse(errors().contains(token.substring(0, 40)), "no token in the log");
        }
    }

    /// A hundred calls over each of the two processes at the same time, each one on disk before its answer.
    private static void both(Door door, String token, PipedClient client) throws InterruptedException {
        var http = Thread.ofPlatform().start(() -> {
            for (var count = 0; count < 100; count++) {
                door.web.post(door.memo, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"memo\",\"arguments\":{\"text\":\"x\"}}}", "Authorization",
                        "Bearer " + token, "Accept", "application/json, text/event-stream").expect(200);
            }
        });
        for (var count = 0; count < 100; count++) {
            var kept = client.ask("tools/call", "{\"name\":\"memo\",\"arguments\":{\"text\":\"x\"}}");
            assertEquals("kept: x", kept.path("result").path("content").path(0).path("text").asString());
        }
        http.join();
    }
}
