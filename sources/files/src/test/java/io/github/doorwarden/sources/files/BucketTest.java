package io.github.doorwarden.sources.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The calendar in Java and in SQL is one.
final class BucketTest {

    @Test
    void sqlAndJavaCutEveryDayAlike() throws SQLException {
        try (var database = DriverManager.getConnection("jdbc:duckdb:"); var statement = database.createStatement()) {
            for (var bucket : Bucket.values()) {
                try (var rows = statement.executeQuery("SELECT CAST(d AS VARCHAR), " + bucket.sql("d") + ", "
                        + bucket.sql("t") + " FROM (SELECT CAST(range AS DATE) AS d, range + INTERVAL 86399 SECOND AS "
                        + "t "
                        + "FROM range(TIMESTAMP '1899-12-20', TIMESTAMP '2032-02-01', INTERVAL 3 DAY)) ORDER BY d")) {
                    var days = 0;
                    while (rows.next()) {
                        var day = LocalDate.parse(rows.getString(1));
                        assertEquals(bucket.start(day), bucket.start(rows.getLong(2)), bucket + " " + day);
                        assertEquals(rows.getLong(2), rows.getLong(3));
                        days++;
                    }
                    assertEquals(16_083, days, 100);
                }
            }
        }
    }

    @Test
    void labelsAreReadAsThePeriodsThatTheyName() {
        for (var day = LocalDate.of(2023, 12, 20); day.isBefore(LocalDate.of(2027, 2, 1)); day = day.plusDays(1)) {
            for (var bucket : Bucket.values()) {
                var start = bucket.start(day);
                assertEquals(new Period(start, bucket.next(start)), Period.parse(bucket.label(start)).orElseThrow());
            }
        }
        for (var none : new String[] {"2026-02-29", "2026-13", "2026-Q5", "2026-W54", "2025-W53", "26", "2026-1-1",
                ""}) {
            assertEquals(Optional.empty(), Period.parse(none), none);
        }
    }

    @Test
    void aLeapDayAndAWeek53HaveNoYearBefore() {
        assertEquals(Optional.empty(), Bucket.DAY.yearBefore(LocalDate.of(2024, 2, 29)));
        assertEquals(Optional.of(LocalDate.of(2023, 2, 28)), Bucket.DAY.yearBefore(LocalDate.of(2024, 2, 28)));
        assertEquals(Optional.empty(), Bucket.WEEK.yearBefore(LocalDate.of(2026, 12, 28)), "2026-W53");
        assertEquals("2025-W13", Bucket.WEEK.label(Bucket.WEEK.yearBefore(LocalDate.of(2026, 3, 23)).orElseThrow()));
    }
}
