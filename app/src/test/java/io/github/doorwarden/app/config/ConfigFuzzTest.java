package io.github.doorwarden.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Fuzzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Configurations with the mistakes of tired people and of programs that write them: each is a configuration, or a list
/// of mistakes with their places. Nothing else comes out, and looking at one writes nothing.
class ConfigFuzzTest {

    private static final List<String> VALUES =
            List.of("", "null", "~", "true", "yes", "0", "-1", "99999999999999", "1.5",
            "[]", "{}", "[a, b]", "{a: b}", "[{a: b}]", "[[]]", "*a", "&a x", "&a [*a]", "&a {b: *a}", "!!int x",
            "!!str%0a x", "!x y", "[".repeat(2_000), "{a: ".repeat(4_000), "\"\\0\"", "\"\\uD800\"",
            "' '",
            "http://", "https://x.example/", "http://[::1", "//x", "mailto:a", "${env:X}", "${env:X:-y}", "${", "${}",
            "${file:nothing}", "${file:.}", "\"${file:\\0}\"", "${generated:a}", "${generated:../a}", "${self}",
                    "${state}",
            "${env:A:-${env:B:-${env:C:-${env:D:-${env:E:-}}}}}", "30s", "0s", "-5m", "99999999999d", "a b", "ü", "/",
            "..",
            "embedded", "off", "external", "RS256", "\"a\\nb\"", "10.0.0.0/33", "::/0", "(?<", "*", "---", "...");

    @TempDir
    Path folder;

    /// Deployments of this repository, and every key of the table at once with a value that its kind suggests.
    private static List<String> corpus() throws IOException {
        var all = new ArrayList<String>();
        for (var at = Path.of("").toAbsolutePath(); all.isEmpty(); at = at.getParent()) {
            if (Files.isDirectory(at.resolve("systems"))) {
                try (var files = Files.walk(at)) {
                    for (var file : files.filter(each -> each.endsWith(ConfigFile.NAME)
                            && !each.toString().contains("/target/")).sorted().toList()) {
                        all.add(Files.readString(file));
                    }
                }
            }
        }
        var every = new StringBuilder();
        everyKey("", "", every);
        all.add(every.toString());
        return all;
    }

    /// From the table of keys; what the author names is called `x`.
    private static void everyKey(String section, String blanks, StringBuilder out) {
        for (var key : Keys.in(section)) {
            out.append(blanks).append(key.name()).append(':');
            switch (key.kind()) {
                case Kind.Group group -> everyKey(key.path(), blanks + "  ", out.append('\n'));
                case Kind.Named named -> everyKey(key.below().orElseThrow(), blanks + "    ",
                        out.append('\n').append(blanks).append("  x:\n"));
                case Kind.Items items -> everyKey(key.below().orElseThrow(), blanks + "    ",
                        out.append('\n').append(blanks).append("  -\n"));
                case Kind.Pairs pairs -> out.append(" {x: y}\n");
                case Kind.Texts texts -> out.append(" [x]\n");
                default -> out.append(' ').append(key.kind().otherwise().filter(value -> !value.isEmpty()).orElse("x"))
                        .append('\n');
            }
        }
    }

    private static String changed(Fuzzer fuzz, String text) {
        var lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        for (var n = fuzz.below(4); n >= 0 && !lines.isEmpty(); n--) {
            var at = fuzz.below(lines.size());
            var line = lines.get(at);
            var colon = line.indexOf(": ");
            switch (fuzz.below(9)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, fuzz.one(lines));
                case 2 -> lines.set(at, fuzz.once(2) ? "  " + line : line.replaceFirst("^ {1,2}", ""));
                case 3 -> lines.set(at, fuzz.mutated(line));
                case 4 -> lines.add(at, line.replaceAll("\\S.*", "") + word(fuzz) + ": " + fuzz.one(VALUES));
                default -> lines.set(at, (colon < 0 ? line + ": " : line.substring(0, colon + 2)) + fuzz.one(VALUES));
            }
        }
        return String.join("\n", lines);
    }

    private static String word(Fuzzer fuzz) {
        var path = fuzz.one(Keys.ALL).path();
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /// What the deployments ask for is there; a key is rarely set from outside.
    private static String environment(Fuzzer fuzz, String name) {
        return name.startsWith("DOORWARDEN_") ? fuzz.once(2_000) ? fuzz.one(VALUES) : null
                : fuzz.once(20) ? null : "https://set.example";
    }

    @Test
    void aConfigurationIsReadOrItsMistakesAreNamed() throws IOException {
        var fuzz = new Fuzzer(700);
        var corpus = corpus();
        assertTrue(corpus.size() > 5, "The deployments are gone: a fuzzer without seeds finds nothing.");
        var taken = 0;
        while (fuzz.goesOn()) {
            var text = fuzz.once(8) ? fuzz.mutated(fuzz.one(corpus)) : changed(fuzz, fuzz.one(corpus));
            Files.write(folder.resolve(ConfigFile.NAME), text.getBytes(StandardCharsets.UTF_8));
            var set = fuzz.once(6) ? Map.of(word(fuzz), fuzz.one(VALUES)) : Map.<String, String>of();
            try {
                var checked = ConfigFile.check(folder, set, name -> environment(fuzz, name));
                taken++;
                assertTrue(checked.readings().size() > 20, () -> fuzz.said(text));
            } catch (ConfigMistakes mistakes) {
                assertTrue(!mistakes.mistakes().isEmpty(), () -> fuzz.said(text));
                mistakes.mistakes().forEach(each -> assertTrue((each.contains(ConfigFile.NAME)
                        || each.startsWith("--set")) && each.length() < 5_000, () -> fuzz.said(each + "\n" + text)));
            } catch (RuntimeException | StackOverflowError bug) {
                throw new AssertionError(fuzz.said(set + "\n" + text), bug);
            }
            assertEquals(1, folder.toFile().list().length, () -> fuzz.said("something was written: " + text));
        }
        assertTrue(taken > fuzz.rounds() / 50, "hardly any configuration is taken any more: " + taken);
    }
}
