package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.JavaProcesses;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ToolBridge as a process of its own: how it starts, ends and dies.
class ProcessTest {

    @TempDir
    Path data;
    private JavaProcesses processes;

    @BeforeEach
    void begin() {
        processes = new JavaProcesses(ToolBridge.class, data.resolve("stderr"), name -> name.startsWith("TOOLBRIDGE_")
                || name.equals("DATABASE_URL"));
    }

    @AfterEach
    void end() {
        processes.close();
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        var whole = new HashMap<>(Map.of("TOOLBRIDGE_EMBEDDINGS", "hashed"));
        whole.putAll(environment);
        return processes.start(whole, arguments);
    }

    private Process start() throws IOException {
        return start(Map.of(), "--data", data.resolve("state").toString(), "--port", "0");
    }

    @Test
    void oneReadyLineThenTheEndOfInputEndsIt() throws Exception {
        var process = start();
        var output = JavaProcesses.output(process);
        var health = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(JavaProcesses.ready(output).resolve("/health")).build(),
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
        JavaProcesses.ready(JavaProcesses.output(first));
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
