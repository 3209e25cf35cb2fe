package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ConfigCommandTest {

    private static final Path COPILOT = Path.of("../systems/admin-copilot");

    @TempDir
    private Path folder;

    private record Ran(int exit, String out, String err) {}

    private static Ran run(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = Doorwarden.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString(), err.toString());
    }

    private String deployment(String yaml) throws IOException {
        Files.writeString(folder.resolve("doorwarden.yaml"), yaml);
        return folder.toString();
    }

    @Test
    void aFineDeploymentIsFineAndNothingIsWritten() {
        var state = folder.resolve("state");
        var ran = run("config", "check", COPILOT.toString(), "--set", "state=" + state);
        assertEquals(0, ran.exit, ran.err);
        assertTrue(ran.out.startsWith("fine"), ran.out);
        assertFalse(Files.exists(state));
    }

    @Test
    void everyMistakeIsNamedOnStandardError() throws IOException {
        var ran = run("config", "check", deployment("nmae: x\nserver: {port: 70000}\nendpoints: {/mcp: {}}\n"));
        assertEquals(2, ran.exit);
        assertEquals("", ran.out);
        assertTrue(ran.err.contains(":1: nmae") && ran.err.contains(":2: server.port"), ran.err);
    }

    @Test
    void whatOnlyTheDocumentOfASourceTellsIsNamedToo() throws IOException {
        Files.copy(COPILOT.resolve("openapi.json"), folder.resolve("openapi.json"));
        var ran = run("config", "check", deployment("""
                endpoints: {/mcp: {sources: [m]}}
                sources: {m: {type: openapi, document: openapi.json, upstream: m, tools: {t: {operation: noSuchThing}}}}
                upstreams: {m: {base_url: "${companion:m}"}}
                companions: {m: {main: Main}}
                """));
        assertEquals(2, ran.exit);
        assertTrue(ran.err.contains("noSuchThing"), ran.err);
    }

    @Test
    void showSaysWhereEachValueComesFromAndMasksSecrets() throws IOException {
        var yaml = """
                name: Shown
                endpoints: {/mcp: {}}
                authorization: {clients: [{id: c, secret: top-secret-word}]}
                """;
        var ran = run("config", "show", deployment(yaml), "--set", "server.port=1");
        assertEquals(0, ran.exit, ran.err);
        assertTrue(ran.out.contains("line 1   name: Shown"), ran.out);
        assertTrue(ran.out.contains("--set      port: 1"), ran.out);
        assertTrue(ran.out.contains("default    host: 127.0.0.1"), ran.out);
        assertFalse(ran.out.contains("top-secret-word"), ran.out);
        var json = run("config", "show", folder.toString(), "--json").out;
        assertEquals("Shown", json.lines().map(JsonMapper.shared()::readTree)
                .filter(line -> line.path("key").asString().equals("name")).findFirst().orElseThrow()
                .path("value").asString());
        assertFalse(json.contains("top-secret-word"), json);
    }

    @Test
    void theSchemaIsJson() {
        var ran = run("config", "schema");
        assertEquals(0, ran.exit);
        assertEquals("https://json-schema.org/draft/2020-12/schema",
                JsonMapper.shared().readTree(ran.out).path("$schema").asString());
    }
}
