package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other MCP servers in the configuration.
final class McpConfigTest {

    /// Every key of such a source, away from its default.
    static final String EVERYTHING = """
            name: m
            authorization: {scopes: {a: {text: x}}}
            endpoints: {/mcp: {sources: [local, far]}}
            upstreams: {u: {base_url: "https://mcp.example"}}
            sources:
              local:
                type: mcp
                stdio: {command: [node, server.js], environment: {TOKEN: t}, folder: servers}
                prefix: l
                expose: {tools: ["*"], resources: ["file:*"], prompts: [hello]}
                withhold: {tools: [danger], resources: ["file:///etc/*"], prompts: [bye]}
                pinning: warn
                ask: true
                timeout: 5s
                concurrent: 3
                max_bytes: 4000
                scopes: [a]
                tools: {echo: {title: Echo, description: Says it again., scopes: [a], read_only: true, confirm: true}}
              far: {type: mcp, http: {upstream: u, path: /other}, expose: {tools: [x]}}
            """;

    @TempDir
    private Path folder;

    private Config read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.check(folder, Map.of(), name -> null).config();
    }

    @Test
    void bothWaysAreRead() throws IOException {
        var sources = read(EVERYTHING).sources();
        var local = (Config.SourceConfig.Mcp) sources.get("local");
        assertTrue(local.stdio().isPresent());
        var far = (Config.SourceConfig.Mcp) sources.get("far");
        assertEquals("u /other", far.upstream() + " " + far.path());
        assertTrue(far.stdio().isEmpty());
    }

    @Test
    void whatCannotWorkIsNamed() {
        for (var way : new String[] {"", ", stdio: {command: [node]}, http: {upstream: u}",
            ", http: {upstream: gone}"}) {
            var mistakes = assertThrows(ConfigMistakes.class, () -> read("""
                    endpoints: {/mcp: {sources: [s]}}
                    upstreams: {u: {base_url: "https://mcp.example"}}
                    sources: {s: {type: mcp, expose: {tools: [x]}%s}}
                    """.formatted(way)), way);
            assertTrue(mistakes.getMessage().contains("sources.s."), mistakes.getMessage());
        }
    }
}
