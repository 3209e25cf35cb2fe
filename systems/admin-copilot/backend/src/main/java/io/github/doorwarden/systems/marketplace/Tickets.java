package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What students ask support, and answers in two steps: a draft that nobody sees, then its one sending, by whoever
/// wrote it and while nothing new stands in the ticket. The letter goes through the job queue.
final class Tickets {

    static final List<String> PARAMS = List.of("status", "priority", "category", "student", "limit", "cursor");
    private static final List<String> STATUSES = List.of("open", "waiting", "solved");
    private static final List<String> PRIORITIES = List.of("low", "normal", "high");
    private static final List<String> CATEGORIES = List.of("booking", "payment", "account", "lesson");

    record Item(String id, String subject, String category, String priority, String status, Bookings.Person student,
            String booking, Instant openedAt, Instant updatedAt) {

        static Item of(ResultSet row) throws SQLException {
            var booking = row.getLong("booking");
            return new Item(Ids.TICKET.of(row.getLong("id")), row.getString("subject"), row.getString("category"),
                    row.getString("priority"), row.getString("status"), new Bookings.Person(row.getString("student"),
                    row.getString("student_name")), booking == 0 ? null : Ids.BOOKING.of(booking),
                    Database.time(row, "opened_at"), Database.time(row, "updated_at"));
        }
    }

    record Page(int total, List<Item> items, String nextCursor) {}

    /// @param letter how far the letter of an answer is: `queued`, `running`, `done`, `failed`; null for what a student
    ///               wrote, and for answers whose job is forgotten
    record Message(Instant at, String author, String writer, String text, String letter) {}

    record Detail(Item ticket, String studentEmail, List<Message> messages) {}

    record Draft(String draft, String ticket, String to, String subject, String text, boolean solved,
            Instant expiresAt, String nextStep) {}

    record Sent(String ticket, String status, String to, String letter, Instant sentAt, String nextStep) {}

    private record Held(long ticket, long last, String binding, String text, boolean solved, Instant expiresAt,
            long message) {}

    private static final String FROM = "FROM ticket t JOIN student s ON s.id = t.student ";

    private final Database database;
    private final Jobs jobs;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Tickets(Database database, Jobs jobs, InstantSource clock) {
        this.database = database;
        this.jobs = jobs;
        this.clock = clock;
    }

    /// Those with the latest change first.
    Page list(Params params) {
        var status = params.oneOf("status", STATUSES).orElse(null);
        var priority = params.oneOf("priority", PRIORITIES).orElse(null);
        var category = params.oneOf("category", CATEGORIES).orElse(null);
        var student = params.text("student").orElse(null);
        var limit = params.number("limit", 1, Limits.PAGE_ITEMS, Limits.PAGE_ITEMS_DEFAULT);
        Object[] filters = {"tickets", status, priority, category, student};
        var place = Place.of(params, filters);
        var where = "WHERE (? IS NULL OR t.status = ?) AND (? IS NULL OR t.priority = ?) AND (? IS NULL OR t.category "
                + "= "
                + "?) AND (? IS NULL OR t.student = ?) ";
        return database.read(db -> {
            var total = db.number("SELECT count(*) " + FROM + where, status, status, priority, priority, category,
                    category, student, student);
            var items = db.query("SELECT t.*, s.name AS student_name " + FROM + where + "AND (t.updated_at, t.id) < "
                    + "(?, ?) ORDER BY t.updated_at DESC, t.id DESC LIMIT ?", Item::of, status, status, priority,
                    priority, category, category, student, student, place.time(), place.id(), limit + 1);
            var more = items.size() > limit;
            var page = more ? items.subList(0, limit) : items;
            return new Page((int) total, page, more ? new Place(page.getLast().updatedAt.getEpochSecond(),
                    Ids.TICKET.number(page.getLast().id)).cursor(filters) : null);
        });
    }

    private static Item one(Database.Session db, String id) throws SQLException {
        return db.first("SELECT t.*, s.name AS student_name " + FROM + "WHERE t.id = ?", Item::of,
                Ids.TICKET.number(id)).orElseThrow(() -> Problem.notFound("no_such_ticket", "There is no ticket " + id
                + ". List tickets to find the right id."));
    }

    private static String email(Database.Session db, long ticket) throws SQLException {
        return db.first("SELECT s.email " + FROM + "WHERE t.id = ?", row -> row.getString(1), ticket).orElseThrow();
    }

    private static long lastMessage(Database.Session db, long ticket) throws SQLException {
        return db.number("SELECT max(id) FROM ticket_message WHERE ticket = ?", ticket);
    }

