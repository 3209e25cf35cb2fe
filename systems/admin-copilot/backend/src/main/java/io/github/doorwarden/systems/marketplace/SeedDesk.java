package io.github.doorwarden.systems.marketplace;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The data set of the people at the desk: students, what they paid, what they write, and jobs that failed. Made of the
/// bookings that are there, with chance of its own, so that what was there before stays what it is. Nobody in it is
/// real.
final class SeedDesk {

    private static final long NUMBER = 20_260_402;
    private static final List<String> GIVEN = List.of("Alex", "Bianca", "Carlos", "Dana", "Emil", "Fatima", "Gustav",
            "Hana", "Imran", "Julia", "Kofi", "Lena", "Mateo", "Noor", "Olga", "Pablo", "Ravi", "Sofia", "Tomas",
            "Vera", "Yara");
    private static final List<String> FAMILY = List.of("Andersen", "Baker", "Chen", "Diaz", "Egan", "Fischer", "Gupta",
            "Hassan", "Iqbal", "Jansen", "Kim", "Lopez", "Murphy", "Novak", "Okafor", "Park", "Quinn", "Reyes", "Singh",
            "Tanaka");
    private static final List<String> METHODS = List.of("card ending in 4242", "card ending in 1881",
            "card ending in 0077", "bank account ending in 310");

    /// What a student wrote, about what.
    private record Letter(String category, String priority, String subject, String text, String answer) {}

    private static final List<Letter> LETTERS = List.of(
            new Letter("booking", "high", "My instructor did not come",
                    "I waited for half an hour and nobody came. I would like my money back.",
                    "I am sorry to hear that. We have asked your instructor what happened and will write again today."),
            new Letter("payment", "high", "Charged twice?",
                    "My bank shows two charges of the same amount on the same day. Can you check?",
                    "We see one payment and one reservation that your bank will release within five days."),
            new Letter("booking", "normal", "Moving my lesson",
                    "Could my lesson move to next week? I have caught a cold.",
                    "Of course. Please choose a new time under My lessons; there is no fee."),
            new Letter("account", "normal", "I cannot sign in",
                    "The link in the mail says that it has expired, however fast I click.",
                    "Please ask for a new link and open it in the same browser."),
            new Letter("lesson", "low", "Which sheet music do I need?",
                    "My first piano lesson is on Saturday. Do I bring my own sheet music?",
                    "Your instructor brings some for the first lesson."),
            new Letter("payment", "normal", "Receipt for my employer",
                    "My employer pays a part of my language lessons. Where do I find a receipt?",
                    "Under Payments, behind each line. They are also in the confirmation mail."));

    private final Database.Session db;
    private final Instant now;
    private final Random random = new Random(NUMBER);

    private SeedDesk(Database.Session db, Instant now) {
        this.db = db;
        this.now = now.truncatedTo(ChronoUnit.HOURS);
    }

    /// Inside the caller's transaction, on tables that are empty.
    static void plant(Database.Session db, Instant now) throws SQLException {
        var seed = new SeedDesk(db, now);
        seed.students();
        seed.payments();
        seed.tickets();
        seed.failures();
    }

    private void students() throws SQLException {
        var known = db.query("SELECT student, min(at) FROM (SELECT student, at FROM search UNION ALL SELECT student, "
                + "booked_at FROM booking) GROUP BY student ORDER BY CAST(substr(student, 5) AS INTEGER)",
                row -> new Object[] {row.getString(1), row.getLong(2)});
        var rows = new ArrayList<Object[]>();
        for (var i = 0; i < known.size(); i++) {
            var name = GIVEN.get(i % GIVEN.size()) + " " + FAMILY.get((i / GIVEN.size() + i) % FAMILY.size());
            var email = name.toLowerCase(java.util.Locale.ROOT).replace(' ', '.') + i + "@example."
                    + List.of("com", "org", "net").get(i % 3);
            rows.add(new Object[] {known.get(i)[0], name, email, (Long) known.get(i)[1] - 600L
                    * (1 + random.nextInt(400))});
        }
        db.insertAll("INSERT INTO student VALUES (?, ?, ?, ?)", rows);
    }

