package io.github.doorwarden.sources.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.server.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is for who runs the index: how searches went, day by day, and reading code again.
class OperatorToolsTest {

    @TempDir
    private Path root;
    private Workshop shop;

    @BeforeEach
    void make() {
        shop = new Workshop(root);
        shop.write("a.py", "def alpha():\n    pass\n");
        shop.operators = true;
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private void search(String query) {
        shop.call("search_code", "query", query);
    }

    private static String counts(JsonNode figures) {
        return figures.path("searches").asInt() + " " + figures.path("zero_results").asInt() + " "
                + figures.path("zero_result_rate").asDouble() + " " + figures.path("hits_per_search").asDouble();
    }

    @Test
    void theyAreThereForWhoAskedForThem_AndNothingIsKeptOtherwise() throws Exception {
        shop.operators = false;
        shop.open();
        search("nowhere");
        assertFalse(shop.source.things().tools().stream().map(tool -> tool.spec().name()).anyMatch(name ->
                CodeSettings.Tools.OPERATORS.contains(name)));
        assertFalse(Files.exists(root.resolve("state/searches")));
        shop.close();
        shop.operators = true;
        shop.open();
        var specs = shop.source.things().tools().stream().map(tool -> tool.spec()).filter(spec ->
                CodeSettings.Tools.OPERATORS.contains(spec.name())).toList();
        assertEquals(List.of(true, false), specs.stream().map(ToolSpec::readOnly).toList());
    }

    @Test
    void searchesAreCountedByDayAndOutliveTheProcess() throws Exception {
        shop.open();
        search("alpha");
        search("billing\tof\nAKIAQ3EGVTRB6KXW2MZP");
        shop.now = shop.now.plus(Duration.ofDays(1));
        search("nowhere");
        search("nowhere");
        search("absent");
        search("alpha");
        shop.close();
        shop.open();
        var report = shop.call("search_quality");
        assertEquals(List.of("2026-11-28", "2026-11-27"), report.path("days").valueStream().map(day -> day.path("day")
                .asString()).toList());
        assertEquals("4 3 0.75 0.25", counts(report.path("days").path(0)));
        assertEquals("2 1 0.5 0.5", counts(report.path("days").path(1)));
        assertEquals(6, report.path("total").path("searches").asInt());
        assertTrue(report.path("total").path("p50_ms").asDouble() <= report.path("total").path("p95_ms").asDouble()
                && report.path("total").path("p95_ms").asDouble() <= report.path("total").path("slowest_ms")
                .asDouble(), report::toString);
        assertEquals("nowhere 2", report.path("unanswered").path(0).path("query").asString() + " "
                + report.path("unanswered").path(0).path("times").asInt());
        assertTrue(report.toString().contains("billing of [redacted: AWS key]"), report::toString);
        assertFalse(report.toString().contains("alpha"), "what was found is not kept");
        assertEquals(1, shop.call("search_quality", "days", 1).path("days").size());
    }

    @Test
    void aFailedSearchIsNoneThatFoundNothing() throws Exception {
        try (var service = new Service(body -> "{}")) {
            service.status = 500;
            shop.azure = Optional.of(new CodeSettings.AzurePlace(service.at(""), "code", "k", "2025-09-01", "",
                    java.util.Map.of("repository", "r", "path", "p", "content", "c")));
            shop.open();
            shop.refusal("search_code", "query", "x");
            var total = shop.call("search_quality").path("total");
            assertEquals("0 0 0.0 0.0", counts(total));
            assertEquals(1, total.path("failed").asInt());
        }
    }

    @Test
    void oldDaysGo_AFullDayIsSaidToBeOne_AndABrokenLineIsPassedOver() throws Exception {
        shop.open();
        search("nowhere");
        var first = root.resolve("state/searches/2026-11-27.tsv");
        Files.writeString(first, "12\tx\t\n12", StandardOpenOption.APPEND);
        assertEquals("1 1 1.0 0.0", counts(shop.call("search_quality").path("total")));
        Files.writeString(first, "\n" + "\n".repeat((int) Limits.LOG_BYTES), StandardOpenOption.APPEND);
        search("nowhere");
        var day = shop.call("search_quality").path("days").path(0);
        assertEquals("1 1 1.0 0.0", counts(day));
        assertTrue(day.path("note").asString().contains("later ones are not counted"), day::toString);
        shop.now = shop.now.plus(Duration.ofDays(Limits.LOG_DAYS));
        search("nowhere");
        assertFalse(Files.exists(first));
    }

    @Test
    void whenTheyCannotBeKeptTheyAreAnswered() throws Exception {
        shop.open();
        Files.writeString(root.resolve("state/searches"), "in the way");
        assertEquals(List.of("a.py alpha"), shop.found("alpha"));
    }

    /// A file whose place and size are the same as before, which nobody would read again.
    @Test
    void everythingIsReadAgain() throws Exception {
        shop.open();
        var file = shop.folder.resolve("a.py");
        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "def gamma():\n    pass\n");
        Files.setLastModifiedTime(file, time);
        shop.look();
        assertEquals(List.of(), shop.found("gamma"));
        assertEquals("[\"main\"]", shop.call("reindex_code").path("repositories").toString());
        shop.look();
        assertEquals(List.of("a.py gamma"), shop.found("gamma"));
        assertEquals(0, shop.status().pending());
        assertTrue(shop.refusal("reindex_code", "repo", "inner").contains("no repository inner"));
    }

    /// Two processes on one state folder: the second one finds the index locked.
    @Test
    void whoOnlyReadsTheIndexHasItReadByWhoKeepsIt() throws Exception {
        shop.open();
        var size = Files.size(shop.folder.resolve("a.py"));
        var time = Files.getLastModifiedTime(shop.folder.resolve("a.py"));
        try (var second = new Workshop(root)) {
            second.operators = true;
            second.open();
            shop.write("a.py", "def gamma():\n    pass\n");
            assertEquals(size, Files.size(shop.folder.resolve("a.py")));
            Files.setLastModifiedTime(shop.folder.resolve("a.py"), time);
            second.call("reindex_code");
            second.look();
            assertEquals(List.of(), second.found("gamma"), "it keeps nothing");
            shop.look();
            second.look();
            assertEquals(List.of("a.py gamma"), second.found("gamma"));
        }
    }

    @Test
    void whatMayBeMissingIsLookedForAgain() throws Exception {
        var places = List.of(new CodeSettings.Folder(root.resolve("none")), new CodeSettings.Git("none",
                Optional.of(root.resolve("none")), "", ""), new CodeSettings.Archives(root.resolve("none"), "*.jar"));
        for (var place : places) {
            var needed = Workshop.repository("r" + shop.repositories.size(), place);
            shop.repositories.add(new CodeSettings.Repository(needed.name(), place, List.of(), List.of(), "",
                    java.util.Set.of(), needed.conditions(), true));
        }
        shop.open();
        assertEquals(List.of("a.py alpha"), shop.found("alpha"));
        for (var name : List.of("r1", "r2", "r3")) {
            assertTrue(shop.source.index().status(name).failure().startsWith("there is no "), name);
        }
        assertTrue(shop.call("search_code", "query", "alpha").path("note").asString().contains("r1, r2, r3"));
        Files.createDirectories(root.resolve("none"));
        Files.writeString(root.resolve("none/b.py"), "def beta():\n    pass\n");
        shop.look();
        assertEquals(List.of("b.py beta"), shop.found("beta"));
    }
}
