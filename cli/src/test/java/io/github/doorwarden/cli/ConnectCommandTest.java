package io.github.doorwarden.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doorwarden connect`, and `completion`, as typed.
class ConnectCommandTest {

    private static final String URL = "https://mcp.example.com/mcp";

    @TempDir
    Path folder;

    private Typed write(String client, Path file, String... more) {
        var words = new java.util.ArrayList<>(List.of("connect", client, URL, "--write", "--file", file.toString()));
        words.addAll(List.of(more));
        return Typed.run(words.toArray(String[]::new));
    }

    @Test
    void itPrintsWhatWouldBeWritten() {
        assertEquals("""
                {
                  "mcpServers": {
                    "example": {
                      "type": "http",
                      "url": "https://mcp.example.com/mcp"
                    }
                  }
                }
                """, Typed.run("connect", "claude-code", URL).done().told(".claude.json", "add --write",
                "claude mcp add --transport http --scope user example " + URL, "/mcp").out());
        assertEquals("[mcp_servers.shop]\nurl = \"" + URL + "\"\n", Typed.run("connect", "codex", URL, "--name", "shop")
                .done().told("config.toml", "codex mcp login shop").out());
        var desktop = Web.JSON.readTree(Typed.run("connect", "claude-desktop", "http://127.0.0.1:8460/mcp").done()
                .out())
                .path("mcpServers").path("doorwarden-8460");
        assertEquals("http://127.0.0.1:8460/mcp", desktop.path("args").valueStream().reduce((a, b) -> b).orElseThrow()
                .asString());
        assertTrue(desktop.toString().contains("\"bridge\""), desktop::toString);
        Typed.run("connect", "vscode", URL, "--bridge").done("\"type\": \"stdio\"", "bridge");
        Typed.run("connect", "cursor", "http://far.example/mcp").done().told("Use https://");
    }

    @Test
    void itWritesOnceAndKeepsWhatWasThere() throws IOException {
        var file = folder.resolve("deep/mcp.json");
        write("cursor", file).done(file.toString()).told("is now in the settings of Cursor");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        var first = Files.readString(file);
        write("cursor", file).done().told("already");
        assertEquals(first, Files.readString(file));
        assertEquals(1, Files.list(file.getParent()).count());

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        var link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        write("cursor", link, "--bridge").failed(1, "--replace", "--name");
        assertEquals(first, Files.readString(file));
        write("cursor", link, "--bridge", "--replace").done(file.toString());
        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(file).contains("\"bridge\""));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (var files = Files.list(file.getParent())) {
            var kept = files.filter(each -> each.toString().endsWith(".bak")).toList();
            assertEquals(1, kept.size());
            assertEquals(first, Files.readString(kept.getFirst()));
        }
    }

    @Test
    void aFileThatCannotBeReadIsLeftAlone() throws IOException {
        var file = Files.writeString(folder.resolve("mcp.json"), "{\"mcpServers\": {");
        write("cursor", file).failed(1, "is not JSON: line 1", "Nothing was changed");
        assertEquals("{\"mcpServers\": {", Files.readString(file));
        Files.write(file, new byte[] {'{', (byte) 0xe4, '}'});
        write("cursor", file).failed(1, "is not UTF-8");
        assertEquals(1, Files.list(folder).count());
    }

    @Test
    void whatIsTypedWrongIsSaid() {
        Typed.run("connect", "gemini", URL)
                .failed(2, "claude-desktop, claude-code, cursor, vscode, codex", "bridge URL");
        Typed.run("connect", "cursor", "mcp.example.com/mcp").failed(2, "Did you mean https://mcp.example.com/mcp?");
        Typed.run("connect", "cursor", URL, "--name", "a b").failed(2, "--name");
        Typed.run("connect", "claude-desktop", URL, "--project").failed(2, "leave --project out");
        Typed.run("connect", "cursor").failed(2, "URL");
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
        var script = Files.writeString(folder.resolve("completion"), Typed.run("completion", "bash").done().out());
        assertEquals("completion config connect", bash(script, "doorwarden", "con,com").replace("\n", " ").strip());
        assertTrue(bash(script, "doorwarden connect", "--w").contains("--write"));
        assertTrue(bash(script, "doorwarden connect", "cl").contains("claude-code"));
        assertFalse(bash(script, "doorwarden tools", "--").contains("--program"), "an option of ours alone");
    }

    /// What is offered for words that have been begun; several with commas.
    private static String bash(Path script, String line, String begun) throws IOException, InterruptedException {
        var all = new java.util.TreeSet<String>();
        for (var word : begun.split(",")) {
            var words = (line + " " + word).split(" ");
            var process = new ProcessBuilder("bash", "-c",
                    "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                    + "COMP_LINE=\"$*\"; COMP_POINT=${#COMP_LINE}; _complete_doorwarden \"$1\" \"${@: -1}\" "
                    + "\"${@: -2:1}\"; printf '%s\\n' \"${COMPREPLY[@]}\"", script.toString());
            process.command().addAll(List.of(words));
            var running = process.redirectErrorStream(true).start();
            all.addAll(new String(running.getInputStream().readAllBytes()).lines().map(String::strip)
                    .filter(each -> !each.isEmpty()).toList());
            running.waitFor();
        }
        return String.join("\n", all);
    }

    @Test
    void fishAndZshAreToldTheSame() {
        var fish = Typed.run("completion", "fish").done().out();
        for (var line : List.of("complete -c doorwarden -n '__fish_use_subcommand' -a connect -d '",
                "complete -c doorwarden -n '__fish_seen_subcommand_from connect' -l write -d '",
                "-a 'claude-desktop claude-code cursor vscode codex'",
                "complete -c doorwarden -n '__fish_seen_subcommand_from user; and __fish_seen_subcommand_from add'")) {
            assertTrue(fish.contains(line), () -> line + " is missing:\n" + fish);
        }
        assertFalse(fish.contains("-l program"), fish);
        assertTrue(fish.lines().allMatch(line -> line.replaceAll("\\\\'", "").chars().filter(c -> c == '\'').count() % 2
                == 0), fish);
        Typed.run("completion", "zsh").done("bashcompinit");
        Typed.run("completion", "tcsh").failed(2, "bash, zsh, fish");
    }
}
