package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.identity.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder that is searched and read, and what becomes of it when it changes.
class CodeSourceTest {

    private static final String PARSER = """
            package a.b;

            import java.util.List;

            /// Reads dates as people write them.
            public final class DateParser {

                private final List<String> formats;

                public DateParser(List<String> formats) {
                    this.formats = formats;
                }

                /// The first format that fits.
                public String parseDate(String text) {
                    return formats.stream().filter(text::matches).findFirst().orElseThrow();
                }
            }
            """;

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() {
        shop = new Workshop(root);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void whatIsWrittenIsFoundReadAndNamed() throws Exception {
        shop.write("src/a/b/DateParser.java", PARSER)
                .write("src/main.py", "from a import parse_date\n\n\ndef run(text):\n    return parse_date(text)\n")
                .write("README.md", "# The house\n\nHow to build it: run make.\n").open();
        assertEquals("src/a/b/DateParser.java", shop.call("search_code", "query", "parse a date").path("results")
                .path(0).path("path").asString());
        assertEquals("README.md The house", shop.found("how do I build it").getFirst());
        var hit = shop.call("search_code", "query", "parseDate", "language", "java").path("results").path(0);
        assertTrue(hit.path("text").asString().contains("The first format that fits"), hit.toString());
        assertTrue(hit.path("parts").path("words").asDouble() > 0);
        assertEquals(0, shop.call("search_code", "query", "parseDate", "path", "*.rb").path("results").size());
        assertEquals(1, shop.call("search_code", "query", "parseDate", "path", "src/**/*.py").path("results").size());

        var found = shop.call("find_symbol", "name", "DateParser.parseDate");
        assertEquals("method a.b.DateParser 15", found.path("definitions").path(0).path("kind").asString() + " "
                + found.path("definitions").path(0).path("scope").asString() + " "
                + found.path("definitions").path(0).path("from").asInt());
        assertEquals("src/main.py", shop.call("find_symbol", "name", "parse_date").path("references").path(0)
                .path("path").asString());

        var read = shop.call("read_code", "path", "DateParser.java", "from", 15, "to", 17);
        assertEquals("    public String parseDate(String text) {\n        return formats.stream().filter(text::matches)"
                + ".findFirst().orElseThrow();\n    }\n", read.path("text").asString());
        assertEquals(18, read.path("next").asInt());
    }

    @Test
    void editsRenamesAndDeletionsAreFollowed() throws Exception {
        shop.write("a.py", "def alpha():\n    pass\n").write("b.py", "def beta():\n    pass\n").open();
        assertEquals(List.of("a.py alpha"), shop.found("alpha"));
        shop.write("a.py", "def gamma():\n    return 1\n");
        Files.move(shop.folder.resolve("b.py"), shop.folder.resolve("c.py"));
        shop.look();
        assertEquals(List.of(), shop.found("alpha"));
        assertEquals(List.of("a.py gamma"), shop.found("gamma"));
        assertEquals(List.of("c.py beta"), shop.found("beta"));
        Files.delete(shop.folder.resolve("c.py"));
        shop.look();
        assertEquals(List.of(), shop.found("beta"));
        assertTrue(shop.refusal("read_code", "path", "c.py").contains("no indexed file c.py"));
        assertEquals(1, shop.status().files());
    }

    @Test
    void aRestartUsesTheIndexAndABrokenOneIsBuiltAnew() throws Exception {
        shop.write("a.py", "def alpha():\n    pass\n").open().close();
        var before = shop.state.resolve("index");
        var files = List.of(before.toFile().list());
        shop.open();
        assertEquals(List.of("a.py alpha"), shop.found("alpha"));
        assertTrue(List.of(before.toFile().list()).containsAll(files.stream().filter(name -> name.endsWith(".cfs"))
                .toList()), "what was indexed is still there");
        shop.close();
        try (var all = Files.list(before)) {
            for (var file : all.filter(path -> path.toString().matches(".*\\.(cfs|fdt|doc)")).toList()) {
                Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
            }
        }
        shop.open();
        assertEquals(List.of("a.py alpha"), shop.found("alpha"));
    }

    @Test
    void whatIsNoCodeIsSkippedAndCounted() throws Exception {
        shop.write(".gitignore", "/out/\n*.log\n!keep.log\n").write("sub/.gitignore", "*.tmp\n")
                .write("out/x.py", "x = 1\n").write("a.log", "x\n").write("keep.log", "kept\n")
                .write("sub/a.tmp", "x\n").write("node_modules/p/index.js", "let x\n").write("a.min.js", "x\n")
                .write("package-lock.json", "{}\n").write("logo.png", "x\n").write("nul.py", "a\0b\n")
                .write("big.py", "#".repeat(Limits.FILE_BYTES + 1)).write(".env", "PASSWORD=x\n")
                .write("key.pem", "x\n").write("long.js", "x".repeat(Limits.LINE_CHARS + 1))
                .write("gen.go", "// Code generated by x. DO NOT EDIT.\npackage x\n").write("ours.py", "y = 1\n");
        Files.createSymbolicLink(shop.folder.resolve("link.py"), Path.of("ours.py"));
        shop.open();
        assertEquals(Map.of(Skip.IGNORED, 3, Skip.VENDORED, 1, Skip.MINIFIED, 2, Skip.LOCK, 1, Skip.BINARY, 2,
                Skip.LARGE, 1, Skip.SECRET, 2, Skip.GENERATED, 1, Skip.LINK, 1), shop.status().skipped());
        assertEquals(4, shop.status().files(), "two .gitignore, keep.log and ours.py");
    }

    @Test
    void onlyWhatIsIndexedCanBeRead() throws Exception {
        Files.writeString(root.resolve("outside.py"), "secret = 1\n");
        shop.write("in.py", "x = 1\n").open();
        Files.createSymbolicLink(shop.folder.resolve("way.py"), root.resolve("outside.py"));
        Files.createSymbolicLink(shop.folder.resolve("out"), root);
        shop.look();
        for (var path : List.of("../outside.py", "way.py", "out/outside.py", root.resolve("outside.py").toString(),
                "in.py/../../outside.py", "..%2foutside.py", "in.py\0")) {
            assertTrue(shop.refusal("read_code", "path", path).startsWith("There is no indexed file"), path);
        }
        assertEquals("x = 1\n", shop.call("read_code", "path", "./in.py").path("text").asString());
        // A link that comes after the look is not followed either.
        shop.write("in.py", "x = 2\n");
        Files.delete(shop.folder.resolve("in.py"));
        Files.createSymbolicLink(shop.folder.resolve("in.py"), root.resolve("outside.py"));
        shop.look();
        assertTrue(shop.refusal("read_code", "path", "in.py").startsWith("There is no indexed file"));
    }

    @Test
    void repositoriesAreForThoseWhoMayKnowOfThem() throws Exception {
        var other = new Workshop(root.resolve("other"));
        other.write("theirs.py", "def shared_name():\n    return 'theirs'\n");
        shop.write("ours.py", "def shared_name():\n    return 'ours'\n").repositories.add(Workshop.repository("inner",
                new CodeSettings.Folder(other.folder), "code:inner"));
        shop.open();
        assertEquals(List.of("ours.py shared_name"), shop.found("shared_name"));
        assertEquals(1, shop.call("find_symbol", "name", "shared_name").path("definitions").size());
        assertEquals(shop.refusal("read_code", "path", "theirs.py"),
                shop.refusal("read_code", "path", "nothing.py").replace("nothing.py", "theirs.py"));
        assertEquals(shop.refusal("search_code", "query", "x", "repo", "inner"),
                shop.refusal("search_code", "query", "x", "repo", "none").replace("none", "inner"));
        var insider = Reader.with("code:inner");
        assertEquals(2, shop.answer(insider, "search_code", "query", "shared_name").structured().orElseThrow()
                .path("results").size());
        assertFalse(shop.answer(insider, "read_code", "path", "theirs.py").isError());
    }
}
