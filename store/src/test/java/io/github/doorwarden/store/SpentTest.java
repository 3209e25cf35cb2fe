package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    @Test
    void whoWaitsTogetherSharesOneWriteToTheDisk_AndEachThingHasOneOwner() throws Exception {
        try (var database = Database.open(folder.resolve("store.db"));
                var other = Database.open(folder.resolve("store.db"));
                var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var spent = new Spent(database);
            var taken = new ArrayList<Future<Boolean>>();
            other.transaction(tx -> {                          // holds everybody up, so that they wait for their turn
                for (var i = 0; i < 300; i++) {
                    var id = "proof " + i / 3;
                    taken.add(racers.submit(() -> spent.take("dpop", id, NOW.plusSeconds(60), NOW)));
                }
                while (spent.waiting() < 299) {
                    Polling.pause();
                }
                return null;
            });
            for (var i = 0; i < 300; i += 3) {
                var owners = 0;
                for (var racer : taken.subList(i, i + 3)) {
                    owners += racer.get() ? 1 : 0;
                }
                assertEquals(1, owners, "of thing " + i / 3);
            }
            assertTrue(spent.groups() <= 4, spent.groups() + " transactions");
            assertEquals(100, spent.since("dpop", NOW).size());
        }
    }

    @Test
    void anOutageIsHeardByAllWhoWait_AndTheNextIsServed() throws Exception {
        try (var database = Database.open(folder.resolve("store.db"));
                var other = Database.open(folder.resolve("store.db"));
                var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var spent = new Spent(database);
            var taken = new ArrayList<Future<Boolean>>();
            other.transaction(tx -> {
                for (var i = 0; i < 50; i++) {
                    var id = "proof " + i;
                    taken.add(racers.submit(() -> spent.take("dpop", id, NOW.plusSeconds(60), NOW)));
                }
                while (spent.waiting() < 49) {
                    Polling.pause();
                }
                tx.update("ALTER TABLE spent RENAME TO gone");
                return null;
            });
            for (var one : taken) {
                assertInstanceOf(StoreOutage.class, assertThrows(ExecutionException.class, one::get).getCause());
            }
            database.update("ALTER TABLE gone RENAME TO spent");
            Thread.currentThread().interrupt();
            assertTrue(spent.take("dpop", "proof 1", NOW.plusSeconds(60), NOW), "nothing was half taken");
            assertTrue(Thread.interrupted(), "who was told to stop still knows it");
        }
    }

    @Test
    void insideATransactionNothingIsTaken() {
        try (var database = Database.open(folder.resolve("store.db"))) {
            var spent = new Spent(database);
            assertThrows(IllegalStateException.class,
                    () -> database.transaction(tx -> spent.take("a", "1", NOW.plusSeconds(10), NOW)));
            assertTrue(spent.take("a", "1", NOW.plusSeconds(10), NOW));
        }
    }

    /// Run as a process of its own, to be killed.
    static final class Taker {

        private Taker() {}

        public static void main(String[] args) {
            var out = System.out;
            System.setOut(System.err);                                       // where the log goes
            var spent = new Spent(Database.open(Path.of(args[0])));
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var i = 0; i < 16; i++) {
                    var caller = i;
                    callers.submit(() -> {
                        for (var round = 0;; round++) {
                            var id = caller + "-" + round;
                            if (spent.take("dpop", id, NOW.plusSeconds(60), NOW)) {
                                synchronized (Taker.class) {
                                    out.println(id);
                                    out.flush();
                                }
                            }
                        }
                    });
                }
            }
        }
    }

    @Test
    void whatSomebodyWasToldIsTheirsStaysTaken_WhenTheProcessIsKilled() throws Exception {
        var file = folder.resolve("killed.db");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Taker.class.getName(), file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var told = new ArrayList<String>();
        try (var lines = process.inputReader()) {
            while (told.size() < 500) {
                told.add(lines.readLine());
            }
            // Process.destroyForcibly would close the stream
            process.toHandle().destroyForcibly();
            lines.lines().forEach(told::add);
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        try (var database = Database.open(file)) {
            var spent = new Spent(database);
            assertEquals(List.of(), told.stream().filter(id -> !spent.isTaken("dpop", id)).toList());
        }
    }
}
