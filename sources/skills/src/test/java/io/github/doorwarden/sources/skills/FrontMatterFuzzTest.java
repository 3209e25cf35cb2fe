package io.github.doorwarden.sources.skills;

import io.github.doorwarden.protocol.FrontMatter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Covers;
import io.github.doorwarden.tidy.Fuzzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Front matter as nobody writes it: a skill, or a warning that says what is wrong with it, and never less than the
/// other skills of the folder.
class FrontMatterFuzzTest {

    private static final List<String> CORPUS = List.of("---\nname: a\ndescription: Does it.\n---\nText",
            "\uFEFF---\r\nname: a\r\ndescription: >\r\n  Folded\r\n  text\r\n---\r\n",
            "---\nname: a\ndescription: \"x\\u00e9\"\nmetadata: {version: 1.0, tags: [a, b], on: yes, n: ~}\n---\n",
            "---\nname: a\ndescription: &d Does it.\nallowed-tools: [*d, *d]\nmore: {<<: {a: 1}, b: 0x1f, c: "
            + "0o17}\n---\n",
            "---\nname: !!str a\ndescription: !!str 1\nn: !!int 7\nf: !!float .5\nb: !!bool true\ns: !!set {a, "
            + "b}\n---\n",
            "---\n? [a, b]\n: c\n? {d: e}\n: f\nname: a\ndescription: |\n  ---\n  x\n---\n",
            "---\nname: a\ndescription: d\nx: &x [*x]\ny: &y {z: *y}\n---\n",
            "---\nname: a\ndescription: d\nbin: !!binary aGVsbG8=\nt: 2026-11-26T10:00:00Z\ninf: .inf\nm: !!omap [a: "
            + "b]\n---\n");
    private static final List<String> PIECES = List.of("!!int ", "!!float ", "!!bool ", "!!null ", "!!map ", "!!seq ",
            "!!set ", "!!binary ", "!!str ", "!<tag:yaml.org,2002:int> ", "!x ", "!!str%0a ", "[".repeat(2_000),
            "{a: ".repeat(2_000), "- ".repeat(2_000), "&a ", "*a", "? ", "- ", ": ", "<<: ",
            "[", "]", "{", "}", "|\n", ">-\n", "\"", "'", "# ", "%YAML 1.1\n", "---\n", "...\n", "\t", "0x", "1e9999",
            "-.inf", ".nan", "0o8", "1_000", "99999999999999999999", "\u2028", "\u0085", "\uFFFE");

    @TempDir
    Path folder;

    private static String skill(Fuzzer fuzz) {
        var text = new StringBuilder(fuzz.once(2) ? fuzz.mutated(fuzz.one(CORPUS)) : fuzz.one(CORPUS));
        for (var n = fuzz.below(4); n > 0; n--) {
            text.insert(fuzz.below(text.length() + 1), fuzz.one(PIECES));
        }
        return text.toString();
    }

    @Test
    @Covers("SK-10")
    void frontMatterIsReadOrRefused() {
        var fuzz = new Fuzzer(4_000);
        var taken = 0;
        while (fuzz.goesOn()) {
            var text = skill(fuzz);
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            if (fuzz.once(10) && bytes.length > 0) {
                bytes[fuzz.below(bytes.length)] = (byte) fuzz.below(256);
            }
            try {
                var json = FrontMatter.of(bytes);
                taken++;
                assertEquals(json.toString(), JsonMapper.shared().readTree(json.toString()).toString(),
                        () -> fuzz.said(text));
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().contains("SKILL.md") && refused.getMessage().length() < 2_000,
                        () -> fuzz.said(refused + "\n" + text));
            }
        }
        assertTrue(taken > fuzz.rounds() / 20, "hardly any front matter is taken any more: " + taken);
    }

    @Test
    @Covers("SK-4")
    void oneStrangeSkillLeavesTheOthers() throws IOException {
        var fuzz = new Fuzzer(300);
        Files.writeString(Files.createDirectories(folder.resolve("good")).resolve("SKILL.md"),
                "---\nname: good\ndescription: Does it.\n---\n");
        var strange = Files.createDirectories(folder.resolve("a")).resolve("SKILL.md");
        while (fuzz.goesOn()) {
            var text = skill(fuzz);
            Files.write(strange, text.getBytes(StandardCharsets.UTF_8));
            var set = SkillSet.read(Tree.of(folder), folder, Set.of());
            var names = set.skills().stream().map(skill -> skill.name()).toList();
            assertTrue(names.equals(List.of("a", "good")) && set.warnings().isEmpty()
                    || names.equals(List.of("good")) && set.warnings().size() == 1, () -> fuzz.said(names + " "
                    + set.warnings() + "\n" + text));
            set.warnings().forEach(warning -> assertTrue(warning.contains("is left out") && warning.length() < 3_000,
                    () -> fuzz.said(warning)));
        }
    }
}
