package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever callers write, they get an answer or a sentence.
class ArgumentsTest {

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() throws Exception {
        shop = new Workshop(root);
        shop.write("src/main/Mole.java", "class Mole {\n    void dig() { }\n}\n")
                .write("src/main/a?b.py", "def dig_twice():\n    pass\n").open();
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private List<String> at(String path) {
        return shop.call("search_code", "query", "dig", "path", path).path("results").valueStream()
                .map(hit -> hit.path("path").asString()).distinct().sorted().toList();
    }

    @Test
    void globsHaveStarsAndNothingElse() {
        assertEquals(List.of("src/main/Mole.java"), at("src/**/*.java"));
        assertEquals(List.of("src/main/Mole.java"), at("MAIN/m*"));
        assertEquals(List.of("src/main/a?b.py"), at("a?b"));
        assertEquals(List.of("src/main/a?b.py"), at("*?*"));
        assertEquals(List.of(), at("Mol?.java"));
        assertEquals(List.of(), at("\\Mole"));
        assertEquals(List.of(), at("*a????????????????????b*"));
        assertEquals(List.of(), at("*" + "a".repeat(250) + "*b"));
        assertTrue(shop.refusal("search_code", "query", "dig", "path", "*a".repeat(9)).startsWith("The path has 9 *"));
    }

    /// A service has no globs of its own, so what it finds is held against the same.
    @Test
    void aFilterSaysTheSameOfOnePath() {
        for (var path : List.of("src/**/*.java", "MAIN/m*", "ole.j", "src/*", "*", "", "*o*e*a*a")) {
            assertTrue(PathFilter.of(path).matches("src/main/Mole.java"), path);
        }
        for (var path : List.of("Mol?.java", "main/*.py", "rc/*", "*Mole", "*a*e*m*", "a*b", "*java*java")) {
            assertFalse(PathFilter.of(path).matches("src/main/Mole.java"), path);
        }
    }

    /// What an automaton has most work with: pieces that begin alike.
    @Test
    void everyGlobThatIsTakenIsSearchedFor() {
        var random = new Random(4711);
        for (var i = 0; i < 24; i++) {
            var text = new StringBuilder();
            for (var piece = 0; piece < Limits.PATTERN_STARS - 1; piece++) {
                text.append(i == 0 ? "a".repeat(40) : random.ints(40, 'a', 'a' + 1 + i % 4).collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)).append('*');
            }
            var filter = PathFilter.of("*" + text);
            assertEquals(Limits.PATTERN_STARS, filter.stars());
            assertNotNull(filter.query(), text.toString());      // made here, refused here
        }
    }

    @Test
    void argumentsHaveBounds() {
        for (var name : List.of("path", "language", "kind")) {
            assertTrue(shop.refusal("search_code", "query", "dig", name, "x".repeat(5_000)).startsWith("The " + name
                    + " has 5000 characters"), name);
        }
        assertTrue(shop.refusal("generate_code", "task", "dig", "path", "x".repeat(5_000)).startsWith("The path has"));
        assertTrue(shop.refusal("analyze_context", "path", "Mole.java", "symbol", "x".repeat(5_000))
                .startsWith("The symbol has"));
        assertTrue(shop.refusal("read_code", "path", "x".repeat(5_000)).startsWith("The path has"));
        assertTrue(shop.refusal("find_symbol", "name", "x".repeat(5_000)).startsWith("The name has"));
    }

    @Test
    void aNameHasLetters() {
        for (var name : List.of(".", "::", "Mole.", "Mole::", "#", "(", "", "123", "_")) {
            assertTrue(shop.refusal("find_symbol", "name", name).startsWith("A name has letters"), name);
        }
        assertEquals(1, shop.call("find_symbol", "name", "Mole::dig").path("definitions").size());
        assertEquals(1, shop.call("find_symbol", "name", "Mole.dig()").path("definitions").size());
    }
}
