package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpentTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aHundredRacersOverTwoOpenDatabasesShareOneThing() throws Exception {
        try (var one = Database.open(folder.resolve("store.db")); var two = Database.open(folder.resolve("store.db"));
                var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 100; i++) {
                var spent = new Spent(i % 2 == 0 ? one : two);
                runs.add(() -> spent.take("confirmation", "c-1", NOW.plusSeconds(60), NOW));
            }
            var winners = 0;
            for (var run : racers.invokeAll(runs)) {
                winners += run.get() ? 1 : 0;
            }
            assertEquals(1, winners);
        }
    }

    @Test
    void aKindIsAWorldOfItsOwn_AndWhatHasExpiredIsForgotten() {
        try (var database = Database.open(folder.resolve("store.db"))) {
            var spent = new Spent(database);
            assertTrue(spent.take("a", "1", NOW.plusSeconds(10), NOW));
            assertTrue(spent.take("b", "1", NOW.plusSeconds(100), NOW));
            assertFalse(spent.take("a", "1", NOW.plusSeconds(10), NOW));
            assertTrue(spent.isTaken("a", "1"));
            assertFalse(spent.isTaken("a", "2"));
            assertEquals(List.of(Spent.hash("1")), spent.since("b", NOW));
            assertEquals(List.of(), spent.since("b", NOW.plusMillis(1)));
            spent.sweep(NOW.plusSeconds(11));
            assertFalse(spent.isTaken("a", "1"));
            assertTrue(spent.isTaken("b", "1"));
        }
    }
}
