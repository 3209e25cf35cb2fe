package io.github.doorwarden.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.cli.client.Machine.System;
import io.github.doorwarden.cli.client.SettingsText.Unreadable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An entry is added to somebody else's file, and nothing else in it changes.
class SettingsTextTest {

    private static final String URL = "https://mcp.example.com/mcp";

    private static String with(KnownClient client, String before) throws Unreadable {
        return SettingsText.of(client, before).with("shop", client.direct(URL));
    }

    @Test
    void commentsOrderBlanksAndCommasStay() throws Unreadable {
        var before = """
                // mine
                {
                \t"inputs": [ 1.50, "\\u00e4" ],
                \t"servers": {
                \t\t/* the first */
                \t\t"a": {"url": "http://a", "n": 1e2}, // after
                \t},
                \t"last": null
                }
                """;
        assertEquals(before.replace("\"n\": 1e2}, //", """
                "n": 1e2},
                \t\t"shop": {
                \t\t\t"type": "http",
                \t\t\t"url": "https://mcp.example.com/mcp"
                \t\t}, //""".stripTrailing()), with(KnownClient.VSCODE, before));
    }

    @Test
    void anEntryOfTheSameNameIsReplacedWhereItStands() throws Unreadable {
        var before = "{\"mcpServers\": {\"shop\": {\"url\": \"http://old\"}, \"b\": {}}, \"x\": [1,2]}";
        assertEquals("{\"mcpServers\": {\"shop\": {\n  \"url\": \"https://mcp.example.com/mcp\"\n}, \"b\": {}}, \"x\": "
                + "[1,2]}", with(KnownClient.CURSOR, before));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{ }\n", "\n{\n}\n", "{\"mcpServers\":{}}", "{\"a\": 1}", "\uFEFF{\"a\": {}}",
        "{\"mcpServers\": {\"b\": {}}}", "{\"a\":\"}\", \"mcpServers\": {}}", "{\"a\": \"\\\"mcpServers\\\": {\"}"})
    void whateverIsThereTheEntryIsReadBack(String before) throws Unreadable {
        var after = with(KnownClient.CLAUDE_CODE, before);
        assertEquals(URL, SettingsText.of(KnownClient.CLAUDE_CODE, after).entry("shop").orElseThrow().path("url")
                .asString());
        assertEquals(before.startsWith("\uFEFF"), after.startsWith("\uFEFF"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"mcpServers\": []}", "{\"mcpServers\": {}} x {", "{\"a\": 1, \"a\": 2}",
        "nonsense"})
    void whatCannotBeReadIsLeftAlone(String before) {
        assertThrows(Unreadable.class, () -> with(KnownClient.CURSOR, before));
    }

    @Test
    void aTableIsAddedToToml() throws Unreadable {
        var before = """
                # mine
                model = "o4"
                [mcp_servers.a]
                command = "npx"   # with a comment
                args = ["-y", 'x']""";
        var after = with(KnownClient.CODEX, before);
        assertEquals(before + "\n\n[mcp_servers.shop]\nurl = \"https://mcp.example.com/mcp\"\n", after);
        var again = SettingsText.of(KnownClient.CODEX, after + "\n# about b\n[b]\nc = 1\n").with("shop",
                KnownClient.CODEX.program(java.util.List.of("/a b/doorwarden", "bridge", URL)));
        assertEquals(before + """


                [mcp_servers.shop]
                command = "/a b/doorwarden"
                args = ["bridge", "https://mcp.example.com/mcp"]

                # about b
                [b]
                c = 1
                """, again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a = ", "mcp_servers = {a = {}}", "[mcp_servers]\nshop = {url = \"x\"}",
        "mcp_servers.shop.url = \"x\"", "[mcp_servers.shop]\nurl = 'x'\n[mcp_servers.shop.env]\na = 'b'"})
    void tomlThatHasNoPlaceForATableIsLeftAlone(String before) {
        assertThrows(Unreadable.class, () -> with(KnownClient.CODEX, before));
    }

    @Test
    void filesAreWhereEachSystemHasThem() {
        var linux = new Machine(System.LINUX, Path.of("/h/ada"), Path.of("/p"), Map.of());
        var mac = new Machine(System.MAC, Path.of("/m/ada"), Path.of("/p"), Map.of("CODEX_HOME", "/c"));
        var windows = new Machine(System.WINDOWS, Path.of("/u"), Path.of("/p"), Map.of("APPDATA", "/u/roaming"));
        assertEquals("/h/ada/.config/Claude/claude_desktop_config.json", KnownClient.CLAUDE_DESKTOP.userFile(linux)
                .toString());
        assertEquals("/m/ada/Library/Application Support/Code/User/mcp.json", KnownClient.VSCODE.userFile(mac)
                .toString());
        assertEquals("/u/roaming/Claude/claude_desktop_config.json", KnownClient.CLAUDE_DESKTOP.userFile(windows)
                .toString());
        assertEquals("/c/config.toml", KnownClient.CODEX.userFile(mac).toString());
        assertEquals("/h/ada/.claude.json", KnownClient.CLAUDE_CODE.userFile(linux).toString());
        assertEquals("/h/ada/.cursor/mcp.json", KnownClient.CURSOR.userFile(linux).toString());
        assertEquals("/p/.vscode/mcp.json", KnownClient.VSCODE.projectFile(linux).orElseThrow().toString());
        assertTrue(KnownClient.CLAUDE_DESKTOP.projectFile(linux).isEmpty());
        assertEquals("/h/ada/.local/state/doorwarden", SignIns.folder(linux).toString());
    }
}
