package io.github.doorwarden.cli.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The clients that `connect` knows: where each keeps its servers, and in which words.
enum KnownClient {

    CLAUDE_DESKTOP("Claude Desktop", "mcpServers", false),
    CLAUDE_CODE("Claude Code", "mcpServers", true),
    CURSOR("Cursor", "mcpServers", true),
    VSCODE("VS Code", "servers", true),
    CODEX("Codex", "mcp_servers", true);

    private final String title;
    private final String member;
    private final boolean speaksHttp;

    KnownClient(String title, String member, boolean speaksHttp) {
        this.title = title;
        this.member = member;
        this.speaksHttp = speaksHttp;
    }

    /// How it is called on the command line.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    /// The object of its file that has a member for each server.
    String member() {
        return member;
    }

    /// Whether it signs in at a URL by itself; else it starts programs alone, and needs the bridge.
    boolean speaksHttp() {
        return speaksHttp;
    }

    boolean toml() {
        return this == CODEX;
    }

    /// The file of the person, for all their projects.
    Path userFile(Machine machine) {
        return switch (this) {
            case CLAUDE_DESKTOP -> machine.settings().resolve("Claude").resolve("claude_desktop_config.json");
            case CLAUDE_CODE -> machine.from("CLAUDE_CONFIG_DIR", machine.home()).resolve(".claude.json");
            case CURSOR -> machine.home().resolve(".cursor").resolve("mcp.json");
            case VSCODE -> machine.settings().resolve("Code").resolve("User").resolve("mcp.json");
            case CODEX -> machine.from("CODEX_HOME", machine.home().resolve(".codex")).resolve("config.toml");
        };
    }

    /// The file that goes with a project, for everybody who works on it.
    Optional<Path> projectFile(Machine machine) {
        return Optional.ofNullable(switch (this) {
            case CLAUDE_DESKTOP -> null;
            case CLAUDE_CODE -> ".mcp.json";
            case CURSOR -> ".cursor/mcp.json";
            case VSCODE -> ".vscode/mcp.json";
            case CODEX -> ".codex/config.toml";
        }).map(machine.folder()::resolve);
    }

    /// A server that the client speaks to itself, signing its person in.
    ObjectNode direct(String url) {
        var entry = JsonNodeFactory.instance.objectNode();
        if (this == CLAUDE_CODE || this == VSCODE) {
            entry.put("type", "http");
        }
        return entry.put("url", url);
    }

    /// A server that the client starts as a program.
    ObjectNode program(List<String> command) {
        var entry = JsonNodeFactory.instance.objectNode();
        if (this == VSCODE) {
            entry.put("type", "stdio");
        }
        entry.put("command", command.getFirst());
        var args = entry.putArray("args");
        command.stream().skip(1).forEach(args::add);
        return entry;
    }

    /// What its person does once the file is written.
    String next(String name) {
        return switch (this) {
            case CLAUDE_DESKTOP -> "Quit Claude Desktop and start it again. A browser opens to sign in at the first "
                    + "use.";
            case CLAUDE_CODE -> "Start claude and type /mcp, choose " + name + " and sign in.";
            case CURSOR -> "Open Cursor Settings, Tools & MCP: " + name + " is there, with a button to sign in.";
            case VSCODE -> "Run MCP: List Servers from the command palette, start " + name + " and allow the sign-in.";
            case CODEX -> "Run codex mcp login " + name + ", then start codex.";
        };
    }

    /// The client's own command for the same, where it has one.
    Optional<String> ownCommand(String name, String url) {
        return switch (this) {
            case CLAUDE_CODE -> Optional.of("claude mcp add --transport http --scope user " + name + " " + url);
            case CODEX -> Optional.of("codex mcp add " + name + " --url " + url);
            default -> Optional.empty();
        };
    }
}
