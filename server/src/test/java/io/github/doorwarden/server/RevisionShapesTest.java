package io.github.doorwarden.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.protocol.Revision;
import io.github.doorwarden.tidy.Covers;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything that is listed and answered, in the form of each revision: held against [WireTable], and against what
/// each revision has first.
final class RevisionShapesTest extends ThingsFixture {

    private static final byte[] BYTES = {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff};
    private static final String META = "{\"com.example/own\":1}";

    /// What an author writes into a block is passed on as it is, also where it is newer than the revision: the types of
    /// the old revisions are open, and nothing else of theirs may differ.
    private static final Pattern PASSED_ON = Pattern.compile(
            ".*(\\.contents?(\\[\\d+])?\\._meta|\\.annotations\\.lastModified)"
                    + " is not known to (2024-11-05|2025-03-26)");

    @BeforeEach
    void offer() {
        tools.add(new MadeTool(new ToolSpec("all", "All", "Answers everything.", object("{\"type\":\"object\"}"),
                Optional.of(object("{\"type\":\"object\"}")), object("{\"readOnlyHint\":true,\"title\":\"All\"}"),
                Set.of(), true, Duration.ofSeconds(9), Set.of()).withIcons(List.of(icon())),
                call -> new ToolResult(blocks(), Optional.of(object("{\"a\":1}")), false)));
        tools.add(new MadeTool(new ToolSpec("list", "", "Answers a list.", object("{\"type\":\"object\"}"),
                Optional.of(object("{\"type\":\"array\"}")), none(), Set.of(), true, Duration.ofSeconds(9), Set.of()),
                call -> ToolResult.structured(JSON.readTree("[1,2]"))));
        resources.add(new MadeResource(described("test://file", 6), call -> List.of(
                Content.textOf("test://file", "text/plain", "täxt"), Content.textOf("test://empty", "text/plain", ""),
                Content.blobOf("test://png", "image/png", BYTES).set("_meta", object(META)))));
        templates.add(new MadeTemplate(new ResourceTemplate.Spec("test://t/{id}", "t", "A title", "A description",
                "text/plain", object("{\"priority\":1}"), Set.of(), Duration.ofSeconds(9), List.of(icon())),
                call -> List.of(), List.of()));
        prompts.add(new MadePrompt(new Prompt.Spec("p", "A title", "Says everything.",
                List.of(new Prompt.Argument("a", "A", "An argument.", false)), Set.of(), Duration.ofSeconds(9),
                List.of(icon())), call -> blocks().stream().map(block -> Prompt.message("assistant", block)).toList()));
    }

    private static List<ObjectNode> blocks() {
        var annotations = object("{\"audience\":[\"user\"],\"priority\":0}");
        var all = List.of(Content.text("x"), Content.image(BYTES, "image/png"), Content.audio(BYTES, "audio/wav"),
                Content.link("test://file", "r", "text/plain"),
                Content.embedded(Content.textOf("test://file", "text/plain", "x")),
                Content.embedded(Content.blobOf("test://png", "image/png", BYTES)));
        all.forEach(block -> block.set("annotations", annotations));
        all.forEach(block -> block.set("_meta", object(META)));
        return all;
    }

    /// As the transport stamps it.
    private static ObjectNode stamped(ObjectNode result, Revision revision, boolean cacheable) {
        if (revision.modern()) {
            result.put("resultType", "complete");
            if (cacheable) {
                result.put("ttlMs", 0).put("cacheScope", "private");
            }
        }
        return result;
    }