    /// Every booking was paid when it was made; a cancelled one was paid back, most of them whole.
    private void payments() throws SQLException {
        var payments = new ArrayList<Object[]>();
        var refunds = new ArrayList<Object[]>();
        var cancellations = new ArrayList<Object[]>();
        var bookings = db.query("SELECT id, student, price_cents, booked_at, lesson_at, status FROM booking ORDER BY "
                + "id", row -> new long[] {row.getLong(1), Long.parseLong(row.getString(2).substring(4)),
                    row.getLong(3), row.getLong(4), row.getLong(5), row.getString(6).equals("cancelled") ? 1 : 0});
        for (var booking : bookings) {
            var id = booking[0] + 7_000;
            payments.add(new Object[] {id, booking[0], "stu_" + booking[1], booking[2], "USD",
                METHODS.get(random.nextInt(METHODS.size())), booking[3]});
            if (booking[5] == 1) {
                var at = Math.min(booking[3] + 3_600L * (1 + random.nextInt(18)), now.getEpochSecond() - 60);
                var late = random.nextInt(5) == 0;
                cancellations.add(new Object[] {booking[0], at, "student", late ? "Cancelled on the day of the lesson."
                        : "Cancelled by the student."});
                refunds.add(new Object[] {id, late ? booking[2] / 2 : booking[2], "USD",
                    late ? "Late cancellation: half of the price." : "Cancelled in time.", at, "rule of cancellation"});
            }
        }
        db.insertAll("INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?, ?)", payments);
        db.insertAll("INSERT INTO cancellation VALUES (?, ?, ?, ?)", cancellations);
        db.insertAll("INSERT INTO refund (payment, amount_cents, currency, reason, refunded_at, refunded_by) VALUES "
                + "(?, ?, ?, ?, ?, ?)", refunds);
    }

    private void tickets() throws SQLException {
        var from = db.query("SELECT id, student, booked_at FROM booking WHERE booked_at < ? ORDER BY booked_at DESC, "
                + "id LIMIT 180", row -> new Object[] {row.getLong(1), row.getString(2), row.getLong(3)},
                now.minus(6, ChronoUnit.HOURS));
        for (var i = 0; i < 36 && i * 5 < from.size(); i++) {
            var about = from.get(i * 5);
            var letter = LETTERS.get((i * 5 + i / 6) % LETTERS.size());
            var opened = Math.min((Long) about[2] + 3_600L * (2 + random.nextInt(30)), now.getEpochSecond() - 1_800);
            var status = i < 9 ? "open" : i % 3 == 0 ? "waiting" : "solved";
            var answered = status.equals("open") ? opened : Math.min(opened + 1_800L * (1 + random.nextInt(16)),
                    now.getEpochSecond() - 600);
            db.update("INSERT INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", 301 + i, about[1], letter.subject,
                    letter.category, letter.priority, status, about[0], opened, answered);
            message(301 + i, opened, "student", about[1].toString(), letter.text);
            if (!status.equals("open")) {
                message(301 + i, answered, "support", "agent_1", letter.answer);
            }
        }
    }

    private void message(long ticket, long at, String author, String writer, String text) throws SQLException {
        db.update("INSERT INTO ticket_message (ticket, at, author, writer, text) VALUES (?, ?, ?, ?, ?)", ticket, at,
                author, writer, text);
    }

    /// Two answers that no mail server took: what failed is kept, and somebody may look at it.
    private void failures() throws SQLException {
        var bounced = db.query("SELECT id, at FROM ticket_message WHERE author = 'support' ORDER BY at DESC LIMIT 2 "
                + "OFFSET 3", row -> new long[] {row.getLong(1), row.getLong(2)});
        for (var message : bounced) {
            db.update("INSERT INTO job (kind, subject, state, attempts, created_at, started_at, finished_at, error) "
                    + "VALUES ('ticket_reply', ?, 'failed', 1, ?, ?, ?, ?)", Long.toString(message[0]), message[1],
                    message[1], message[1] + 2, "the mail server refused the message (552)");
        }
    }
}
