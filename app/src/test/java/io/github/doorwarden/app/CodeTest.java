package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import io.github.doorwarden.sources.code.CodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A deployment with code behind an endpoint, called through MCP.
class CodeTest {

    private static final String YAML = """
            sources:
              ours:
                type: code
                repositories:
                  shop: {folder: shop, permalink: "https://git.example.com/blob/main/{path}#L{from}-L{to}"}
            endpoints:
              /mcp: {sources: [ours]}
            """;

    @TempDir
    private Path folder;

    private void write(String at, String text) throws IOException {
        Files.createDirectories(folder.resolve(at).getParent());
        Files.writeString(folder.resolve(at), text);
    }

    private static JsonNode call(Deployed deployed, String tool, String arguments) {
        return deployed.legacy("2025-06-18", "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments
                + "}").path("result");
    }

    @Test
    void codeIsSearchedReadAndNamedThroughTheDoor() throws IOException {
        write("shop/src/Basket.java", "package shop;\n\nfinal class Basket {\n    static final String KEY = "
                + "\"AKIAABCDEFGHIJKLMNOP\";\n\n    /// What all of it costs.\n    long total() {\n        return 0;\n"
                + "    }\n}\n");
        try (var deployed = Deployed.at(folder, YAML)) {
            for (var tool : deployed.legacy("2025-06-18", "tools/list", "{}").path("result").path("tools")) {
                assertTrue(tool.path("annotations").path("readOnlyHint").asBoolean());
                assertEquals("object", tool.path("outputSchema").path("type").asString());
            }
            var found = call(deployed, "search_code", "{\"query\":\"what does a basket cost in total\"}");
            var hit = found.path("structuredContent").path("results").path(0);
            assertEquals("shop src/Basket.java", hit.path("repo").asString() + " " + hit.path("path").asString());
            assertTrue(hit.path("permalink").asString().startsWith("https://git.example.com/blob/main/src/Basket.java"
                    + "#L"), hit.toString());
            assertTrue(found.toString().contains("[redacted: AWS key]"), found.toString());
            assertFalse(found.toString().contains("AKIAABCDEFGHIJKLMNOP"));
            assertEquals(7, call(deployed, "find_symbol", "{\"name\":\"Basket.total\"}").path("structuredContent")
                    .path("definitions").path(0).path("from").asInt());
            assertTrue(call(deployed, "read_code", "{\"path\":\"src/Basket.java\"}").path("structuredContent")
                    .path("text").asString().endsWith("}\n"));
            assertTrue(call(deployed, "read_code", "{\"path\":\"../doorwarden.yaml\"}").path("isError").asBoolean());
        }
        assertTrue(Files.isDirectory(folder.resolve("state/code/ours/index")));
    }

    private CodeSettings settings(String repositories) throws IOException {
        write(ConfigFile.NAME, "endpoints: {/mcp: {sources: [c]}}\nsources:\n  c:\n    type: code\n" + repositories);
        return ((Config.SourceConfig.Code) ConfigFile.read(folder, Map.of(), name -> null).sources().get("c"))
                .settings();
    }

    @Test
    void repositoriesAreFoldersGitOrArchives() throws IOException {
        var all = settings("    repositories: {a: {folder: .}, b: {git: \"https://git.example.com/b\", branch: dev}, "
                + "c: {git: ../c}, d: {archives: \"lib/**/*-sources.jar\"}}\n").repositories();
        assertEquals(new CodeSettings.Folder(folder.resolve(".")), all.get(0).place());
        assertEquals("Git(https://git.example.com/b dev)", all.get(1).place().toString());
        assertEquals(folder.resolve("../c"), ((CodeSettings.Git) all.get(2).place()).local().orElseThrow());
        assertEquals(new CodeSettings.Archives(folder.resolve("lib"), "**/*-sources.jar"), all.get(3).place());
    }

    @Test
    void singleToolsAskForMore_ByTheirNamesWithoutThePrefix() throws IOException {
        write("shop/a.py", "def alpha():\n    pass\n");
        var yaml = YAML.replace("    repositories:", "    prefix: our\n    operator_tools: true\n    tools:\n"
                + "      generate_code: {tiers: [INNER]}\n      search_quality: {scopes: [watch]}\n"
                + "      reindex_code: {tiers: [INNER], second_factor: true}\n    repositories:");
        write(ConfigFile.NAME, "authorization: {scopes: {watch: {text: watch}}, tiers: {INNER: {domains: "
                + "[x.example]}}}\n" + yaml);
        var config = ConfigFile.read(folder, Map.of(), name -> null);
        var code = ((Config.SourceConfig.Code) config.sources().get("ours")).settings();
        assertEquals(Map.of("generate_code", Set.of(), "search_quality", Set.of("watch"), "reindex_code", Set.of()),
                code.tools().further());
        assertEquals(Set.of("INNER"), config.conditions().of("ours", "our_generate_code").tiers());
        assertTrue(config.conditions().of("ours", "our_reindex_code").secondFactor());
        assertTrue(config.conditions().of("ours", "our_search_code").tiers().isEmpty());
        write(ConfigFile.NAME, yaml.replace("generate_code", "generate"));
        assertTrue(assertThrows(ConfigMistakes.class, () -> ConfigFile.read(folder, Map.of(), name -> null)).mistakes()
                .toString().contains("has generate, which code has not"));
    }

    @Test
    void whatCannotBeMeantIsNamed() {
        for (var each : Map.of("    repositories: {}\n", "repositories is missing",
                "    repositories: {a: {}}\n", "or git, or archives: one of them",
                "    repositories: {a: {git: \"ssh://git.example.com/a\"}}\n", "takes an https or file address",
                "    repositories: {a: {git: \"https://u:p@git.example.com/a\"}}\n", "credentials under token",
                "    repositories: {a: {folder: ., permalink: x}}\n", "permalink is no absolute",
                "    repositories: {a: {folder: ., include: [\"[\"]}}\n", "the glob [ cannot be read",
                "    repositories: {a: {folder: .}}\n    backend: openai_vector_store\n", "which code has not",
                "    repositories: {a: {folder: .}}\n    backend: azure_ai_search\n", "azure.endpoint is missing",
                "    repositories: {a: {folder: .}}\n    operator_tools: true\n    tools: {search_quality: "
                        + "{second_factor: true}}\n", "Say who may call them")
                .entrySet()) {
            var mistakes = assertThrows(ConfigMistakes.class, () -> settings(each.getKey())).mistakes();
            assertTrue(String.join("\n", mistakes).contains(each.getValue()), mistakes::toString);
        }
    }
}
