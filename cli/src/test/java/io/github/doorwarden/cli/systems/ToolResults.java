package io.github.doorwarden.cli.systems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.client.CallOptions;
import io.github.doorwarden.client.McpClient;
import io.github.doorwarden.client.McpFailure;
import io.github.doorwarden.client.ToolResult;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What came of each tool of a system in this run, and the row about it in the table of the project's README, which is
/// rewritten with `-Dupdate` and must name the same tools without.
public final class ToolResults {

    private static final Path README = Path.of("..", "README.md");
    private static final String BEGIN = "<!-- systems: made by mvn test -pl cli -am -Dupdate -Dtest='*SystemTest' "
            + "-Dsurefire.failIfNoSpecifiedTests=false -->";
    private static final String END = "<!-- systems: end -->";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String system;
    private final String part;
    private final Map<String, String> results = new TreeMap<>();

    /// @param system folder in `systems`
    /// @param part   of its tools; with the system the name of its row
    public ToolResults(String system, String part) {
        this.system = system;
        this.part = part;
    }

    /// Calls a tool that must answer well, and notes that it did.
    ///
    /// @param arguments a JSON object
    /// @return structured content, else the text as JSON, else the text as a JSON string
    public JsonNode call(McpClient client, String tool, String arguments) throws McpFailure, InterruptedException {
        return call(client, tool, arguments, CallOptions.PLAIN);
    }

    public JsonNode call(McpClient client, String tool, String arguments, CallOptions how) throws McpFailure,
            InterruptedException {
        results.putIfAbsent(tool, "failed");
        var result = client.call(tool, (ObjectNode) JSON.readTree(arguments), how);
        assertFalse(result.isError(), () -> tool + " " + arguments + ": " + result.text());
        results.put(tool, "ok");
        return result.structured().orElseGet(() -> read(result.text()));
    }

    /// Notes a tool that another kind of client called well.
    public void called(String tool) {
        results.put(tool, "ok");
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (tools.jackson.core.JacksonException plain) {
            return JSON.getNodeFactory().stringNode(text);
        }
    }

    /// Calls a tool that must refuse: its sentence. Notes nothing.
    public static String refused(McpClient client, String tool, String arguments) throws McpFailure,
            InterruptedException {
        ToolResult result = client.call(tool, (ObjectNode) JSON.readTree(arguments));
        assertTrue(result.isError(), () -> tool + " " + arguments + " was not refused: " + result.text());
        return result.text();
    }

    /// All of these were called well; the row in the README says so.
    ///
    /// @param expected every tool of this part, as listed
    public void complete(Collection<String> expected) throws IOException {
        if (System.getProperty("update") != null) {
            expected.forEach(tool -> results.putIfAbsent(tool, "not called"));
            rewrite(row(results));
        }
        called(expected);
        var row = Files.readAllLines(README).stream().filter(line -> line.startsWith(head())).findFirst().orElse("");
        assertEquals(row(results), row,
                "README.md is not what this run saw: write it anew as it says beside the table");
    }

    /// All of these were called well, and no others; no table is made of it.
    public void called(Collection<String> expected) {
        var called = results.entrySet().stream().filter(each -> each.getValue().equals("ok")).map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(expected), called, "every listed tool was called, and answered well");
    }

    private String head() {
        return "| [" + system + "](systems/" + system + "/README.md) | " + part + " |";
    }

    private String row(Map<String, String> all) {
        var good = all.values().stream().filter("ok"::equals).count();
        return head() + " " + good + " of " + all.size() + " | " + all.entrySet().stream().map(each ->
                (each.getValue().equals("ok") ? "✓ " : "✗ ") + "`" + each.getKey() + "`")
                .collect(Collectors.joining(" ")) + " |";
    }

    /// Other rows stay; those of one system stand together. Two tests may want to at once.
    private void rewrite(String row) throws IOException {
        try (var lock = FileChannel.open(Path.of("..", "README.md"), StandardOpenOption.READ, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            assertTrue(held.isValid());
            var lines = new ArrayList<>(Files.readAllLines(README));
            var begin = lines.indexOf(BEGIN);
            var end = lines.indexOf(END);
            assertTrue(begin >= 0 && end > begin, "README.md has no place for the table: " + BEGIN + " … " + END);
            var rows = new TreeSet<>(lines.subList(begin + 1, end).stream().filter(line -> line.startsWith("| ["))
                    .filter(line -> !line.startsWith(head())).toList());
            rows.add(row);
            var table = new ArrayList<>(List.of("", "| system | tools | answered | each |", "|---|---|---|---|"));
            table.addAll(rows);
            table.add("");
            lines.subList(begin + 1, end).clear();
            lines.addAll(begin + 1, table);
            Files.write(README, lines);
        }
    }
}
