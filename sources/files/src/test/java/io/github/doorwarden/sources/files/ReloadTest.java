package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that change while questions are asked.
final class ReloadTest {

    @TempDir
    private Path folder;

    private Fixture fares(String text) throws Exception {
        return new Fixture(folder).write("fares.csv", text).dataset("fares", Fixture.fares(), "fares.csv")
                .tools("fares");
    }

    @Test
    void newFilesAreServedAsAWhole_OnceTheyNoLongerChange() throws Exception {
        try (var files = fares("route,month,fare\nA,2026-01,1\n")) {
            assertEquals(1, files.ask("rows", "{}").path("rows_total").asInt());
            files.write("fares.csv", "route,month,fare\nA,2026-01,1\nB,2026-01,2\n");
            files.source().look();
            assertEquals(1, files.ask("rows", "{}").path("rows_total").asInt(), "somebody may still be writing");
            files.source().look();
            assertEquals(2, files.ask("rows", "{}").path("rows_total").asInt());
        }
    }

    @Test
    void aBadFileKeepsTheOldData_SaysSo_AndAGoodOneMendsIt() throws Exception {
        try (var files = fares("route,month,fare\nA,2026-01,1\n")) {
            assertEquals(List.of(), files.source().warnings());
            files.write("fares.csv", "route,month\nA,2026-01\n").looks();
            var answer = files.ask("aggregate", "{}");
            assertEquals(1, answer.path("groups").path(0).path("sum_fare").asInt());
            var said = answer.path("facts").path("warnings").path(0).asString();
            assertTrue(said.contains("Newer files could not be read since " + Fixture.NOW) && !said.contains("column"),
                    said);
            assertEquals(List.of("fares.csv:1: has no column fare. It has route, month. Correct the file, say from, or "
                    + "declare the column optional. Until then, what was read at " + Fixture.NOW + " is served."),
                    files.source().warnings());
            Files.delete(folder.resolve("fares.csv"));
            files.looks();
            assertTrue(files.source().warnings().getFirst().contains("matches fares.csv. Put one there"));
            assertEquals(1, files.ask("rows", "{}").path("rows_total").asInt());
            files.write("fares.csv", "route,month,fare\nA,2026-01,7\n").looks();
            assertEquals(List.of(), files.source().warnings());
            var mended = files.ask("aggregate", "{}");
            assertEquals(7, mended.path("groups").path(0).path("sum_fare").asInt());
            assertFalse(mended.path("facts").path("warnings").toString().contains("Newer files"));
        }
    }

    @Test
    void whoPagesOverAReloadIsTold() throws Exception {
        try (var files = fares("route,month,fare\nA,2026-01,1\nB,2026-01,2\n")) {
            var cursor = files.ask("rows", "{'limit':1}").path("next_cursor").asString();
            files.write("fares.csv", "route,month,fare\nA,2026-01,1\nC,2026-01,2\nB,2026-01,2\n").looks();
            assertTrue(files.ask("rows", "{'cursor':'" + cursor + "'}").path("facts").path("warnings").toString()
                    .contains("read anew since the answer before"));
        }
    }

    @Test
    void underReloadsEveryAnswerIsOfOneVersion() throws Exception {
        try (var files = fares(version(1)); var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            files.source();
            var over = new AtomicBoolean();
            var seen = ConcurrentHashMap.<Integer>newKeySet();
            var calls = new ArrayList<Future<Void>>();
            for (var i = 0; i < 6; i++) {
                calls.add(callers.submit((Callable<Void>) () -> {
                    while (!over.get()) {
                        var group = files.ask("aggregate", "{'measures':['avg_fare','sum_fare']}").path("groups")
                                .path(0);
                        // version v has 400 rows with the value v
                        var version = group.path("avg_fare").asInt();
                        assertEquals(400 * version, group.path("sum_fare").asInt());
                        seen.add(version);
                    }
                    return null;
                }));
            }
            for (var version = 2; version <= 12; version++) {
                files.write("fares.csv", version(version)).looks();
                assertEquals(version, files.ask("aggregate", "{}").path("groups").path(0).path("avg_fare").asInt());
            }
            over.set(true);
            for (var call : calls) {
                call.get();
            }
            assertTrue(seen.size() > 2, seen.toString());
        }
    }

    private static String version(int value) {
        return "route,month,fare\n" + ("A,2026-01," + value + "\n").repeat(400);
    }

    @Test
    void aSourceThatIsClosedWhileItIsAskedAnswersOrRefuses() throws Exception {
        var files = fares("route,month,fare\nA,2026-01,1\n");
        var tool = files.source().things().tools().getFirst();
        files.close();
        assertTrue(files.call(tool.spec().name(), "{}").isError());
    }
}
