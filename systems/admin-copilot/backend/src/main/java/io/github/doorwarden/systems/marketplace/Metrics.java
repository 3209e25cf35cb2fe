package io.github.doorwarden.systems.marketplace;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.doorwarden.systems.backend.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// What the marketplace's figures mean, so that two people who say "GMV" mean the same, with the value of the last 30
/// days beside it.
final class Metrics {

    private static final String BOOKED = " FROM booking WHERE booked_at > ?1";

    /// @param sql one number for the time after `?1`; null when there is nothing to measure
    private record Metric(String name, String title, String unit, String definition, String formula, String caveat,
            List<String> related,
            String sql) {}

    record Value(Double value, Instant from, Instant until) {}

    record Description(String name, String title, String unit, String definition, String formula, String caveat,
            List<String> related,
            @JsonProperty("last_30_days") Value lastMonth) {}

    private static final List<Metric> ALL = List.of(
            new Metric("gmv", "Gross merchandise value (GMV)", "US dollars",
                    "The full price of all lessons that students booked in the period, before our fee and before "
                    + "payouts.",
                    "sum of the price of bookings made in the period whose status is not cancelled",
                    "Counted on the day of booking, not of the lesson; a later cancellation lowers past figures.",
                    List.of("net_revenue", "take_rate", "average_booking_value"),
                    "SELECT sum(price_cents) / 100.0" + BOOKED + " AND status <> 'cancelled'"),
            new Metric("net_revenue", "Net revenue", "US dollars",
                    "Our fees on the lessons that students booked in the period.",
                    "sum of the fees of bookings made in the period whose status is not cancelled",
                    "Before refunds, card costs and taxes.",
                    List.of("gmv", "take_rate"), "SELECT sum(fee_cents) / 100.0" + BOOKED
                    + " AND status <> 'cancelled'"),
            new Metric("take_rate", "Take rate", "share", "The part of each dollar of GMV that stays with us.",
                    "net_revenue / gmv",
                    "A share, not a percentage: 0.15 means 15 %.", List.of("gmv", "net_revenue"),
                    "SELECT sum(fee_cents) * 1.0 / sum(price_cents)" + BOOKED + " AND status <> 'cancelled'"),
            new Metric("average_booking_value", "Average booking value", "US dollars",
                    "What one booking is worth on average.",
                    "gmv / number of bookings that are not cancelled", "Two-hour lessons count as one booking.",
                    List.of("gmv"),
                    "SELECT avg(price_cents) / 100.0" + BOOKED + " AND status <> 'cancelled'"),
            new Metric("search_conversion_rate", "Search conversion rate", "share",
                    "How many of the searches led to a booking.",
                    "searches with a booking / all searches of the period",
                    "Searches that found nothing count in the denominator.",
                    List.of("zero_result_rate"),
                    "SELECT count(b.id) * 1.0 / count(*) FROM search s LEFT JOIN booking b ON b.search = s.id WHERE "
                    + "s.at > ?1"),
            new Metric("zero_result_rate", "Zero-result rate", "share",
                    "How many of the searches found no instructor at all: demand without supply.",
                    "searches with 0 results / all searches of the period", "A misspelt search counts like any other.",
                    List.of("search_conversion_rate"), "SELECT avg(results = 0) FROM search WHERE at > ?1"),
            new Metric("cancellation_rate", "Cancellation rate", "share",
                    "How many of the bookings were cancelled, by either side.",
                    "cancelled bookings / all bookings made in the period", "Recent bookings may still be cancelled.",
                    List.of("gmv"),
                    "SELECT avg(status = 'cancelled')" + BOOKED),
            new Metric("repeat_booking_rate", "Repeat booking rate", "share",
                    "How many of the bookings came from students who had booked before.",
                    "bookings whose student has an earlier booking / all bookings of the period",
                    "Earlier means ever, not within the period.",
                    List.of("gmv"),
                    "SELECT avg(EXISTS (SELECT 1 FROM booking e WHERE e.student = b.student AND e.booked_at < "
                    + "b.booked_at)) "
                            + "FROM booking b WHERE b.booked_at > ?1"),
            new Metric("completed_lessons", "Completed lessons", "lessons", "Lessons that took place in the period.",
                    "bookings with status completed whose lesson lies in the period",
                    "Counted on the day of the lesson.", List.of("gmv"),
                    "SELECT count(*) FROM booking WHERE lesson_at > ?1 AND status = 'completed'"),
            new Metric("active_instructors", "Active instructors", "instructors",
                    "Instructors who were booked at least once in the period.",
                    "distinct instructors of bookings that are not cancelled",
                    "A live instructor without a booking is not active.",
                    List.of("completed_lessons"), "SELECT count(DISTINCT instructor)" + BOOKED
                    + " AND status <> 'cancelled'"),
            new Metric("founding_fill_rate", "Founding fill rate", "share",
                    "How many of the 100 founding slots are taken by instructors who are live.",
                    "live founding instructors / 100", "A state of today, not of a period.",
                    List.of("active_instructors"),
                    "SELECT count(*) / 100.0 FROM instructor WHERE is_founding = 1 AND stage = 'live' AND status <> "
                    + "'withdrawn' AND ?1 > 0"));

    private final Database database;
    private final InstantSource clock;

    Metrics(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    Description describe(String said) {
        var name = said.toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
        var metric = ALL.stream().filter(m -> m.name.equals(name)).findFirst()
                .orElseThrow(() -> Problem.notFound("no_such_metric",
                "There is no metric " + Problem.quote(said) + ". The metrics are " + String.join(", ", names()) + "."));
        var now = clock.instant();
        var from = now.minus(Duration.ofDays(30));
        var value = database.read(db -> db.query(metric.sql, row -> {
            var number = row.getDouble(1);
            return Collections.singletonList(row.wasNull() ? null : (Double) (Math.round(number * 1_000) / 1_000.0));
        }, from)).getFirst().getFirst();
        return new Description(metric.name, metric.title, metric.unit, metric.definition, metric.formula,
                metric.caveat, metric.related,
                new Value(value, from, now));
    }

    static List<String> names() {
        return ALL.stream().map(Metric::name).toList();
    }
}
