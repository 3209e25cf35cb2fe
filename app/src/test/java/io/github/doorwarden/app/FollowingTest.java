package io.github.doorwarden.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.JavaSource;
import io.github.doorwarden.server.RecordTool;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Sources that change while they are served.
final class FollowingTest {

    record Nothing() {}

    @TempDir
    private Path folder;

    private static Tool tool(String name) {
        return RecordTool.named(name, "Says its name.").readOnly()
                .of(Nothing.class, (none, call) -> ToolResult.text(name));
    }

    private static List<String> tools(Deployed deployed) {
        return Deployed.names(deployed.modern("tools/list", "{}"), "tools");
    }

    @Test
    void otherToolsAreServedAtOnce_SubscribersAreTold_AndRunningCallsEndAsTheyBegan() throws Exception {
        var entered = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        Tool slow = RecordTool.named("slow", "Waits.").readOnly().of(Nothing.class, (none, call) -> {
            entered.countDown();
            released.await();
            return ToolResult.text("as it began");
        });
        var source = new JavaSource("mine", List.of(slow, tool("one")));
        var yaml = "endpoints:\n  /mcp: {sources: [mine]}\n  /other: {sources: [builtin]}\nplugins: .\n";
        try (var deployed = Deployed.at(folder, yaml, source)) {
            var stream = deployed.stream("subscriptions/listen",
                    "{\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}}");
            assertEquals("notifications/subscriptions/acknowledged", stream.next().path("method").asString());
            var running = CompletableFuture.supplyAsync(() ->
                    deployed.modern("tools/call", "{\"name\":\"slow\"}"));
            entered.await();

            source.offer(Things.of(List.of(tool("two"))));
            assertEquals("notifications/tools/list_changed", stream.next().path("method").asString());
            assertEquals(List.of("two"), tools(deployed));
            assertEquals("two", Deployed.text(deployed.modern("tools/call", "{\"name\":\"two\"}")));
            assertEquals(-32602, deployed.modern("tools/call", "{\"name\":\"one\"}").path("error").path("code")
                    .asInt());
            released.countDown();
            assertEquals("as it began", Deployed.text(running.get()));

            source.offer(Things.of(List.of(tool("doorwarden_whoami"))));     // collides with the built-in one
            assertEquals(List.of("two"), tools(deployed), "what was served before stays");
            source.offer(Things.of(List.of(tool("three"))));
            assertEquals(List.of("three"), tools(deployed));
        }
    }

    @Test
    @Covers({"SK-22", "SK-8"})
    void aChangedSkillIsServedWithoutARestart_AndSubscribersAreTold() throws IOException {
        var skills = folder.resolve("skills");
        write(skills.resolve("s/SKILL.md"), "---\nname: s\ndescription: One.\n---\n");
        write(skills.resolve("s/x.md"), "x");
        write(skills.resolve("s/inner/SKILL.md"), "---\nname: inner\ndescription: Two.\n---\n");
        var yaml = "sources:\n  guides: {type: skills, folder: skills}\nendpoints:\n  /mcp: {sources: [guides]}\n";
        try (var deployed = Deployed.at(folder, yaml)) {
            assertTrue(deployed.modern("server/discover", "{}").path("result").path("capabilities").path("extensions")
                    .has("io.modelcontextprotocol/skills"));
            var stream = deployed.stream("subscriptions/listen",
                    "{\"notifications\":{\"resourceSubscriptions\":[\"skill://s/inner/SKILL.md\"]}}");
            assertEquals("notifications/subscriptions/acknowledged", stream.next().path("method").asString());
            var outer = entry(deployed, "skill://s/SKILL.md");
            var inner = entry(deployed, "skill://s/inner/SKILL.md");

            write(skills.resolve("s/inner/SKILL.md"), "---\nname: inner\ndescription: Three.\n---\n");
            var told = stream.next();
            assertEquals("notifications/resources/updated", told.path("method").asString());
            assertEquals("skill://s/inner/SKILL.md", told.path("params").path("uri").asString());
            assertTrue(!outer.equals(entry(deployed, "skill://s/SKILL.md")), "the enclosing manifest");
            var now = entry(deployed, "skill://s/inner/SKILL.md");
            assertTrue(!inner.equals(now));
            assertEquals("Three.", now.path("frontmatter").path("description").asString());
            var read = deployed.modern("resources/read", "{\"uri\":\"skill://s/inner/SKILL.md\"}").path("result");
            assertEquals(now.path("resources").path(0).path("size").asInt(),
                    read.path("contents").path(0).path("text").asString().length());
        }
    }

    @Test
    @Covers({"SK-20", "SK-21", "SK-24", "SK-30", "SK-33"})
    void onTheWireTheMethodsAreStampedAndTheirHeadersChecked() throws IOException {
        write(folder.resolve("skills/s/SKILL.md"), "---\nname: s\ndescription: One.\n---\n");
        var yaml = "sources:\n  guides: {type: skills, folder: skills}\nendpoints:\n  /mcp: {sources: [guides]}\n";
        try (var deployed = Deployed.at(folder, yaml)) {
            var list = deployed.modern("skills/list", "{}").path("result");
            var get = deployed.modern("skills/get", "{\"uri\":\"skill://s/SKILL.md\"}").path("result");
            var directory = deployed.modern("resources/directory/read", "{\"uri\":\"skill://s\"}").path("result");
            for (var result : List.of(list, get)) {
                assertEquals("complete private", result.path("resultType").asString() + " "
                        + result.path("cacheScope").asString());
                assertTrue(result.path("ttlMs").isIntegralNumber());
            }
            assertEquals(get.path("skill"), list.path("skills").path(0));
            assertEquals("complete", directory.path("resultType").asString());
            assertTrue(!directory.has("ttlMs") && !directory.has("cacheScope") && !get.has("nextCursor"));
            for (var uri : List.of("skill://s/none.md", "skill://s/../s/SKILL.md", "skill://s/%2e%2e/s/SKILL.md",
                    "skill://s")) {
                assertEquals(-32602, deployed.modern("resources/read", "{\"uri\":\"" + uri + "\"}").path("error")
                        .path("code").asInt(), uri);
            }
            for (var method : List.of("skills/list", "skills/get", "resources/directory/read")) {
                assertEquals(-32020, deployed.withoutMethodHeader(method, "{\"uri\":\"skill://s\"}").path("error")
                        .path("code").asInt(), method);
            }
        }
    }

    private static JsonNode entry(Deployed deployed, String uri) {
        return deployed.modern("skills/get", "{\"uri\":\"" + uri + "\"}").path("result").path("skill");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
