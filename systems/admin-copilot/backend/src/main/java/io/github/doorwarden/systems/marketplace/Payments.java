package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// Payments and what was paid back of them; how something is paid back: [Refunds].
final class Payments {

    static final List<String> PARAMS = List.of("status", "student", "booking", "from", "until", "limit", "cursor");
    private static final List<String> STATUSES = List.of("paid", "partly_refunded", "refunded");

    record Item(String id, String booking, Bookings.Person student, Money amount, Money refunded, String status,
            String method, Instant paidAt) {

        static Item of(ResultSet row) throws SQLException {
            var amount = row.getLong("amount_cents");
            var refunded = row.getLong("refunded");
            return new Item(Ids.PAYMENT.of(row.getLong("id")), Ids.BOOKING.of(row.getLong("booking")),
                    new Bookings.Person(row.getString("student"), row.getString("student_name")), Money.usd(amount),
                    Money.usd(refunded), row.getString("status"), row.getString("method"),
                    Database.time(row, "paid_at"));
        }
    }

    record Page(int total, Money sum, Money refundedSum, List<Item> items, String nextCursor) {}

    record Refund(String id, Money amount, String reason, Instant at, String by) {}

    record Detail(Item payment, Money refundable, List<Refund> refunds, String bookingStatus, Instant lessonAt) {}

    /// Every payment with what was paid back of it.
    private static final String ALL = "(SELECT p.*, s.name AS student_name, r.refunded, CASE WHEN r.refunded = 0 THEN "
            + "'paid' WHEN r.refunded < p.amount_cents THEN 'partly_refunded' ELSE 'refunded' END AS status FROM "
            + "payment p JOIN student s ON s.id = p.student JOIN (SELECT q.id, coalesce(sum(f.amount_cents), 0) AS "
            + "refunded FROM payment q LEFT JOIN refund f ON f.payment = q.id GROUP BY q.id) r ON r.id = p.id) ";

    private final Database database;

    Payments(Database database) {
        this.database = database;
    }

    /// What was paid back of this payment, in cents.
    static long refunded(Database.Session db, long payment) throws SQLException {
        return db.number("SELECT coalesce(sum(amount_cents), 0) FROM refund WHERE payment = ?", payment);
    }

    static Item one(Database.Session db, String id) throws SQLException {
        return db.first("SELECT * FROM " + ALL + "WHERE id = ?", Item::of, Ids.PAYMENT.number(id)).orElseThrow(() ->
                Problem.notFound("no_such_payment", "There is no payment " + id + ". List payments to find the right "
                + "id, or look at the booking, which names its payment."));
    }

    /// The latest first.
    Page list(Params params) {
        var status = params.oneOf("status", STATUSES).orElse(null);
        var student = params.text("student").orElse(null);
        var booking = params.text("booking").map(Ids.BOOKING::number).orElse(null);
        var from = params.date("from").map(day -> day.atStartOfDay(ZoneOffset.UTC).toEpochSecond()).orElse(0L);
        var until = params.date("until").map(day -> day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                .orElse(Long.MAX_VALUE);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        Object[] filters = {"payments", status, student, booking, from, until};
        var place = Place.of(params, filters);
        var where = "WHERE (? IS NULL OR status = ?) AND (? IS NULL OR student = ?) AND (? IS NULL OR booking = ?) AND "
                + "paid_at >= ? AND paid_at < ? ";
        return database.read(db -> {
            var sums = db.first("SELECT count(*), coalesce(sum(amount_cents), 0), coalesce(sum(refunded), 0) FROM "
                    + ALL + where, row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)}, status, status,
                    student, student, booking, booking, from, until).orElseThrow();
            var items = db.query("SELECT * FROM " + ALL + where + "AND (paid_at, id) < (?, ?) ORDER BY paid_at DESC, "
                    + "id DESC LIMIT ?", Item::of, status, status, student, student, booking, booking, from, until,
                    place.time(), place.id(), limit + 1);
            var more = items.size() > limit;
            var page = more ? items.subList(0, limit) : items;
            return new Page((int) sums[0], Money.usd(sums[1]), Money.usd(sums[2]), page, more ? new Place(
                    page.getLast().paidAt.getEpochSecond(), Ids.PAYMENT.number(page.getLast().id)).cursor(filters)
                    : null);
        });
    }

    Detail detail(String id) {
        return database.read(db -> {
            var payment = one(db, id);
            var refunds = db.query("SELECT * FROM refund WHERE payment = ? ORDER BY id", row -> new Refund(
                    Ids.REFUND.of(row.getLong("id")), Money.usd(row.getLong("amount_cents")),
                    row.getString("reason"), Database.time(row, "refunded_at"), row.getString("refunded_by")),
                    Ids.PAYMENT.number(id));
            return db.first("SELECT status, lesson_at FROM booking WHERE id = ?", row -> new Detail(payment,
                    Money.usd(payment.amount.cents() - payment.refunded.cents()), refunds, row.getString("status"),
                    Database.time(row, "lesson_at")), Ids.BOOKING.number(payment.booking)).orElseThrow();
        });
    }
}
