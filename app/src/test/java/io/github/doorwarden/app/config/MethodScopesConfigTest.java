package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.folder.FolderSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scopes of methods, and sources of type `folder`, as they are read.
final class MethodScopesConfigTest {

    @TempDir
    private Path folder;

    private Config read(String yaml) throws IOException {
        Files.writeString(folder.resolve(ConfigFile.NAME), yaml);
        return ConfigFile.read(folder, Map.of(), name -> null);
    }

    private String mistakes(String yaml) {
        return String.join("\n", assertThrows(ConfigMistakes.class, () -> read(yaml)).mistakes());
    }

    @Test
    void aMethodIsNotOpenThatNeedsScopes_AndItsScopesAreDeclared() {
        var all = mistakes("""
                authorization: {scopes: {see: {text: look}}}
                endpoints: {/mcp: {open_methods: [tools/list], method_scopes: {tools/list: [see], tools/call: [do]}}}
                """);
        assertTrue(all.contains("endpoints./mcp.open_methods has tools/list, which needs scopes under method_scopes. "
                + "Nobody has scopes who has no token, so take it out of one of the two."), all);
        assertTrue(all.contains("method_scopes.tools/call names do, which is not declared under "
                + "authorization.scopes."), all);
    }

    @Test
    void aFolderIsReadWithWhoMayWrite() throws IOException {
        var config = read("""
                authorization: {scopes: {a: {text: look}, b: {text: change}}}
                endpoints: {/mcp: {sources: [w]}}
                sources: {w: {type: folder, folder: guides, prefix: desk, scopes: [a], writes: true, write_scopes: [b]}}
                """);
        assertEquals(new Config.SourceConfig.Folder("w", new FolderSettings(folder.resolve("guides"), "desk",
                Set.of("a"), true, Set.of("b"))), config.sources().get("w"));
        assertTrue(mistakes("""
                endpoints: {/mcp: {sources: [w]}}
                sources: {w: {type: folder, folder: guides, write_scopes: [b], prefix: A b}}
                """).contains("write_scopes is for writing, which is off"));
    }
}
