package io.github.doorwarden.sources.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a folder serves, and that nothing outside of it is reached.
final class FolderSourceTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path outside;
    @TempDir
    private Path folder;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        put("readme.md", "# Hello\nsecond line\n");
        put("notes/to day.md", "Milk and BREAD\nmilk again\n");
        put("notes/deep/ä.txt", "umlaut");
        put(".hidden", "milk");
        Files.write(folder.resolve("image.png"), new byte[] {(byte) 0x89, 0, 1, (byte) 0xff});
        Files.writeString(outside.resolve("secret.txt"), "milk of others");
    }

    private void put(String at, String text) throws IOException {
        Files.createDirectories(folder.resolve(at).getParent());
        Files.writeString(folder.resolve(at), text);
    }

    private FolderSource source(boolean writes) {
        var source = new FolderSource("desk", new FolderSettings(folder, "desk", Set.of("see"), writes,
                Set.of("change")));
        source.listen(new Source.Listener() {
            @Override
            public void thingsChanged() {
                told.add("things");
            }

            @Override
            public void resourceChanged(String uri) {
                told.add(uri);
            }
        });
        return source;
    }

    private static Call call(String arguments) {
        return Call.trial(Caller.anonymous(), (ObjectNode) JSON.readTree(arguments.replace('\'', '"')), Map.of());
    }

    private static JsonNode ask(FolderSource source, String tool, String arguments) throws Exception {
        var answer = named(source, tool).call(call(arguments));
        assertFalse(answer.isError(), () -> answer.content().toString());
        return answer.structured().orElseThrow();
    }

    private static String refused(FolderSource source, String tool, String arguments) throws Exception {
        var answer = named(source, tool).call(call(arguments));
        assertTrue(answer.isError(), () -> answer.content().toString());
        return answer.content().getFirst().path("text").asString();
    }

    private static Tool named(FolderSource source, String tool) {
        return source.things().tools().stream().filter(each -> each.spec().name().equals(tool)).findFirst()
                .orElseThrow();
    }

    private static List<String> paths(JsonNode entries) {
        return entries.valueStream().map(entry -> entry.path("path").asString()).toList();
    }

    @Test
    void filesAreListedReadAndFound() throws Exception {
        try (var source = source(false)) {
            assertEquals(List.of("image.png", "notes", "readme.md"),
                    paths(ask(source, "desk_list", "{}").path("entries")));
            assertEquals(List.of("notes/deep", "notes/deep/ä.txt", "notes/to day.md"),
                    paths(ask(source, "desk_list", "{'path':'notes','recursive':true}").path("entries")));
            var text = ask(source, "desk_read", "{'path':'notes/to day.md','lines':1}");
            assertEquals("Milk and BREAD", text.path("text").asString());
            assertEquals(2, text.path("next").asInt());
            assertEquals("milk again", ask(source, "desk_read", "{'path':'notes/to day.md','first':2}").path("text")
                    .asString());
            var found = ask(source, "desk_search", "{'text':'bread'}").path("hits");
            assertEquals("[{\"path\":\"notes/to day.md\",\"line\":1,\"text\":\"Milk and BREAD\"}]", found.toString());
            assertEquals(0, ask(source, "desk_search", "{'text':'milk','path':'notes/deep'}").path("hits").size());
            assertTrue(refused(source, "desk_read", "{'path':'image.png'}").contains("no text in UTF-8"));
            assertTrue(refused(source, "desk_read", "{'path':'nowhere.md'}").contains("There is no file nowhere.md"));
        }
    }

    @Test
    void everyFileIsAResource_WithItsTypeAndBytes() throws Exception {
        try (var source = source(false)) {
            assertEquals(List.of("folder://desk/image.png", "folder://desk/notes/deep/%C3%A4.txt",
                    "folder://desk/notes/to%20day.md", "folder://desk/readme.md"),
                    source.things().resources().stream().map(each -> each.spec().uri()).toList());
            assertEquals("[{\"uri\":\"folder://desk/image.png\",\"mimeType\":\"image/png\",\"blob\":\"iQAB/w==\"}]",
                    source.things().resources().getFirst().read(call("{}")).toString());
            var template = source.things().templates().getFirst();
            assertEquals("umlaut", template.read("folder://desk/notes%2Fdeep%2F%C3%A4.txt",
                    call("{'path':'notes/deep/ä.txt'}")).getFirst().path("text").asString());
            assertEquals(List.of("notes/deep/ä.txt", "notes/to day.md"), template.complete("path", "no", Map.of()));
            for (var away : List.of("../secret.txt", ".hidden", "/etc/passwd", "nowhere", "notes")) {
                assertEquals(List.of(), template.read("folder://desk/x", call("{'path':'" + away + "'}")), away);
            }
            assertEquals(Set.of("see"), source.things().resources().getFirst().spec().scopes());
        }
    }

    @Test
    void whoMayWriteWritesWholeFiles_AndReplacesThemOnlyOnPurpose() throws Exception {
        try (var source = source(true)) {
            assertEquals(Set.of("see", "change"), named(source, "desk_write").spec().scopes());
            var written = ask(source, "desk_write", "{'path':'notes/new.md','text':'one'}");
            assertTrue(written.path("created").asBoolean());
            assertEquals("one", Files.readString(folder.resolve("notes/new.md")));
            assertEquals(List.of("things"), told, "the list changed, at once");
            assertTrue(refused(source, "desk_write", "{'path':'notes/new.md','text':'two'}").contains("already"));
            assertEquals("one", Files.readString(folder.resolve("notes/new.md")));
            ask(source, "desk_write", "{'path':'notes/new.md','text':'three','replace':true}");
            assertEquals("three", Files.readString(folder.resolve("notes/new.md")));
            assertEquals(List.of("things", "folder://desk/notes/new.md"), told, "who subscribed to it is told");
            assertTrue(refused(source, "desk_write", "{'path':'none/new.md','text':'x'}")
                    .contains("no such directory"));
            assertTrue(refused(source, "desk_write", "{'path':'notes','text':'x','replace':true}").contains("already"));
            try (var left = Files.list(folder.resolve("notes"))) {
                assertFalse(left.anyMatch(path -> path.getFileName().toString().startsWith(".doorwarden")));
            }
        }
        try (var source = source(false)) {
            assertEquals(3, source.things().tools().size());
        }
    }

    @Test
    void whatOthersChangeIsTold() throws IOException {
        try (var source = source(false)) {
            Files.writeString(folder.resolve("readme.md"), "something longer than before");
            Files.delete(folder.resolve("image.png"));
            source.look();
            assertEquals(List.of("things", "folder://desk/image.png", "folder://desk/readme.md"), told);
            assertEquals(3, source.things().resources().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.txt", "notes/../../secret.txt", "/etc/passwd", "notes//to day.md", "./readme.md",
            ".hidden", "notes/.", "notes/", "C:/x", "notes\\\\to day.md", "read\\u0000me",
                    "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r",
            "%2e%2e/secret.txt/..", "..", "\\u002e\\u002e/secret.txt"})
    void noPathLeadsOut(String path) throws Exception {
        try (var source = source(true)) {
            var arguments = "{'path':'" + path + "'";
            for (var tool : List.of("desk_read", "desk_list", "desk_search", "desk_write")) {
                var more = tool.endsWith("search") || tool.endsWith("write") ? ",'text':'milk'}" : "}";
                assertTrue(refused(source, tool, arguments + more).startsWith("A path "), tool);
            }
        }
        assertEquals("milk of others", Files.readString(outside.resolve("secret.txt")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noLinkIsFollowed_WhereverItLeads(boolean byPath) throws IOException {
        Files.createSymbolicLink(folder.resolve("out.txt"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("away"), outside);
        Files.createSymbolicLink(folder.resolve("in.md"), folder.resolve("readme.md"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        var sandbox = new Sandbox(folder, byPath);
        assertEquals(Set.of("image.png", "notes", "notes/deep", "notes/deep/ä.txt", "notes/to day.md", "readme.md"),
                sandbox.tree().keySet());
        for (var path : List.of("out.txt", "away/secret.txt", "in.md", "loop/readme.md")) {
            assertThrows(IOException.class, () -> sandbox.read(FilePath.of(path), 100), path);
            assertThrows(IOException.class, () -> sandbox.write(FilePath.of(path), new byte[1], true), path);
        }
        assertThrows(FileAlreadyExistsException.class, () -> sandbox.write(FilePath.of("in.md"), new byte[1], true));
        assertThrows(NoSuchFileException.class, () -> sandbox.read(FilePath.of("notes"), 100));
        assertThrows(FilePath.Unusable.class, () -> sandbox.read(FilePath.of("readme.md"), 5));
        assertTrue(sandbox.write(FilePath.of("fresh"), "new".getBytes(StandardCharsets.UTF_8), false));
        assertFalse(sandbox.write(FilePath.of("fresh"), "old".getBytes(StandardCharsets.UTF_8), true));
        assertEquals("old", Files.readString(folder.resolve("fresh")));
        assertEquals("milk of others", Files.readString(outside.resolve("secret.txt")));
        assertEquals("# Hello\nsecond line\n", Files.readString(folder.resolve("readme.md")));
    }

    @Test
    void aFolderThatIsNoneStopsTheStart() {
        var settings = new FolderSettings(folder.resolve("readme.md"), "desk", Set.of(), false, Set.of());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new FolderSource("work", settings)).getMessage()
                .contains("there is no folder"));
    }
}
