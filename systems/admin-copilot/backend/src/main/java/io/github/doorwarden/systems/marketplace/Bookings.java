package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Bookings as admins see them, and their one change: an upcoming lesson is cancelled, once, with a reason.
final class Bookings {

    static final List<String> PARAMS = List.of("status", "instructor", "student", "from", "until", "limit", "cursor");
    private static final List<String> STATUSES = List.of("upcoming", "completed", "cancelled");

    record Person(String id, String name) {}

    record Cancelled(Instant at, String by, String reason) {}

    record Item(String id, String status, Person instructor, Person student, Instant bookedAt, Instant lessonAt,
            Money price, Money fee, String payment, Cancelled cancelled) {

        static Item of(ResultSet row) throws SQLException {
            var at = Database.time(row, "cancelled_at");
            return new Item(Ids.BOOKING.of(row.getLong("id")), row.getString("status"),
                    new Person(row.getString("instructor"), row.getString("instructor_name")),
                    new Person(row.getString("student"), row.getString("student_name")),
                    Database.time(row, "booked_at"), Database.time(row, "lesson_at"),
                    Money.usd(row.getLong("price_cents")), Money.usd(row.getLong("fee_cents")),
                    Ids.PAYMENT.of(row.getLong("payment")), at == null ? null : new Cancelled(at,
                            row.getString("cancelled_by"), row.getString("reason")));
        }
    }

    record Page(int total, List<Item> items, String nextCursor) {}

    record Detail(Item booking, String studentEmail, String instructorEmail, String foundBy, Money refunded,
            Money refundable, List<String> openTickets) {}

    record Done(Item booking, Money refundable, String nextStep) {}

    private static final String FROM =
            "FROM booking b JOIN instructor i ON i.id = b.instructor JOIN student s ON s.id = "
            + "b.student JOIN payment p ON p.booking = b.id LEFT JOIN cancellation c ON c.booking = b.id ";
    private static final String COLUMNS = "SELECT b.*, i.name AS instructor_name, i.email AS instructor_email, s.name "
            + "AS student_name, s.email AS student_email, p.id AS payment, c.cancelled_at, c.cancelled_by, c.reason ";

    private final Database database;
    private final InstantSource clock;

    Bookings(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// By the time of the lesson, the latest first.
    Page list(Params params) {
        var status = params.oneOf("status", STATUSES).orElse(null);
        var instructor = params.text("instructor").orElse(null);
        var student = params.text("student").orElse(null);
        var from = params.date("from").map(day -> day.atStartOfDay(ZoneOffset.UTC).toEpochSecond()).orElse(0L);
        var until = params.date("until").map(day -> day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                .orElse(Long.MAX_VALUE);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        Object[] filters = {"bookings", status, instructor, student, from, until};
        var place = Place.of(params, filters);
        var where = "WHERE (? IS NULL OR b.status = ?) AND (? IS NULL OR b.instructor = ?) AND (? IS NULL OR b.student "
                + "= ?) AND b.lesson_at >= ? AND b.lesson_at < ? ";
        return database.read(db -> {
            var total = db.number("SELECT count(*) " + FROM + where, status, status, instructor, instructor, student,
                    student, from, until);
            var items = db.query(COLUMNS + FROM + where + "AND (b.lesson_at, b.id) < (?, ?) ORDER BY b.lesson_at DESC, "
                    + "b.id DESC LIMIT ?", Item::of, status, status, instructor, instructor, student, student, from,
                    until, place.time(), place.id(), limit + 1);
            var more = items.size() > limit;
            var page = more ? items.subList(0, limit) : items;
            return new Page((int) total, page, more ? new Place(page.getLast().lessonAt.getEpochSecond(),
                    Ids.BOOKING.number(page.getLast().id)).cursor(filters) : null);
        });
    }

    Detail detail(String id) {
        var number = Ids.BOOKING.number(id);
        return database.read(db -> {
            var booking = one(db, number, id);
            var emails = db.first(COLUMNS + FROM + "WHERE b.id = ?", row -> new String[] {
                row.getString("student_email"), row.getString("instructor_email")}, number).orElseThrow();
            var search = db.first("SELECT query FROM search s JOIN booking b ON b.search = s.id WHERE b.id = ?",
                    row -> row.getString(1), number).orElse(null);
            var refunded = Payments.refunded(db, Ids.PAYMENT.number(booking.payment));
            var tickets = db.query("SELECT id FROM ticket WHERE booking = ? AND status <> 'solved' ORDER BY id",
                    row -> Ids.TICKET.of(row.getLong(1)), number);
            return new Detail(booking, emails[0], emails[1], search, Money.usd(refunded),
                    Money.usd(booking.price.cents() - refunded), tickets);
        });
    }

    private static Item one(Database.Session db, long number, String id) throws SQLException {
        return db.first(COLUMNS + FROM + "WHERE b.id = ?", Item::of, number).orElseThrow(() -> Problem.notFound(
                "no_such_booking", "There is no booking " + id + ". List bookings to find the right id."));
    }

    /// The money is another matter: whoever cancels says by a refund what is paid back.
    Done cancel(String id, JsonNode body, Principal.Proven caller) {
        var reason = Fields.of(body, "reason").text("reason", Limits.REASON_CHARS);
        var number = Ids.BOOKING.number(id);
        var now = clock.instant();
        return database.write(db -> {
            var booking = one(db, number, id);
            if (booking.cancelled != null) {
                throw Problem.conflict("booking_cancelled", "The booking " + id + " was cancelled already, at "
                        + booking.cancelled.at + " by " + booking.cancelled.by + ". Nothing was changed.");
            }
            if (!booking.status.equals("upcoming") || !booking.lessonAt.isAfter(now)) {
                throw Problem.conflict("booking_over", "The lesson of " + id + " began at " + booking.lessonAt
                        + ", so it cannot be cancelled any more. If it went wrong, refund its payment "
                        + booking.payment + ". Nothing was changed.");
            }
            db.update("UPDATE booking SET status = 'cancelled' WHERE id = ?", number);
            db.update("INSERT INTO cancellation VALUES (?, ?, ?, ?)", number, now, caller.by(), reason);
            var left = Money.usd(booking.price.cents() - Payments.refunded(db, Ids.PAYMENT.number(booking.payment)));
            return new Done(one(db, number, id), left, left.cents() == 0 ? "Nothing is left to be paid back."
                    : "Nothing was paid back by this. To pay back up to " + left.text() + ", preview a refund of "
                    + booking.payment + ".");
        });
    }
}
