package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.TaskRecord.Status;
import io.github.doorwarden.store.TaskRecords.Begun;
import io.github.doorwarden.store.TaskRecords.Ending;
import io.github.doorwarden.tidy.Covers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TaskRecordsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Ending DONE = new Ending(Status.COMPLETED, "", Optional.of("{\"content\":[]}"));
    private static final Ending CANCELLED = new Ending(Status.CANCELLED, "Cancelled.", Optional.empty());
    private static final byte[] SECRET = "a master key of thirty-two bytes".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;
    private Database database;
    private Database elsewhere;
    private TaskRecords records;
    private TaskRecords others;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        elsewhere = Database.open(folder.resolve("store.db"));
        records = new TaskRecords(database, new Seal(SECRET, "tasks"));
        others = new TaskRecords(elsewhere, new Seal(SECRET, "tasks"));
    }

    @AfterEach
    void close() {
        database.close();
        elsewhere.close();
    }

    private boolean begin(String id, String owner, int most, int mostOfAll) {
        return records.begin(new Begun(id, owner, "/mcp", "tool", Optional.of("{\"secret\":\"canary\"}"), NOW,
                NOW.plus(KEPT), "one", NOW.plusSeconds(30)), most, mostOfAll);
    }

    private TaskRecord task(String id) {
        return others.find(id, "alice", "/mcp", NOW).orElseThrow();
    }

    @Test
    @Covers("TK-12")
    void whatIsBegunIsThereForEveryProcess_AndNobodyElse() {
        assertTrue(begin("t-1", "alice", 9, 9));
        var task = task("t-1");
        assertEquals("t-1 alice /mcp tool WORKING  one", String.join(" ", task.id(), task.owner(), task.endpoint(),
                task.tool(), task.status().toString(), task.message(), task.holder()));
        assertEquals(List.of(NOW, NOW, NOW.plus(KEPT)), List.of(task.createdAt(), task.updatedAt(),
                task.expiresAt()));
        assertEquals(Optional.empty(), others.find("t-1", "bob", "/mcp", NOW));
        assertEquals(Optional.empty(), others.find("t-1", "alice", "/other", NOW));
        assertEquals(Optional.empty(), others.find("t-2", "alice", "/mcp", NOW));
    }

    @Test
    void thereAreBoundsForOneAndForAll() {
        assertTrue(begin("t-1", "alice", 2, 3));
        assertTrue(begin("t-2", "alice", 2, 3));
        assertFalse(begin("t-3", "alice", 2, 3));
        assertTrue(begin("t-4", "bob", 2, 3));
        assertFalse(begin("t-5", "carol", 2, 3));
        records.sweep(NOW.plus(KEPT));
        assertTrue(begin("t-6", "carol", 2, 3));
    }

    @Test
    @Covers("TK-15")
    void aTaskIsReadUntilItExpires_ThenItsRowIsDeleted() {
        begin("t-1", "alice", 9, 9);
        assertTrue(records.end("t-1", "one", DONE, NOW.plusSeconds(5), NOW.plusSeconds(5)));
        assertTrue(records.find("t-1", NOW.plus(KEPT).minusMillis(1)).isPresent());
        assertTrue(records.find("t-1", NOW.plus(KEPT)).isEmpty());
        assertEquals(1, rows("task"));
        records.sweep(NOW.plus(KEPT));
        assertEquals(0, rows("task"));
    }

    private int rows(String table) {
        return database.first("SELECT COUNT(*) FROM " + table, row -> row.getInt(1)).orElseThrow();
    }

    @Test
    @Covers("TK-16")
    void whoReadsTheFileCannotUseWhatHeFinds() throws Exception {
        begin("canary-id", "alice", 9, 9);
        records.say("canary-id", "one", "canary-message", NOW);
        records.ask("canary-id", "one", Map.of("q", "\"canary-question\""), NOW, NOW);
        records.answer("canary-id", "q", "\"canary-answer\"", NOW);
        assertEquals(Map.of("q", "\"canary-answer\""), others.answers("canary-id"));
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("canary"), () -> file.toString());
            }
        }
        var stranger = new TaskRecords(database, new Seal(SECRET, "other"));
        assertThrows(IllegalStateException.class, () -> stranger.find("canary-id", NOW));
        begin("t-2", "alice", 9, 9);
        database.update("UPDATE task SET sealed_id = (SELECT sealed_id FROM task WHERE message IS NOT NULL)");
        assertThrows(IllegalStateException.class, () -> records.find("t-2", NOW));
    }

    @Test
    @Covers("TK-30")
    void aKeyIsNeverUsedTwice_WhatReadsOtherwiseTakesTheOldOnesPlace() {
        begin("t-1", "alice", 9, 9);
        assertTrue(records.ask("t-1", "one", Map.of("q", "\"a\""), NOW.plusSeconds(1), NOW));
        assertTrue(records.ask("t-1", "one", Map.of("q", "\"a\""), NOW.plusSeconds(2), NOW));
        assertEquals(List.of(new TaskRecord.Question("q", "\"a\"")), task("t-1").open());
        records.ask("t-1", "one", Map.of("q", "\"b\""), NOW.plusSeconds(3), NOW);
        assertEquals(List.of(new TaskRecord.Question("q.2", "\"b\"")), task("t-1").open());
        assertFalse(records.answer("t-1", "q", "\"x\"", NOW));
        assertTrue(records.answer("t-1", "q.2", "\"y\"", NOW));
        assertFalse(records.answer("t-1", "q.2", "\"z\"", NOW));
        records.ask("t-1", "one", Map.of("q", "\"c\""), NOW.plusSeconds(4), NOW);
        assertEquals(List.of(), task("t-1").open());
        assertEquals(Map.of("q", "\"y\""), records.answers("t-1"));
        records.ask("t-1", "one", Map.of("r", "\"d\""), NOW.plusSeconds(5), NOW);
        records.withdraw("t-1", NOW);
        assertEquals(List.of(), task("t-1").open());
        assertFalse(records.ask("t-1", "two", Map.of("s", "\"e\""), NOW, NOW), "it is not theirs");
    }

    @Test
    @Covers("TK-25")
    void ofAHundredWhoWantToEndATaskOneDoes() throws Exception {
        begin("t-1", "alice", 9, 9);
        try (var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Callable<Optional<Ending>>>();
            for (var i = 0; i < 100; i++) {
                var at = i % 2 == 0 ? records : others;
                var ending = i % 3 == 0 ? CANCELLED : DONE;
                runs.add(() -> at.end("t-1", ending == DONE ? "one" : "", ending, NOW, NOW)
                        ? Optional.of(ending) : Optional.empty());
            }
            var winners = new ArrayList<Ending>();
            for (var run : racers.invokeAll(runs)) {
                run.get().ifPresent(winners::add);
            }
            assertEquals(1, winners.size());
            assertEquals(winners.getFirst().status(), task("t-1").status());
            assertEquals(winners.getFirst().outcome(), task("t-1").outcome());
        }
    }

    @Test
    @Covers("TK-32")
    void ofAHundredAnswersOneIsTaken() throws Exception {
        begin("t-1", "alice", 9, 9);
        records.ask("t-1", "one", Map.of("q", "\"a\""), NOW, NOW);
        try (var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Callable<Optional<String>>>();
            for (var i = 0; i < 100; i++) {
                var at = i % 2 == 0 ? records : others;
                var answer = String.valueOf(i);
                runs.add(() -> at.answer("t-1", "q", answer, NOW) ? Optional.of(answer) : Optional.empty());
            }
            var taken = new ArrayList<String>();
            for (var run : racers.invokeAll(runs)) {
                run.get().ifPresent(taken::add);
            }
            assertEquals(List.of(records.answers("t-1").get("q")), taken);
        }
    }

    @Test
    void aTaskIsTakenFromTheDeadByOne_AndNeverFromTheLiving() throws Exception {
        begin("t-1", "alice", 9, 9);
        assertFalse(others.take("t-1", "two", NOW.plusSeconds(60), NOW.plusSeconds(29), NOW));
        assertEquals(List.of("t-1"), records.hold("one", NOW.plusSeconds(40)));
        var later = NOW.plusSeconds(40);
        assertTrue(records.find("t-1", later).orElseThrow().isOrphan(later));
        try (var racers = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Callable<Boolean>>();
            for (var i = 0; i < 100; i++) {
                var at = i % 2 == 0 ? records : others;
                var holder = "h" + i;
                runs.add(() -> at.take("t-1", holder, later.plusSeconds(30), later, later));
            }
            var winners = 0;
            for (var run : racers.invokeAll(runs)) {
                winners += run.get() ? 1 : 0;
            }
            assertEquals(1, winners);
        }
        assertEquals(List.of(), records.hold("one", later.plusSeconds(30)));
        assertFalse(records.end("t-1", "one", DONE, later, later), "it is somebody else's");
        assertFalse(records.say("t-1", "one", "still here", later));
    }

    @Test
    void whatIsLetGoCanBeTakenAtOnce_WhatCannotRunAgainIsLost() {
        begin("t-1", "alice", 9, 9);
        records.begin(new Begun("t-2", "alice", "/mcp", "tool", Optional.empty(), NOW, NOW.plus(KEPT), "one",
                NOW.plusSeconds(30)), 9, 9);
        assertEquals(List.of(), others.lost(NOW));
        records.release("one", NOW);
        assertEquals(List.of("t-2"), others.lost(NOW).stream().map(TaskRecord::id).toList());
        assertTrue(others.take("t-1", "two", NOW.plusSeconds(30), NOW, NOW));
    }

    @Test
    void whatOthersChangedIsFound() {
        begin("t-1", "alice", 9, 9);
        assertEquals(List.of(), records.changedByOthers("one", NOW, NOW));
        assertEquals(1, others.changedByOthers("two", NOW, NOW).size());
        assertEquals(0, others.changedByOthers("two", NOW.plusMillis(1), NOW).size());
    }

    @Test
    @Covers("TK-25")
    void whateverHappensInWhateverOrder_WhatHasEndedStaysAsItEnded() {
        for (var seed = 0; seed < 60; seed++) {
            var chance = new Random(seed);
            var id = "t-" + seed;
            begin(id, "alice", 1_000, 1_000);
            TaskRecord ended = null;
            for (var step = 0; step < 25; step++) {
                var now = NOW.plusSeconds(step);
                var at = chance.nextBoolean() ? records : others;
                var key = "q" + chance.nextInt(3);
                List<BooleanSupplier> moves = List.of(
                        () -> at.ask(id, "one", Map.of(key, "\"a\""), now, now.plus(KEPT)),
                        () -> at.answer(id, key, "1", now),
                        () -> at.say(id, "one", "step", now),
                        () -> at.take(id, "two", now.plusSeconds(30), now, now),
                        () -> at.end(id, "", CANCELLED, now, now),
                        () -> at.end(id, "one", DONE, now, now));
                var changed = moves.get(chance.nextInt(moves.size())).getAsBoolean();
                var after = at.find(id, now).orElseThrow();
                if (ended != null) {
                    assertFalse(changed, "seed " + seed + ", step " + step);
                    assertEquals(ended, after, "seed " + seed + ", step " + step);
                } else if (after.status() != Status.WORKING) {
                    ended = after;
                }
            }
        }
    }
}
