package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A process that is killed right after it has announced a task: the next one knows it.
class TaskKillTest {

    private static final Path FOLDER = Path.of("..", "conformance");
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";

    @TempDir
    Path folder;
    private final Web web = new Web();
    private final List<Process> started = new ArrayList<>();
    private int port;

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start() throws Exception {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Doorwarden.class.getName(), "serve", FOLDER.toString(),
                "--port", String.valueOf(port), "--set", "state=" + folder.resolve("state").toAbsolutePath())
                .redirectError(folder.resolve("err.log").toFile()).start();
        started.add(process);
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var ready = CompletableFuture.supplyAsync(() -> {
            try {
                return output.readLine();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }).get(60, TimeUnit.SECONDS);
        assertEquals("ready " + url(), ready, () -> log());
        return process;
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("err.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String url() {
        return "http://127.0.0.1:" + port + "/mcp";
    }

    private JsonNode answer(String method, String name, String members) {
        return web.post(url(), "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method
                + "\",\"params\":{" + members + "," + META + "}}", "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                method, "Mcp-Name", name).expect(200).json().path("result");
    }

    @Test
    @Covers("TK-12")
    void whatWasAnnouncedIsKnownAfterTheKill() throws Exception {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var process = start();
        var created = answer("tools/call", "slow_compute", "\"name\":\"slow_compute\",\"arguments\":{\"seconds\":60}");
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        start();
        var id = created.path("taskId").asString();
        var task = answer("tasks/get", id, "\"taskId\":\"" + id + "\"");
        assertEquals("working " + created.path("createdAt").asString(),
                task.path("status").asString() + " " + task.path("createdAt").asString(), task::toString);
        answer("tasks/cancel", id, "\"taskId\":\"" + id + "\"");
        assertEquals("cancelled", answer("tasks/get", id, "\"taskId\":\"" + id + "\"").path("status").asString());
    }
}
