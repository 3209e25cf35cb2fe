package io.github.doorwarden.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.tidy.Polling;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AuditLogTest {

    @TempDir
    private Path folder;
    private Database database;
    private AuditLog log;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("store.db"));
        log = new AuditLog(database);
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    static AuditEvent event(String thing) {
        return new AuditEvent(Instant.ofEpochMilli(1_790_000_000_123L), "r-1", "tools/call", "allowed", "user", "u-1",
                "c-1", "t-1",
                "/mcp", thing, "", "{\"a\":1}", Duration.ofNanos(1_234_567), "127.0.0.1");
    }

    @Test
    void aDurableLineCanBeReadByAnyOneWhenTheCallReturns() {
        log.writeDurably(event("first"));
        log.writeDurably(event("second"));

        var newest = log.newest(10);
        assertEquals(List.of("second", "first"), newest.stream().map(line -> line.event().thing()).toList());
        assertEquals(new AuditEvent(event("").at(), "r-1", "tools/call", "allowed", "user", "u-1", "c-1", "t-1",
                "/mcp", "second", "",
                "{\"a\":1}", Duration.ofNanos(1_234_000), "127.0.0.1"), newest.getFirst().event());
        assertEquals(List.of("second"), log.newest(1).stream().map(line -> line.event().thing()).toList());
    }

    @Test
    void aLineThatNobodyWaitsForIsOnDiskWithinATenthOfASecond_WithoutAnotherToPushIt() {
        for (var i = 1; i <= 3; i++) {
            log.write(event("line " + i));
            // the promise is 100 ms; a busy machine gets more
            var until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (log.newest(10).size() < i) {
                assertTrue(System.nanoTime() < until, "never written");
                Polling.pause();
            }
        }
    }

    @Test
    void theHashIsOverThePreviousHashAndTheCanonicalJson() throws Exception {
        log.writeDurably(event("a \"quoted\" \u0001 näme"));
        log.writeDurably(new AuditEvent(Instant.EPOCH, "", "login", "refused", "anonymous", "", "", "", "", "", "no",
                null,
                Duration.ofSeconds(-1), ""));

        var one = """
                {"arguments":"{\\"a\\":1}","at":1790000000123,"caller_kind":"user","client_id":"c-1","duration_us":1234,\
                "endpoint":"/mcp","event":"tools/call","outcome":"allowed","peer":"127.0.0.1","reason":"",\
                "request_id":"r-1","seq":1,"subject":"u-1","thing":"a \\"quoted\\" \\u0001 näme","token_id":"t-1"}""";
        var two = """
                {"arguments":null,"at":0,"caller_kind":"anonymous","client_id":"","duration_us":0,"endpoint":"",\
                "event":"login","outcome":"refused","peer":"","reason":"no","request_id":"","seq":2,"subject":"",\
                "thing":"","token_id":""}""";
        var first = MessageDigest.getInstance("SHA-256");
        first.update(new byte[32]);
        first.update(one.getBytes(StandardCharsets.UTF_8));
        var second = MessageDigest.getInstance("SHA-256");
        second.update(first.digest());
        second.update(two.getBytes(StandardCharsets.UTF_8));

        assertEquals(new AuditLog.Verification(2, HexFormat.of().formatHex(second.digest()), Optional.empty()),
                log.verify());
    }

    @Test
    void tenantTraceAndCauseAreInTheHashOfLinesThatHaveThem_AndLinesFromBeforeHoldAsTheyDid() {
        log.writeDurably(event("from before"));
        var before = event("one");
        log.writeDurably(new AuditEvent(before.at(), "r", "tools/call", "refused", "user", "u", "c", "t", "/mcp",
                "thing", "why", null, Duration.ZERO, "", "acme", "0af7651916cd43dd8448eb211c80319c", "too_many"));

        assertEquals(new AuditLog.Verification(2, log.verify().head(), Optional.empty()), log.verify());
        assertEquals(List.of("thing"), log.find(AuditLog.By.TRACE, "0af7651916cd43dd8448eb211c80319c", 9).stream()
                .map(line -> line.event().thing()).toList());
        for (var column : List.of("tenant", "trace_id", "cause")) {
            for (var seq : List.of(1, 2)) {
                var was = database.first("SELECT COALESCE(" + column + ", '') FROM audit WHERE seq = ?",
                        row -> row.getString(1), seq).orElseThrow();
                database.update("UPDATE audit SET " + column + " = 'other' WHERE seq = ?", seq);
                assertTrue(log.verify().broken().orElseThrow().contains("Line " + seq + " "), column);
                database.update("UPDATE audit SET " + column + " = NULLIF(?, '') WHERE seq = ?", was, seq);
            }
            database.update("UPDATE audit SET " + column + " = NULL WHERE seq = 2");
            assertTrue(log.verify().broken().isPresent(), column + " cut out");
            database.update("UPDATE audit SET " + column + " = ? WHERE seq = 2",
                    column.equals("tenant") ? "acme" : column.equals("cause") ? "too_many"
                            : "0af7651916cd43dd8448eb211c80319c");
        }
        assertEquals(2, log.verify().lines());
    }

    @Test
    void whoWatchesHearsOfEveryEvent_AlsoOfThoseThatAreNotWritten_AndFailsNobody() {
        var heard = new ArrayList<String>();
        log.watch(event -> heard.add(event.thing()));
        log.watch(event -> {
            throw new IllegalStateException("a watcher's fault");
        });
        log.writeDurably(event("durable"));
        log.write(event("quick"));
        log.tell(event("told"));
        log.close();
        assertEquals(List.of("durable", "quick", "told"), heard);
        assertEquals(2, log.newest(9).size());
    }

    @Test
    void textOfAnyKindSurvivesTheTable() {
        for (var text : new String[] {"\u0000 zero", "line\nbreak\ttab", "\uD83D\uDEAA door", "\uD83D "
                + "alone", "x".repeat(100_000)}) {
            log.writeDurably(event(text));
        }
        assertEquals(Optional.empty(), log.verify().broken());
        assertEquals("\uD83D\uDEAA door", log.newest(3).getLast().event().thing());
    }

    @Test
    void whateverIsChangedIsFound_AndNamed() {
        for (var i = 1; i <= 5; i++) {
            log.writeDurably(event("line " + i));
        }
        var whole = log.verify();
        assertEquals(5, whole.lines());
        for (var column : List.of("at", "request_id", "event", "outcome", "caller_kind", "subject", "client_id",
                "token_id", "endpoint",
                "thing", "reason", "arguments", "duration_us", "peer")) {
            var before = database.first("SELECT " + column + " FROM audit WHERE seq = 3", row -> row.getString(1))
                    .orElseThrow();
            database.update("UPDATE audit SET " + column + " = '77' WHERE seq = 3");
            var found = log.verify();
            assertEquals(2, found.lines(), column);
            assertTrue(found.broken().orElseThrow().contains("Line 3 "), column);
            database.update("UPDATE audit SET " + column + " = ? WHERE seq = 3", before);
        }
        assertEquals(whole, log.verify());
    }

    @Test
    void aMissingLineIsFound_AtTheStartAndInTheMiddle_AndACutEndShowsInTheHead() {
        for (var i = 1; i <= 4; i++) {
            log.writeDurably(event("line " + i));
        }
        var whole = log.verify();
        database.update("DELETE FROM audit WHERE seq = 4");
        assertEquals(3, log.verify().lines());
        assertNotEquals(whole.head(), log.verify().head());
        database.update("DELETE FROM audit WHERE seq = 2");
        assertTrue(log.verify().broken().orElseThrow().contains("Line 2 is missing"));
        database.update("DELETE FROM audit WHERE seq = 1");
        assertTrue(log.verify().broken().orElseThrow().contains("Line 1 is missing"));
    }

    @Test
    void aLineThatWasMovedIsFound() {
        for (var i = 1; i <= 3; i++) {
            log.writeDurably(event("line " + i));
        }
        database.update("UPDATE audit SET seq = 99 WHERE seq = 2");
        database.update("UPDATE audit SET seq = 2 WHERE seq = 3");
        database.update("UPDATE audit SET seq = 3 WHERE seq = 99");
        assertTrue(log.verify().broken().orElseThrow().contains("Line 2 "));
    }

    @Test
    void theChainGoesOnAfterARestart_AndAcrossTwoWriters() {
        log.writeDurably(event("before"));
        log.write(event("not waited for"));
        log.close();
        try (var again = new AuditLog(database); var beside = new AuditLog(database)) {
            again.writeDurably(event("after"));
            beside.writeDurably(event("by a command"));
            again.writeDurably(event("after that"));
            assertEquals(5, again.verify().lines());
            assertEquals(Optional.empty(), again.verify().broken());
        }
    }

    @Test
    void aClosedLogSaysSo() {
        log.close();
        assertThrows(StoreOutage.class, () -> log.write(event("late")));
        assertThrows(StoreOutage.class, () -> log.writeDurably(event("late")));
        assertEquals(List.of(), log.newest(1));
    }

    @Test
    void aHundredThreadsShareTheirWaysToTheDisk_AndEachOneKeepsItsOrder() throws Exception {
        var perThread = 20;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<Void>>();
            for (var t = 0; t < 100; t++) {
                var name = "thread " + t;
                work.add(() -> {
                    for (var i = 0; i < perThread; i++) {
                        if (i % 2 == 0) {
                            log.writeDurably(event(name + "/" + i));
                        } else {
                            log.write(event(name + "/" + i));
                        }
                    }
                    return null;
                });
            }
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        var commits = log.groupsWritten();
        log.writeDurably(event("last"));
        var lines = log.newest(10_000).reversed();
        assertEquals(100 * perThread + 1, lines.size());
        var next = new HashMap<String, Integer>();
        for (var line : lines.subList(0, lines.size() - 1)) {
            var thing = line.event().thing().split("/");
            assertEquals(next.merge(thing[0], 1, Integer::sum) - 1, Integer.parseInt(thing[1]), thing[0]);
        }
        assertEquals(Optional.empty(), log.verify().broken());
        assertTrue(commits < 100 * perThread / 4, commits + " commits for " + 100 * perThread / 2 + " durable lines");
    }

    @Test
    void whileTheDatabaseFailsNothingIsLost_AndWhoMustBeOnRecordIsToldSo() {
        database.update("ALTER TABLE audit RENAME TO elsewhere");
        log.write(event("kept 1"));
        assertThrows(StoreOutage.class, () -> log.writeDurably(event("kept 2")));
        log.write(event("kept 3"));
        assertThrows(StoreOutage.class, () -> {
            for (var i = 0; i < Limits.AUDIT_PENDING_EVENTS; i++) {
                log.write(event("more"));
            }
        }, "bounded, then it fails closed");
        database.update("ALTER TABLE elsewhere RENAME TO audit");

        log.close();
        var things = log.newest(100_000).reversed().stream().map(line -> line.event().thing()).toList();
        assertEquals(List.of("kept 1", "kept 2", "kept 3"), things.subList(0, 3));
        assertEquals(Limits.AUDIT_PENDING_EVENTS, things.size());
        assertEquals(Optional.empty(), log.verify().broken());
    }

    @Test
    void afterAKillEveryAcknowledgedLineIsThere_AndTheChainHolds() throws Exception {
        var file = folder.resolve("killed.db");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Writer.class.getName(),
                file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var acknowledged = new ArrayList<String>();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            while (acknowledged.size() < 200) {
                acknowledged.add(out.readLine());
            }
            // Process.destroyForcibly would close the stream
            process.toHandle().destroyForcibly();
            process.waitFor();
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                acknowledged.add(line);
            }
        }
        try (var survivor = Database.open(file); var audit = new AuditLog(survivor)) {
            audit.writeDurably(event("after"));
            var things = audit.newest(1_000_000).stream().map(line -> line.event().thing()).toList();
            assertTrue(things.containsAll(acknowledged), "lost: " + acknowledged.stream().filter(a ->
                    !things.contains(a)).toList());
            assertEquals(Optional.empty(), audit.verify().broken());
        }
    }

    /// The process that gets killed: prints the name of each line after it is on disk.
    static final class Writer {

        private Writer() {}

        public static void main(String[] args) {
            var out = System.out;
            System.setOut(System.err);                                       // where the log goes
            var log = new AuditLog(Database.open(Path.of(args[0])));
            for (var t = 0; t < 8; t++) {
                var name = "t" + t + "-";
                Thread.ofPlatform().start(() -> {
                    for (var i = 0; ; i++) {
                        log.writeDurably(event(name + i));
                        synchronized (Writer.class) {
                            out.println(name + i);
                            out.flush();
                        }
                    }
                });
            }
        }
    }
}
