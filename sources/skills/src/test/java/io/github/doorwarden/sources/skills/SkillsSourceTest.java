package io.github.doorwarden.sources.skills;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.Skill;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.tidy.Covers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Which skills a folder has, and why others are left out.
final class SkillsSourceTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path outside;
    @TempDir
    private Path folder;

    private void write(String at, String text) throws IOException {
        write(at, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String at, byte[] bytes) throws IOException {
        var file = folder.resolve(at);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private void skill(String at) throws IOException {
        write(at + "/SKILL.md", "---\nname: " + at.substring(at.lastIndexOf('/') + 1)
                + "\ndescription: Does it.\n---\n");
    }

    private SkillsSource source() {
        return new SkillsSource("skills", folder, Set.of());
    }

    private static List<String> uris(SkillsSource source) {
        return source.things().skills().stream().map(Skill::uri).toList();
    }

    private static Set<String> files(Skill skill) {
        return skill.manifest().orElseThrow().files().stream().map(Skill.File::uri).collect(Collectors.toSet());
    }

    private Skill only() {
        var source = source();
        assertEquals(1, source.things().skills().size(), source.warnings().toString());
        return source.things().skills().getFirst();
    }

    @Test
    @Covers("SK-8")
    void everyDirectoryWithASkillMdIsOne_NestedOnesInTheEnclosingManifestToo() throws IOException {
        skill("git-workflow");
        skill("acme/billing/refunds");
        write("acme/billing/refunds/references/FORMS.md", "forms");
        skill("acme/billing/refunds/partial");
        write("README.md", "not a skill's");
        var source = source();
        assertEquals(List.of("skill://acme/billing/refunds/SKILL.md", "skill://acme/billing/refunds/partial/SKILL.md",
                "skill://git-workflow/SKILL.md"), uris(source));
        var outer = source.things().skills().get(0);
        var inner = source.things().skills().get(1);
        assertEquals(Set.of("skill://acme/billing/refunds/SKILL.md",
                "skill://acme/billing/refunds/references/FORMS.md",
                "skill://acme/billing/refunds/partial/SKILL.md"), files(outer));
        assertTrue(outer.manifest().orElseThrow().files().stream().anyMatch(file -> file.uri().equals(inner.uri())
                && file.digest().equals(inner.manifest().orElseThrow().files().getFirst().digest())));
        assertEquals(List.of(), source.warnings());
    }

    @Test
    void aFolderThatIsASkillItselfGivesItItsName() throws IOException {
        folder = Files.createDirectory(outside.resolve("pdf"));
        skill("ocr");
        write("SKILL.md", "---\nname: pdf\ndescription: Reads.\n---\n");
        write("forms/a.md", "a");
        var source = source();
        assertEquals(List.of("skill://pdf/SKILL.md", "skill://pdf/ocr/SKILL.md"), uris(source));
        assertEquals(3, files(source.things().skills().getFirst()).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no front matter", "---\nname: bad\n", "---\ndescription: d\n---\n",
            "---\nname: bad\n---\n",
        "---\nname: other\ndescription: d\n---\n", "---\nname: [bad\ndescription: d\n---\n",
        "---\nname: bad\nname: bad\ndescription: d\n---\n", "---\nname: Bad\ndescription: d\n---\n",
        "---\n- bad\n---\n", "---\nname: bad\ndescription: [d]\n---\n", " ---\nname: bad\ndescription: d\n---\n"})
    @Covers({"SK-4", "SK-5"})
    void aBadSkillIsLeftOutWithASentence_AndTheOthersAreServed(String content) throws IOException {
        write("bad/SKILL.md", content);
        skill("good");
        var source = source();
        assertEquals(List.of("skill://good/SKILL.md"), uris(source));
        assertEquals(1, source.warnings().size());
        assertTrue(source.warnings().getFirst().startsWith("The skill bad is left out: ")
                && source.warnings().getFirst().endsWith("."), source.warnings().toString());
    }

    @Test
    @Covers("SK-4")
    void whatTheReaderOfYamlItselfStumblesOverIsSaidToo() throws IOException {
        for (var value : List.of("!!str%0a d", "[".repeat(9_000), "{a: ".repeat(9_000))) {
            write("bad/SKILL.md", "---\nname: bad\ndescription: " + value + "\n---\n");
            var warning = source().warnings().getFirst();
            assertTrue(warning.startsWith("The skill bad is left out: the front matter of SKILL.md is not YAML: "),
                    warning);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ab", "-a", "a--b", "a-", "a_b"})
    @Covers("SK-5")
    void aNameOutsideTheRulesIsLeftOut(String name) throws IOException {
        skill(name);
        skill("a".repeat(65));
        var source = source();
        assertEquals(List.of(), uris(source));
        assertEquals(2, source.warnings().size());
    }

    @Test
    @Covers("SK-4")
    void aDirectoryWithoutASkillIsNamed_AndADescriptionHasItsBound() throws IOException {
        write("lower/skill.md", "---\nname: lower\ndescription: d\n---\n");
        write("none/a.txt", "a");
        write("long/SKILL.md", "---\nname: long\ndescription: " + "d".repeat(1025) + "\n---\n");
        write("crlf/SKILL.md", "---\r\nname: crlf\r\ndescription: " + "d".repeat(1024) + "\r\n---\r\n# Crlf\r\n");
        var source = source();
        assertEquals(List.of("skill://crlf/SKILL.md"), uris(source));
        assertEquals("d".repeat(1024), source.things().skills().getFirst().frontmatter().path("description")
                .asString());
        assertEquals(3, source.warnings().size());
        assertTrue(source.warnings().contains("The directory lower is left out: there is no SKILL.md in it or below "
                + "it. Rename lower/skill.md: the name is written in capitals."), source.warnings().toString());
    }

    @Test
    @Covers("SK-6")
    void filesHaveValidUris() throws IOException {
        skill("s");
        write("s/a b/\u00fc+#?%.md", "odd");
        var skill = only();
        assertTrue(files(skill).contains("skill://s/a%20b/%C3%BC%2B%23%3F%25.md"), files(skill).toString());
        files(skill).forEach(uri -> assertEquals("s", URI.create(uri).getAuthority()));
        assertTrue(skill.manifest().orElseThrow().directories().contains("skill://s/a%20b"));
    }

    @Test
    @Covers("SK-7")
    void aSkillMdIsDescribedByItsFrontMatter_OthersByTheirNames() throws IOException {
        skill("s");
        write("s/run.py", "print()");
        write("s/logo.PNG", new byte[] {(byte) 0x89, 'P'});
        write("s/data", "?");
        var specs = only().manifest().orElseThrow().files().stream().map(file -> file.resource().spec()).map(spec ->
                spec.name() + " " + spec.mimeType() + " " + spec.description()).collect(Collectors.toSet());
        assertEquals(Set.of("s text/markdown Does it.", "run.py text/x-python ", "logo.PNG image/png ",
                "data application/octet-stream "), specs);
    }

    @Test
    @Covers("SK-10")
    void theFrontMatterIsWhole() throws IOException {
        write("s/SKILL.md", """
                ---
                name: s
                description: >-
                  Folded
                  text: with a colon
                license: Apache-2.0
                metadata: {author: acme, version: "1.0", nested: {a: [1, 2.5, true, null, ~]}}
                allowed-tools: Bash(git:*) Read
                when: 2026-07-28
                count: 9007199254740993
                yes: no
                list: &list [x, y]
                again: *list
                ---
                # Text
                ---
                name: other
                """);
        assertEquals(JSON.readTree("""
                {"name": "s", "description": "Folded text: with a colon", "license": "Apache-2.0",
                 "metadata": {"author": "acme", "version": "1.0", "nested": {"a": [1, 2.5, true, null, null]}},
                 "allowed-tools": "Bash(git:*) Read", "when": "2026-07-28", "count": 9007199254740993, "yes": "no",
                 "list": ["x", "y"], "again": ["x", "y"]}"""), JSON.readTree(only().frontmatter().toString()));
    }

    @Test
    void aFrontMatterThatMultipliesIsLeftOut() throws IOException {
        var yaml = new StringBuilder("---\nname: s\ndescription: d\na0: &a0 [x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 6; i++) {
            yaml.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1,
                    i - 1, i - 1));
        }
        write("s/SKILL.md", yaml + "---\n");
        write("t/SKILL.md", "---\nname: t\ndescription: d\nring: &r [*r]\n---\n");
        var source = source();
        assertEquals(List.of(), uris(source));
        assertEquals(2, source.warnings().size());
    }

    @Test
    @Covers({"SK-12", "SK-13", "SV-51"})
    void theManifestHasExactlyTheFilesOfTheFolder_AndReadingBringsTheirBytes() throws Exception {
        skill("s");
        write("s/crlf.txt", "a\r\nb\r\n");
        write("s/bom.md", "\ufeff# x");
        write("s/empty.txt", "");
        write("s/binary.bin", new byte[] {0, 1, (byte) 0xff, (byte) 0xfe});
        write("s/half.txt", new byte[] {'a', (byte) 0xc3});
        write("s/.hidden", "no");
        write("s/.git/config", "no");
        write("outside.txt", "no");
        var secret = Files.writeString(outside.resolve("secret"), "no");
        Files.createSymbolicLink(folder.resolve("s/leak"), secret);
        Files.createSymbolicLink(folder.resolve("s/dir"), outside);
        Files.createSymbolicLink(folder.resolve("s/nowhere"), folder.resolve("none"));
        Files.createSymbolicLink(folder.resolve("s/ring"), folder.resolve("s"));
        Files.createSymbolicLink(folder.resolve("s/inside.txt"), folder.resolve("s/crlf.txt"));
        var source = source();
        var skill = source.things().skills().getFirst();
        assertEquals(Set.of("SKILL.md", "crlf.txt", "bom.md", "empty.txt", "binary.bin", "half.txt", "inside.txt"),
                files(skill).stream().map(uri -> uri.substring("skill://s/".length())).collect(Collectors.toSet()));
        assertEquals(4, source.warnings().size(), source.warnings().toString());
        for (var file : skill.manifest().orElseThrow().files()) {
            var content = file.resource().read(null).getFirst();
            var bytes = content.has("text") ? content.path("text").asString().getBytes(StandardCharsets.UTF_8)
                    : content.path("blob").binaryValue();
            var name = file.uri().substring("skill://s/".length());
            assertArrayEquals(Files.readAllBytes(folder.resolve("s").resolve(name)),
                    bytes, name);
            assertEquals(bytes.length, file.size());
            assertEquals("sha256:" + HexFormat.of().formatHex(MessageDigest
                    .getInstance("SHA-256").digest(bytes)), file.digest());
            assertEquals(name.equals("binary.bin") || name.equals("half.txt"), content.has("blob"), name);
        }
    }

    @Test
    @Covers("SK-14")
    void aSkillHasAtMost512FilesAnd16MiB() throws IOException {
        skill("most");
        skill("files");
        for (var i = 0; i < Skill.MOST_FILES - 1; i++) {
            write("most/" + i, "x");
            write("files/" + i, "x");
        }
        write("files/more", "x");
        skill("large");
        var left = (int) (Skill.MOST_BYTES - Files.size(folder.resolve("large/SKILL.md")));
        write("large/blob", new byte[left]);
        skill("larger");
        write("larger/blob", new byte[left]);
        var source = source();
        assertEquals(List.of("skill://large/SKILL.md", "skill://most/SKILL.md"), uris(source));
        assertEquals(2, source.warnings().size());
        assertTrue(source.warnings().getFirst().contains("it has 513 files"), source.warnings().toString());
    }

    @Test
    @Covers("SK-15")
    void twoOfOneNameAreServedWithAWarning() throws IOException {
        skill("a/refunds");
        skill("b/refunds");
        var source = source();
        assertEquals(List.of("skill://a/refunds/SKILL.md", "skill://b/refunds/SKILL.md"), uris(source));
        assertEquals(List.of("Several skills are named refunds, which confuses people: skill://a/refunds/SKILL.md, "
                + "skill://b/refunds/SKILL.md."), source.warnings());
    }

    @Test
    void aFileThatCannotBeReadCostsItsSkill_NotTheOthers() throws IOException {
        skill("closed");
        skill("open");
        write("closed/x", "x");
        Files.setPosixFilePermissions(folder.resolve("closed/x"), PosixFilePermissions.fromString("---------"));
        var source = source();
        // the root user can read it all the same
        assertTrue(uris(source).contains("skill://open/SKILL.md"));
        assertEquals(Files.isReadable(folder.resolve("closed/x")), uris(source).contains("skill://closed/SKILL.md"));
    }

    @Test
    void withoutAFolderThereIsNoStart() {
        folder = folder.resolve("none");
        assertTrue(assertThrows(IllegalArgumentException.class, this::source).getMessage()
                .startsWith("there is no folder"));
    }

    @Test
    void whatChangedIsReadAnew_AndWhileTheFolderIsGoneWhatWasThereIsServed() throws IOException {
        skill("s");
        var source = source();
        var told = new int[1];
        var listener = new Source.Listener() {
            @Override
            public void thingsChanged() {
                told[0]++;
            }

            @Override
            public void resourceChanged(String uri) {}
        };
        source.look(listener);
        assertEquals(0, told[0]);
        skill("t");
        source.look(listener);
        assertEquals(1, told[0]);
        assertEquals(List.of("skill://s/SKILL.md", "skill://t/SKILL.md"), uris(source));
        var digest = source.things().skills().getFirst().manifest().orElseThrow().files().getFirst().digest();
        write("s/SKILL.md", "---\nname: s\ndescription: Does it otherwise.\n---\n");
        source.look(listener);
        assertEquals(2, told[0]);
        assertTrue(!digest.equals(source.things().skills().getFirst().manifest().orElseThrow().files().getFirst()
                .digest()));
        Files.move(folder, outside.resolve("away"));
        source.look(listener);
        assertEquals(2, told[0]);
        assertEquals(2, uris(source).size());
        Files.move(outside.resolve("away"), folder);
        source.look(listener);
        assertEquals(2, told[0]);
    }
}
