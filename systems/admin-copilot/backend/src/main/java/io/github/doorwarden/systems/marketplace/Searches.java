package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// What students looked for: the most frequent searches, and those that found nothing.
final class Searches {

    /// Whole days in UTC, both included.
    record Window(LocalDate startDate, LocalDate endDate) {

        static Window of(Params params, InstantSource clock) {
            var today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
            var end = params.date("end_date").orElse(today);
            var start = params.date("start_date").orElse(end.minusDays(Limits.WINDOW_DAYS_DEFAULT - 1));
            if (start.isAfter(end)) {
                throw Problem.invalid("start_date (" + start + ") is after end_date (" + end + "). Swap them.");
            }
            if (ChronoUnit.DAYS.between(start, end) >= Limits.WINDOW_DAYS) {
                throw Problem.invalid("The window may span " + Limits.WINDOW_DAYS
                        + " days at most. Move one of the dates.");
            }
            return new Window(start, end);
        }

        Instant from() {
            return startDate.atStartOfDay().toInstant(ZoneOffset.UTC);
        }

        Instant until() {
            return endDate.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
    }

    record TopQuery(String query, int searches, int students, int bookings, Double conversionRate,
            double averageResults) {}

    record TopQueries(Window window, int totalSearches, int totalBookings, Double conversionRate,
            List<TopQuery> items) {}

    record ZeroResult(String query, int searches, int students, Instant lastSearchedAt, String nearestCategory) {}

    record ZeroResults(Window window, int totalSearches, int zeroResultSearches, Double zeroResultRate,
            List<ZeroResult> items) {}

    static final List<String> PARAMS = List.of("start_date", "end_date", "limit");

    private final Database database;
    private final InstantSource clock;

    Searches(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    TopQueries top(Params params) {
        var window = Window.of(params, clock);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.TOP_QUERIES_DEFAULT);
        return database.read(db -> {
            var items = db.query("""
                    SELECT s.query, count(*) AS searches, count(DISTINCT s.student) AS students, count(b.id) AS
                      bookings, avg(s.results) AS results
                    FROM search s LEFT JOIN booking b ON b.search = s.id
                    WHERE s.at >= ? AND s.at < ? GROUP BY s.query ORDER BY searches DESC, s.query LIMIT ?""",
                    row -> new TopQuery(row.getString("query"), row.getInt("searches"), row.getInt("students"),
                    row.getInt("bookings"),
                            Rates.of(row.getInt("bookings"), row.getInt("searches")),
                            Math.round(row.getDouble("results") * 10) / 10.0),
                    window.from(), window.until(), limit);
            var searches = db.number("SELECT count(*) FROM search WHERE at >= ? AND at < ?", window.from(),
                    window.until());
            var bookings =
                    db.number("SELECT count(*) FROM search s JOIN booking b ON b.search = s.id WHERE s.at >= ? AND "
                            + "s.at < ?",
                    window.from(), window.until());
            return new TopQueries(window, (int) searches, (int) bookings, Rates.of(bookings, searches), items);
        });
    }

    ZeroResults zeroResults(Params params) {
        var window = Window.of(params, clock);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.TOP_QUERIES_DEFAULT);
        return database.read(db -> {
            var items = db.query("""
                    SELECT s.query, count(*) AS searches, count(DISTINCT s.student) AS students, max(s.at) AS last,
                      c.name AS category
                    FROM search s LEFT JOIN category c ON c.slug = s.nearest_category
                    WHERE s.results = 0 AND s.at >= ? AND s.at < ? GROUP BY s.query ORDER BY searches DESC, s.query
                      LIMIT ?""",
                    row -> new ZeroResult(row.getString("query"), row.getInt("searches"), row.getInt("students"),
                    Database.time(row, "last"),
                            row.getString("category")), window.from(), window.until(), limit);
            var searches = db.number("SELECT count(*) FROM search WHERE at >= ? AND at < ?", window.from(),
                    window.until());
            var nothing = db.number("SELECT count(*) FROM search WHERE at >= ? AND at < ? AND results = 0",
                    window.from(), window.until());
            return new ZeroResults(window, (int) searches, (int) nothing, Rates.of(nothing, searches), items);
        });
    }
}
