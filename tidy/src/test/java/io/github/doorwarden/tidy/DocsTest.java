package io.github.doorwarden.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The documents tell the truth about the tree: what they name exists, the drawing has the arrows that the poms have.
class DocsTest {
    private static final String DRAWING = "ARCHITECTURE.md";

    @Test
    void everyPathInTheDocumentsExists() {
        Set<String> names = Repository.paths(path -> true).stream()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .collect(Collectors.toSet());
        Predicate<String> exists = path -> Files.exists(Repository.root().resolve(path).normalize())
                || !path.contains("/") && names.contains(path);
        List<String> missing = Repository.files(path -> path.endsWith(".md")).stream()
                .flatMap(file -> Docs.missing(file.path(), file.text(), exists).stream()).toList();
        assertTrue(missing.isEmpty(), () -> "\n" + String.join("\n", missing));
    }

    @Test
    void missingPathsAreFound() {
        Predicate<String> exists = Set.of("docs", "docs/a.md", "tidy")::contains;
        assertEquals(List.of(), Docs.missing("README.md",
                "`docs/a.md` [a](docs/a.md#b) `GET /mcp` `/mcp` `a.b()` `text/html`", exists));
        assertEquals(1, Docs.missing("README.md", "one\n`docs/b.md`", exists).size());
        assertTrue(Docs.missing("README.md", "one\n[b](docs/b.md)", exists).getFirst()
                .startsWith("README.md:2: names docs/b.md"));
        assertEquals(1, Docs.missing("README.md", "`tidy/gone`", exists).size());
        assertEquals(List.of(), Docs.missing("docs/c.md", "[a](a.md)", exists));
    }

    @Test
    void theDrawingHasTheArrowsOfThePoms() {
        var drawn = Docs.arrows(Repository.files(DRAWING::equals).getFirst().text());
        var real = new TreeMap<String, TreeSet<String>>();
        for (var pom : Repository.files(path -> path.endsWith("/pom.xml") && !path.startsWith("interop/"))) {
            real.put(Docs.module(pom.text()), Docs.dependencies(pom.text()));
        }
        assertTrue(real.size() >= 10, "only " + real.size() + " modules were found");
        assertEquals(lines(real), lines(drawn), DRAWING
                + " and the poms draw different arrows: correct the one that is wrong");
    }

    @Test
    void arrowsAreReadFromDrawingAndPom() {
        assertEquals("app -> http server\nhttp -> \n", lines(Docs.arrows("text\napp   -> server http\nhttp  -> -\n")));
        String pom = "<parent><artifactId>doorwarden</artifactId></parent><artifactId>doorwarden-app</artifactId>"
                + "<dependency><artifactId>doorwarden-http</artifactId></dependency>"
                + "<dependency><artifactId>doorwarden-tidy</artifactId><scope>test</scope></dependency>";
        assertEquals("app", Docs.module(pom));
        assertEquals(Set.of("http"), Docs.dependencies(pom));
    }

    @Test
    void decisionsAreNumberedAndComplete() {
        var files = new TreeMap<String, String>();
        Repository.files(path -> path.startsWith("docs/decisions/"))
                .forEach(file -> files.put(file.path(), file.text()));
        assertTrue(!files.isEmpty(), "docs/decisions is empty");
        assertEquals(List.of(), Docs.decisions(files));
    }

    @Test
    void badDecisionsAreFound() {
        String whole = "2026-11-20 · accepted\n**Context.** **Choice.** **Price.** **What would prove it wrong.**";
        assertEquals(List.of(), Docs.decisions(
                Map.of("docs/decisions/0001-do-it.md", whole, "docs/decisions/0003-or-that.md", whole)));
        assertEquals(1, Docs.decisions(Map.of("docs/decisions/0001-a.md", whole, "docs/decisions/0001-b.md", whole))
                .size());
        assertEquals(1, Docs.decisions(Map.of("docs/decisions/notes.md", whole)).size());
        assertEquals(5, Docs.decisions(Map.of("docs/decisions/0001-a.md", "")).size());
    }

    private static String lines(Map<String, TreeSet<String>> arrows) {
        var out = new StringBuilder();
        arrows.forEach((from, to) -> out.append(from).append(" -> ").append(String.join(" ", to)).append('\n'));
        return out.toString();
    }
}
