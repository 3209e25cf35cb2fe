package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that nobody wrote to be read: none of them keeps the others from being found.
class HostileCodeTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MUCH = Limits.FILE_BYTES - 1_000;

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() {
        shop = new Workshop(root);
        shop.write("good.py", "def good():\n    pass\n");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private void othersAreFound() {
        assertTimeoutPreemptively(PATIENCE, () -> shop.open());
        assertEquals("good.py good", shop.found("good").getFirst());
        assertEquals("", shop.status().failure());
    }

    @Test
    void hugeAndBinaryFiles() throws Exception {
        try (var file = new RandomAccessFile(shop.folder.resolve("line.js").toFile(), "rw")) {
            file.setLength(1L << 30);                             // one line of a gigabyte, with holes
        }
        shop.write("nul.java", "class A {\0}").write("latin.txt", new byte[] {'a', (byte) 0xE9, 'b'})
                .write("rubbish.py", rubbish()).write("utf16.java", "class Wide {}\n".getBytes(
                java.nio.charset.StandardCharsets.UTF_16));
        othersAreFound();
        assertEquals(1, shop.status().skipped().get(Skip.LARGE));
        assertEquals(3, shop.status().skipped().get(Skip.BINARY));
        assertEquals(List.of("utf16.java Wide"), shop.found("Wide"));
    }

    private static byte[] rubbish() {
        var bytes = new byte[5_000];
        new java.util.Random(4711).nextBytes(bytes);
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
        }
        return bytes;
    }

    @Test
    void deepNesting() {
        var lines = "\n(\n[\n{\nif (a) {\n";
        shop.write("Deep.java", "class Deep { Object a = " + "(\n".repeat(100_000) + "1" + ")".repeat(9_000) + "; }")
                .write("Braces.java", "class Braces {" + "{\n".repeat(MUCH / 2) + "}")
                .write("Generic.java", "class Generic { " + "A<\n".repeat(100_000) + " x; }")
                .write("Plus.java", "class Plus { String a = " + "\"a\" +\n".repeat(100_000) + "\"\"; }")
                .write("Types.java", "class T {\n".repeat(MUCH / 12))
                .write("deep.js", lines.repeat(MUCH / lines.length()))
                .write("deep.yaml", "a:\n".repeat(MUCH / 4)).write("deep.md", "# a\n".repeat(MUCH / 5))
                .write("open.go", "func a() {\n".repeat(MUCH / 12))
                .write("deep.c", "int f(int a) {\n".repeat(MUCH / 16))
                .write("deep.py", "def f():\n".repeat(MUCH / 10))
                .write("q.sql", "create table a (\n".repeat(MUCH / 20));
        othersAreFound();
        assertEquals(13, shop.status().files());
    }

    @Test
    void brokenJavaIsStillFoundByItsLines() {
        shop.write("Broken.java", "class Broken {\n    void mend( {\n        use(this);\n    }\n\n    int whole() {\n"
                + "        return 1;\n    }\n}\n}}}\n");
        othersAreFound();
        assertTrue(shop.found("mend").toString().contains("Broken.java"));
        assertEquals("Broken.java", shop.call("find_symbol", "name", "whole").path("definitions").path(0).path("path")
                .asString());
    }

    @Test
    void textMadeToSlowPatternsDown() {
        shop.write("slow.py", ("password" + " ".repeat(5_000) + "\n").repeat(150))
                .write("slow.yaml", "password: |\n  token: $a\n".repeat(MUCH / 30)).write("calls.yaml",
                "password: f(".repeat(800) + "\n")
                .write("quotes.py", ("password='" + "\\".repeat(9_000) + "\n").repeat(99))
                .write("slow.txt", ("a".repeat(9_000) + "\n").repeat(100))
                .write("slow.js", ("const a = " + "(".repeat(5_000) + "\n").repeat(150))
                .write("slow.java", ("token=\"" + "x".repeat(9_000) + "\n").repeat(100))
                .write("keys.txt", "-----BEGIN PRIVATE KEY-----\n".repeat(MUCH / 28))
                .write("urls.txt", "a://b:".repeat(1_500) + "\n");
        othersAreFound();
    }

    @Test
    void archivesThatLie() throws Exception {
        var jar = root.resolve("evil-sources.jar");
        try (var zip = new ZipOutputStream(java.nio.file.Files.newOutputStream(jar))) {
            for (var name : List.of("../out.py", "/etc/out.py", "a\\..\\out.py", "in.py")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write("def inside():\n    pass\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry("bomb.py"));
            for (var i = 0; i < 200; i++) {
                zip.write(new byte[1_000_000]);
            }
        }
        java.nio.file.Files.writeString(root.resolve("broken-sources.jar"), "no archive");
        shop.repositories.add(Workshop.repository("jars", new CodeSettings.Archives(root, "*-sources.jar")));
        othersAreFound();
        assertEquals(List.of("evil/in.py inside"), shop.found("inside"));
        assertEquals(1, shop.source.index().status("jars").files());
    }

    @Test
    void rulesThatAreTriedForever() throws Exception {
        var name = "a".repeat(60) + ".py";
        shop.write(".gitignore", "*a".repeat(30) + "*b\n" + "**/a/".repeat(30) + "b\n"
                + "x".repeat(2 * Limits.IGNORE_BYTES)
                + "\n").write("sub/.gitignore", "gone.py\n*.tm*\n").write(name, "def long():\n    pass\n")
                .write("sub/gone.py", "def gone():\n    pass\n").write("sub/" + "a/".repeat(30) + "c.py", "c = 1\n");
        java.nio.file.Files.writeString(root.resolve("rules"), "good.py\n");
        java.nio.file.Files.createDirectories(shop.folder.resolve("linked"));
        java.nio.file.Files.createSymbolicLink(shop.folder.resolve("linked/.gitignore"), root.resolve("rules"));
        shop.write("linked/good.py", "def linked():\n    pass\n");
        othersAreFound();
        assertEquals(List.of(name + " long"), shop.found("long"));
        assertEquals(1, shop.status().skipped().get(Skip.IGNORED));
        assertEquals(List.of("linked/good.py linked"), shop.found("linked").subList(0, 1));
    }

    @Test
    void pathsThatNoIndexTakes() throws Exception {
        try (var zip = new ZipOutputStream(java.nio.file.Files.newOutputStream(root.resolve("long-sources.jar")))) {
            for (var name : List.of("a".repeat(40_000) + ".py", "a/".repeat(1_000) + "b.py", "in.py")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write("def inside():\n    pass\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        shop.repositories.addFirst(Workshop.repository("jars", new CodeSettings.Archives(root, "*-sources.jar")));
        othersAreFound();
        assertEquals(List.of("long/in.py inside"), shop.found("inside"));
        assertEquals(1, shop.source.index().status("jars").skipped().get(Skip.LARGE));
    }

    /// @param path whose reading fails as nothing should
    private record Faulty(String path, boolean whole) implements Tree.Origin {

        @Override
        public Tree look() {
            if (whole) {
                throw new IllegalStateException("as nothing should");
            }
            return new Tree() {

                @Override
                public List<Entry> files() {
                    return List.of(new Entry(path, 1, "1"), new Entry("other.py", 1, "1"));
                }

                @Override
                public java.util.Map<Skip, Integer> skipped() {
                    return java.util.Map.of();
                }

                @Override
                public String revision() {
                    return "";
                }

                @Override
                public byte[] read(Entry entry) {
                    if (entry.path().equals(path)) {
                        throw new IllegalStateException("as nothing should");
                    }
                    return "def other():\n    pass\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                }
            };
        }
    }

    @Test
    void aFaultOfOneFileOrRepositoryIsItsOwn() throws Exception {
        var origins = new java.util.LinkedHashMap<String, Tree.Origin>();
        origins.put("whole", new Faulty("", true));
        origins.put("part", new Faulty("a.py", false));
        var tools = new CodeSettings.Tools("", "", java.util.Set.of(), 8_000, 6_000);
        try (var index = new CodeIndex("code", new CodeSettings(shop.repositories, tools, shop.embedding, shop.azure,
                Duration.ofSeconds(1)), shop.state, origins)) {
            index.index().open();
            index.index().look();
            assertTrue(index.status("whole").failure().contains("failed"), index.status("whole").failure());
            assertEquals(1, index.status("part").files());
            assertEquals(1, index.status("part").skipped().get(Skip.UNREADABLE));
            assertEquals(1, index.vectorsMade(origins.keySet())[1], "it was shown at the end");
        }
    }
}