    Detail detail(String id) {
        return database.read(db -> new Detail(one(db, id), email(db, Ids.TICKET.number(id)), db.query(
                "SELECT m.*, j.state FROM ticket_message m LEFT JOIN job j ON j.kind = 'ticket_reply' AND j.subject = "
                + "CAST(m.id AS TEXT) WHERE m.ticket = ? ORDER BY m.id", row -> new Message(Database.time(row, "at"),
                row.getString("author"), row.getString("writer"), row.getString("text"), row.getString("state")),
                Ids.TICKET.number(id))));
    }

    /// @param body `text`, and `solved: true` when the ticket is done with it
    Draft draft(String id, JsonNode body, Principal.Proven caller) {
        var fields = Fields.of(body, "text", "solved");
        var text = fields.text("text", Limits.REPLY_CHARS);
        var solved = fields.flag("solved");
        var now = clock.instant();
        var expires = now.plus(Limits.DRAFT_LIFE);
        var secret = new byte[16];
        random.nextBytes(secret);
        var draft = "drf_" + HexFormat.of().formatHex(secret);
        return database.write(db -> {
            var ticket = one(db, id);
            var number = Ids.TICKET.number(id);
            db.update("DELETE FROM reply_draft WHERE message IS NULL AND expires_at < ?", now);
            if (db.number("SELECT count(*) FROM reply_draft WHERE binding = ? AND message IS NULL", caller.binding())
                    >= Limits.OPEN_PREVIEWS) {
                throw Problem.conflict("too_many_drafts", "There are " + Limits.OPEN_PREVIEWS
                        + " drafts waiting already. Send some, or wait until they expire.");
            }
            db.update("INSERT INTO reply_draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", draft, number,
                    lastMessage(db, number), caller.binding(), text, solved ? 1 : 0, now, expires);
            return new Draft(draft, id, email(db, number), "Re: " + ticket.subject + " [" + id + "]", text, solved,
                    expires, "Show this to the admin. If they agree, send this draft; until then nobody sees it.");
        });
    }

    Sent send(String draft, JsonNode body, Principal.Proven caller) {
        Fields.of(body);
        var now = clock.instant();
        var ticket = database.write(db -> {
            var held = held(db, draft, caller, now);
            db.update("INSERT INTO ticket_message (ticket, at, author, writer, text) VALUES (?, ?, 'support', ?, ?)",
                    held.ticket, now, caller.by(), held.text);
            var message = db.number("SELECT last_insert_rowid()");
            db.update("UPDATE reply_draft SET message = ? WHERE id = ?", message, draft);
            db.update("UPDATE ticket SET status = ?, updated_at = ? WHERE id = ?", held.solved ? "solved" : "waiting",
                    now, held.ticket);
            Jobs.add(db, "ticket_reply", Long.toString(message), draft, now);
            return held.ticket;
        });
        jobs.await(draft);
        return database.read(db -> {
            var state = db.first("SELECT state FROM job WHERE batch = ?", row -> row.getString(1), draft)
                    .orElse("done");
            return new Sent(Ids.TICKET.of(ticket), one(db, Ids.TICKET.of(ticket)).status, email(db, ticket), state, now,
                    switch (state) {
                        case "done" -> "The answer is out.";
                        case "failed" -> "The answer stands in the ticket, but its letter failed: see jobs/failed.";
                        default -> "The answer stands in the ticket; its letter goes out by itself. Do not send again.";
                    });
        });
    }

    private static Held held(Database.Session db, String draft, Principal.Proven caller, Instant now)
            throws SQLException {
        var held = db.first("SELECT * FROM reply_draft WHERE id = ?", row -> new Held(row.getLong("ticket"),
                row.getLong("last_message"), row.getString("binding"), row.getString("text"),
                row.getBoolean("solved"), Database.time(row, "expires_at"), row.getLong("message")), draft)
                .orElseThrow(() -> Problem.notFound("no_such_draft", "There is no such draft, or it has expired. "
                + "Nothing was sent. Write it again."));
        if (!held.binding.equals(caller.binding())) {
            throw Problem.forbidden("draft_foreign", "Somebody else wrote this draft. Whoever sends must have written "
                    + "it. Nothing was sent.");
        }
        if (held.message != 0) {
            throw Problem.conflict("draft_sent", "This draft was sent already. Nothing was sent again.");
        }
        if (!now.isBefore(held.expiresAt)) {
            throw Problem.conflict("draft_expired", "This draft expired at " + held.expiresAt
                    + ". Nothing was sent. Read the ticket and write it again.");
        }
        if (lastMessage(db, held.ticket) != held.last) {
            throw Problem.conflict("ticket_changed", "Since this was written something new stands in the ticket "
                    + Ids.TICKET.of(held.ticket) + ". Nothing was sent. Read it and write a new draft.");
        }
        return held;
    }
}
