package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ToolBridge as a process of its own: how it starts, ends and dies.
class ProcessTest {

    @TempDir
    Path data;
    private final List<Process> started = new ArrayList<>();

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), ToolBridge.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(data.resolve("stderr").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TOOLBRIDGE_") || name.equals("DATABASE_URL")
                || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("TOOLBRIDGE_EMBEDDINGS", "hashed");
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return process;
    }

    private Process start() throws IOException {
        return start(Map.of(), "--data", data.resolve("state").toString(), "--port", "0");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (var process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static URI ready(BufferedReader output) throws IOException {
        var line = output.readLine();
        assertTrue(line != null && line.matches("ready http://127\\.0\\.0\\.1:[0-9]+"), line);
        return URI.create(line.substring("ready ".length()));
    }

    @Test
    void oneReadyLineThenTheEndOfInputEndsIt() throws Exception {
        var process = start();
        var output = output(process);
        var health = HttpClient.newHttpClient().send(HttpRequest.newBuilder(ready(output).resolve("/health")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, health.statusCode());
        assertTrue(health.body().contains("\"store\":\"sqlite\""), health.body());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("state"))));
        process.getOutputStream().close();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertNull(output.readLine());
    }

    @Test
    void onlyOneMayHaveTheFolderAndATermSignalEndsIt() throws Exception {
        var first = start();
        ready(output(first));
        var second = start();
        assertTrue(second.waitFor(10, TimeUnit.SECONDS));
        assertEquals(1, second.exitValue());
        assertTrue(Files.readString(data.resolve("stderr")).contains("another ToolBridge runs on"));
        first.destroy();
        assertTrue(first.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, first.exitValue());
    }

    @Test
    void aMistakeIsToldWithItsRemedy() throws Exception {
        for (var wrong : Map.of("TOOLBRIDGE_ISSUER", "https://idp.example/", "DATABASE_URL", "mysql://x/y",
                "TOOLBRIDGE_SIGNING_SECRET", "short", "TOOLBRIDGE_ADMIN_TOKEN", "short", "TOOLBRIDGE_DEMO", "maybe")
                .entrySet()) {
            var process = start(Map.of(wrong.getKey(), wrong.getValue()), "--data", data.toString());
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(2, process.exitValue());
            var told = Files.readString(data.resolve("stderr"));
            assertTrue(told.contains(wrong.getKey()) && !told.contains("\tat "), told);
        }
        Files.createDirectories(data.resolve("open"));
        Files.writeString(data.resolve("open/master.key"), "00".repeat(32));
        Files.setPosixFilePermissions(data.resolve("open/master.key"), PosixFilePermissions.fromString("rw-r--r--"));
        var process = start(Map.of(), "--data", data.resolve("open").toString());
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue());
        assertTrue(Files.readString(data.resolve("stderr")).contains("chmod 600"));
    }
}
