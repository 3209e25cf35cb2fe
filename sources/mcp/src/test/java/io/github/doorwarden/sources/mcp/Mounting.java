package io.github.doorwarden.sources.mcp;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Prompt;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.client.wire.Way;
import io.github.doorwarden.tidy.Polling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A source over a server of the tests, with its folder, its pins, and what it has told.
final class Mounting implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    final Path folder;
    final Pins pins;
    final McpSource source;
    /// `things`, or the URI of a resource that has changed.
    final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    private Mounting(Path folder, Way way, McpSettings settings) {
        this.folder = folder;
        this.pins = new Pins(folder, "stub", () -> NOW);
        this.source = new McpSource("stub", way, settings, pins, "1");
    }

    static Mounting stdio(String mode, Path folder, McpSettings settings) {
        return at(folder, new Way.Stdio(StubServer.command(mode, folder), Map.of("ONLY", "this"), folder), settings);
    }

    static Mounting at(Path folder, Way way, McpSettings settings) {
        var mounting = new Mounting(folder, way, settings);
        mounting.source.listen(new Source.Listener() {
            @Override
            public void thingsChanged() {
                mounting.told.add("things");
            }

            @Override
            public void resourceChanged(String uri) {
                mounting.told.add(uri);
            }
        });
        return mounting;
    }

    List<String> listed() {
        return source.things().tools().stream().filter(tool -> tool.spec().listed())
                .map(tool -> tool.spec().name()).toList();
    }

    Tool tool(String name) {
        return source.things().tools().stream().filter(tool -> tool.spec().name().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + listed() + source.warnings()));
    }

    Prompt prompt(String name) {
        return source.things().prompts().stream().filter(each -> each.spec().name().equals(name)).findFirst()
                .orElseThrow();
    }

    static Call trial(String arguments, Map<String, JsonNode> answers) {
        return Call.trial(Caller.anonymous(), (ObjectNode) StubServer.JSON.readTree(arguments), answers);
    }

    ToolResult call(String name, String arguments) throws Exception {
        return tool("stub_" + name).call(trial(arguments, Map.of()));
    }

    static String text(ToolResult result) {
        return result.content().getFirst().path("text").asString();
    }

    String text(String name) throws Exception {
        return text(call(name, "{}"));
    }

    /// Waits until it is told that something has changed.
    void change() throws InterruptedException {
        if (told.poll(30, TimeUnit.SECONDS) == null) {
            throw new AssertionError("nothing was told: " + source.warnings());
        }
    }

    /// Waits for a line that the server has written down.
    String heard(String beginning) throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        var file = folder.resolve("heard");
        while (System.nanoTime() < end) {
            var line = lines(file).stream().filter(each -> each.startsWith(beginning)).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            Polling.pause();
        }
        throw new AssertionError("never heard: " + beginning + " in " + lines(file));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Override
    public void close() {
        source.close();
    }
}
