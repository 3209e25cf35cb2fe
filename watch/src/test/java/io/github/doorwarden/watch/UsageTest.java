package io.github.doorwarden.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.store.AuditLog;
import io.github.doorwarden.store.Cause;
import io.github.doorwarden.store.Database;
import io.github.doorwarden.watch.Usage.By;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageTest {

    @TempDir
    private Path folder;
    private Database database;
    private AuditLog audit;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("test.db"));
        audit = new AuditLog(database);
    }

    @AfterEach
    void close() {
        audit.close();
        database.close();
    }

    private Usage usage(Duration last, Optional<String> tenant) {
        return Usage.of(audit, new Usage.Query(Record.NOON.minus(last), Record.NOON, tenant), EnumSet.allOf(By.class));
    }

    @Test
    void callsAreCountedByWhatTheyAreGroupedBy_AndWhatIsOlderIsLeftOut() {
        audit.write(Record.call(Record.NOON.minus(Duration.ofDays(9)), "old", "allowed", 1, "ada", "acme", Cause.NONE));
        for (var day = 3; day >= 0; day--) {
            var at = Record.NOON.minus(Duration.ofDays(day));
            audit.write(Record.call(at, "search", "allowed", 10, "ada", "acme", Cause.NONE));
            audit.write(Record.call(at, "search", "failed", 20, "bob", "acme", Cause.TOO_SLOW));
            audit.write(Record.call(at, "edit", "refused", 0, "eve", "beta", Cause.INSUFFICIENT_SCOPE));
            audit.write(Record.call(at, "invented" + day, "refused", 0, "eve", "beta", Cause.UNKNOWN_THING));
            audit.write(Record.refused(at, "login", "", Cause.WRONG_CREDENTIALS));
            audit.write(Record.refused(at, "authenticate", "it expired. Refused since the last line: 41",
                    Cause.EXPIRED_TOKEN));
        }
        audit.close();

        var all = usage(Duration.ofDays(7), Optional.empty());
        assertEquals(16, all.total().calls());
        assertEquals(4, all.total().failed());
        assertEquals(8, all.total().refused());
        assertEquals(3, all.total().people());
        assertEquals(List.of("search 8 4 0 2", "(unknown) 4 0 4 1", "edit 4 0 4 1"), rows(all, By.TOOL));
        assertEquals(List.of("acme 8 4 0 2", "beta 8 0 8 1"), rows(all, By.TENANT));
        assertEquals(List.of("2026-11-24 4 1 2 3", "2026-11-25 4 1 2 3", "2026-11-26 4 1 2 3", "2026-11-27 4 1 2 3"),
                rows(all, By.DAY));
        assertEquals(List.of("eve", "ada", "bob"), all.rows(By.CALLER).stream().map(Usage.Row::key).toList());
        assertEquals(Map.of("insufficient_scope", 4L, "unknown_thing", 4L), all.refusals());
        assertEquals(Map.of("wrong_credentials", 1L, "expired_token", 42L), all.authFailures().get("2026-11-26"));
        assertFalse(all.isCut());
        assertEquals(10, all.total().p50(), 0.3);
        assertEquals(20, all.total().p99(), 0.6);

        var acme = usage(Duration.ofDays(7), Optional.of("acme"));
        assertEquals(8, acme.total().calls());
        assertEquals(Map.of(), acme.authFailures(), "who is not let in belongs to no organisation");
        assertEquals(4, usage(Duration.ofHours(1), Optional.empty()).total().calls());
        assertEquals(0, usage(Duration.ZERO, Optional.of("nobody")).total().calls());
    }

    private static List<String> rows(Usage usage, By by) {
        return usage.rows(by).stream().map(row -> row.key() + " " + row.calls() + " " + row.failed() + " "
                + row.refused() + " " + row.people()).toList();
    }

    @Test
    void theFirstLineOfAPeriodIsFoundWithoutReadingThoseBefore() {
        for (var i = 0; i < 300; i++) {
            audit.write(Record.call(Instant.ofEpochSecond(1_000 + i / 3), "t", "allowed", 1, "a", "", Cause.NONE));
        }
        audit.close();
        for (var second = 998; second < 1_103; second++) {
            var expected = Math.clamp((second - 1_000) * 3L, 0, 300);
            assertEquals(expected, audit.lastBefore(Instant.ofEpochSecond(second)), "before " + second);
        }
        assertEquals(300, audit.samples(0, 1_000).size());
    }

    @Test
    void groupsBeyondTheBoundAreOneTogether() {
        for (var i = 0; i < Limits.REPORT_GROUPS + 20; i++) {
            audit.write(Record.call(Record.NOON, "t", "allowed", 1, "person-" + i, "", Cause.NONE));
        }
        audit.close();
        var rows = usage(Duration.ofDays(1), Optional.empty()).rows(By.CALLER);
        assertEquals(Limits.REPORT_GROUPS + 1, rows.size());
        assertEquals(20, rows.stream().filter(row -> row.key().equals(Names.OTHER)).findFirst().orElseThrow().calls());
    }

    @Test
    void aPercentileIsAtMostThreePercentBesideTheTrueOne() {
        var chance = new Random(4711);
        for (var round = 0; round < 20; round++) {
            var spread = new Spread();
            var values = new ArrayList<Long>();
            for (var i = 0; i < 2_000; i++) {
                var value = (long) Math.exp(chance.nextDouble() * 20);
                values.add(value);
                spread.add(value);
            }
            Collections.sort(values);
            for (var share : List.of(0.01, 0.5, 0.95, 0.99, 1.0)) {
                var exact = values.get((int) Math.ceil(values.size() * share) - 1) / 1e3;
                assertEquals(exact, spread.percentile(share), Math.max(exact * 0.032, 0.001), "of " + share);
            }
        }
        assertEquals(0, new Spread().percentile(0.5));
        var long_ = new Spread();
        long_.add(Long.MAX_VALUE);
        assertTrue(long_.percentile(0.5) > 1e7);
    }
}