    private void fits(Revision revision, String type, JsonNode value) {
        assertEquals(List.of(), WireShapes.of(revision).misfits(type, value).lines().filter(each -> !PASSED_ON
                .matcher(each).matches()).toList(), () -> revision.date() + " " + value);
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-9", "SV-6"})
    void toolsHaveTheMembersOfTheirRevision(Revision revision) {
        var result = client().in(revision).send("tools/list", "{}");
        fits(revision, "ListToolsResult", stamped(result, revision, true));
        var all = result.path("tools").path(0);
        var list = result.path("tools").path(1);
        assertEquals(revision.compareTo(Revision.V2025_03_26) >= 0, all.has("annotations"));
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, all.has("title"));
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, all.has("outputSchema"));
        assertEquals(revision.compareTo(Revision.V2025_11_25) >= 0, all.has("icons"));
        assertEquals(revision.modern(), list.has("outputSchema"), "a schema of no object");
        assertEquals("{\"type\":\"object\"}", all.path("inputSchema").toString(), "also without parameters");
    }

    @Test
    @Covers("SV-6")
    void aToolWhoseParametersAreNoObjectDoesNotStart() {
        for (var schema : List.of("{}", "{\"type\":\"string\"}", "{\"type\":[\"object\"]}")) {
            var why = assertThrows(IllegalArgumentException.class, () -> new ToolSpec("odd", "", "Odd.", object(schema),
                    Optional.empty(), none(), Set.of(), true, Duration.ofSeconds(1), Set.of())).getMessage();
            assertTrue(why.contains("odd"), why);
        }
        var nothing = RecordTool.named("nothing", "Needs nothing.").of(Nothing.class,
                (none, call) -> ToolResult.text("x")).spec().inputSchema();
        assertEquals("object", nothing.path("type").asString());
    }

    record Nothing() {}

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-28", "SV-25", "SV-26", "SV-27"})
    void answersOfToolsHaveTheContentOfTheirRevision(Revision revision) {
        var client = client().in(revision);
        var all = client.call("all");
        fits(revision, "CallToolResult", stamped(all, revision, false));
        var types = all.path("content").valueStream().map(block -> block.path("type").asString()).toList();
        assertEquals(revision.compareTo(Revision.V2025_03_26) >= 0, types.contains("audio"));
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, types.contains("resource_link"));
        assertEquals(6, types.size(), "a text stands in");
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, all.has("structuredContent"));
        var list = client.call("list");
        fits(revision, "CallToolResult", stamped(list, revision, false));
        assertEquals("[1,2]", text(list));
        assertEquals(revision.modern(), list.has("structuredContent"));
    }

    @Test
    @Covers("SV-27")
    void structuredContentMayBeAnyValue() {
        for (var value : List.of("[1,{}]", "7", "\"x\"", "false", "null", "{}")) {
            tools.clear();
            tools.add(new MadeTool(new ToolSpec("any", "", "Any.", object("{\"type\":\"object\"}"),
                    Optional.of(object("{}")), none(), Set.of(), true, Duration.ofSeconds(9), Set.of()),
                    call -> ToolResult.structured(JSON.readTree(value))));
            var result = client().call("any");
            assertEquals(value, result.get("structuredContent").toString());
            assertEquals(value, text(result));
            fits(Revision.V2026_07_28, "CallToolResult", stamped(result, Revision.V2026_07_28, false));
        }
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers("SV-44")
    void resourcesHaveTheMembersOfTheirRevision(Revision revision) {
        var client = client().in(revision);
        var list = client.send("resources/list", "{}");
        var templatesListed = client.send("resources/templates/list", "{}");
        fits(revision, "ListResourcesResult", stamped(list, revision, true));
        fits(revision, "ListResourceTemplatesResult", stamped(templatesListed, revision, true));
        for (var one : List.of(list.path("resources").path(0), templatesListed.path("resourceTemplates").path(0))) {
            assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, one.has("title"));
            assertEquals(revision.compareTo(Revision.V2025_11_25) >= 0, one.has("icons"));
            assertTrue(one.has("annotations") && one.has("mimeType") && one.has("description"));
        }
        fits(revision, "ReadResourceResult", stamped(client.send("resources/read", "{\"uri\":\"test://file\"}"),
                revision, true));
    }

    @Test
    @Covers("SV-45")
    void contentsAreTextOrBytes() {
        var contents = client().send("resources/read", "{\"uri\":\"test://file\"}").path("contents");
        assertEquals("täxt", contents.path(0).path("text").asString());
        assertEquals("", contents.path(1).path("text").asString());
        assertArrayEquals(BYTES, Base64.getDecoder().decode(contents.path(2).path("blob").asString()));
        for (var each : contents) {
            assertTrue(each.path("uri").isString() && each.has("text") != each.has("blob"));
        }
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-64", "SV-65"})
    void promptsHaveTheMembersAndContentOfTheirRevision(Revision revision) {
        var client = client().in(revision);
        var list = client.send("prompts/list", "{}");
        fits(revision, "ListPromptsResult", stamped(list, revision, true));
        var prompt = list.path("prompts").path(0);
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, prompt.has("title"));
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, prompt.path("arguments").path(0).has("title"));
        assertEquals(revision.compareTo(Revision.V2025_11_25) >= 0, prompt.has("icons"));
        var got = client.send("prompts/get", "{\"name\":\"p\"}");
        fits(revision, "GetPromptResult", stamped(got, revision, false));
        var types = got.path("messages").valueStream().map(each -> each.path("content").path("type").asString())
                .toList();
        assertEquals(revision.compareTo(Revision.V2025_03_26) >= 0, types.contains("audio"));
        assertEquals(revision.compareTo(Revision.V2025_06_18) >= 0, types.contains("resource_link"));
        var image = got.path("messages").path(1).path("content");
        assertEquals("image/png", image.path("mimeType").asString());
        assertArrayEquals(BYTES, Base64.getDecoder().decode(image.path("data").asString()));
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Covers({"SV-1", "SV-40", "SV-60", "SV-75"})
    void capabilitiesAreThoseThatAreTrue(Revision revision) {
        for (var reachable : List.of(true, false)) {
            var full = node().capabilities(endpoint("/mcp"), revision, reachable);
            fits(revision, "ServerCapabilities", full);
            for (var kind : List.of("tools", "resources", "prompts")) {
                assertEquals(reachable, full.path(kind).path("listChanged").asBoolean(false), kind);
                assertTrue(full.path(kind).isObject());
            }
            assertEquals(reachable, full.path("resources").path("subscribe").asBoolean(false));
            assertEquals(revision.compareTo(Revision.V2025_03_26) >= 0, full.has("completions"));
        }
        resources.clear();
        templates.clear();
        prompts.clear();
        var client = client().in(revision);
        var bare = client.node().capabilities(endpoint("/mcp"), revision, true);
        assertFalse(bare.has("resources") || bare.has("prompts") || bare.has("completions"));
        for (var method : List.of("resources/list", "resources/templates/list", "resources/read", "prompts/list",
                "prompts/get", "completion/complete")) {
            assertEquals(-32601, refused(io.github.doorwarden.protocol.Refusal.NoSuchMethod.class,
                    () -> client.send(method, "{}")).code(), method);
        }
    }

    @Test
    @Covers("SV-54")
    void urisAreValidByTheirStandard() {
        for (var wrong : List.of("test://a b", "test://ä", "/relative", "", "test://" + "x".repeat(2_000),
                "a:\u007f")) {
            assertThrows(IllegalArgumentException.class, () -> described(wrong, 1), wrong);
        }
        for (var listed : client().send("resources/list", "{}").path("resources")) {
            assertTrue(URI.create(listed.path("uri").asString()).isAbsolute());
        }
        assertEquals("test://%C3%A4%20b", described("test://" + "%C3%A4%20b", 1).uri());
    }
}
