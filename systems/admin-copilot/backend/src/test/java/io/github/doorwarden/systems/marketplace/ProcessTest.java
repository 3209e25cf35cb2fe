package io.github.doorwarden.systems.marketplace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.systems.backend.JavaProcesses;
import io.github.doorwarden.systems.backend.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The marketplace as a process of its own: how it starts, ends and dies.
class ProcessTest {

    @TempDir
    Path data;
    private JavaProcesses processes;

    @BeforeEach
    void begin() {
        processes = new JavaProcesses(Marketplace.class, data.resolve("stderr"), name -> name.startsWith("WORKOS_")
                || name.equals("SMTP_URL"));
    }

    @AfterEach
    void end() {
        processes.close();
    }

    private Process start() throws IOException {
        return processes.start(Map.of("MCP_SERVICE_TOKEN", Bed.STATIC_TOKEN), "--data", data.toString(), "--port", "0");
    }

    private static JsonNode call(URI base, String path, Object body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + Bed.STATIC_TOKEN)
                .header("Content-Type", "application/json");
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)));
        }
        return Json.MAPPER.readTree(HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString(
                )).body());
    }

    @Test
    void oneReadyLineThenTheEndOfInputEndsIt() throws Exception {
        var process = start();
        var output = JavaProcesses.output(process);
        assertEquals("ok", call(JavaProcesses.ready(output), "/api/v1/health", null).path("status").asString());
        process.getOutputStream().close();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertNull(output.readLine());
    }

    @Test
    void aNewFolderIsItsOwnersAlone() throws Exception {
        var folder = data.resolve("deep/er");
        JavaProcesses.ready(JavaProcesses.output(
                processes.start(Map.of("MCP_SERVICE_TOKEN", Bed.STATIC_TOKEN), "--data", folder.toString())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }

    @Test
    void aTermSignalEndsItWithZero() throws Exception {
        var process = start();
        JavaProcesses.ready(JavaProcesses.output(process));
        process.destroy();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    @Test
    void onlyOneMayHaveTheFolder() throws Exception {
        JavaProcesses.ready(JavaProcesses.output(start()));
        var second = start();
        assertTrue(second.waitFor(10, TimeUnit.SECONDS));
        assertEquals(1, second.exitValue());
        assertTrue(Files.readString(data.resolve("stderr"))
                .contains("another marketplace runs on"));
    }

    @Test
    void aKilledProcessForgetsNothingItHasSaid() throws Exception {
        var process = start();
        var base = JavaProcesses.ready(JavaProcesses.output(process));
        var preview = call(base, "/api/v1/admin/mcp/invites/preview", Map.of("emails", List.of("one@example.com")));
        var sending = Map.of("confirmation", preview.path("confirmation").asString(), "batch_digest",
                preview.path("batch_digest").asString());
        assertEquals(1, call(base, "/api/v1/admin/mcp/invites/send", sending).path("sent").asInt());
        process.destroyForcibly().waitFor();
        var again = JavaProcesses.ready(JavaProcesses.output(start()));
        assertEquals("confirmation_used", call(again, "/api/v1/admin/mcp/invites/send", sending).path("code")
                .asString());
        assertEquals("invited_recently", call(again, "/api/v1/admin/mcp/invites/preview", Map.of("emails",
                List.of("one@example.com")))
                .path("rejected").get(0).path("problem").asString());
    }

    @Test
    void aMistakeIsToldWithItsRemedy() throws Exception {
        var process = processes.start(Map.of("WORKOS_ISSUER", "https://idp.example/"), "--data", data.toString());
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(2, process.exitValue());
        assertTrue(Files.readString(data.resolve("stderr")).contains("belong together"));
    }
}
