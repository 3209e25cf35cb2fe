package io.github.doorwarden.systems.marketplace;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.backend.Refused;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// One instructor in full, found by id, e-mail address or name.
final class Profiles {

    record Trade(int completed, int upcoming, int cancelled, @JsonProperty("gmv_last_90_days_usd") BigDecimal gmv,
            Instant lastLessonAt) {}

    record Profile(Instructors.Item instructor, String headline, String bio, int yearsOfExperience, Instant stageSince,
            int daysAtStage,
            String waitsFor, Instant invitedAt, Trade bookings) {}

    record Candidate(String id, String name, String email, String status, String category) {}

    private final Database database;
    private final InstantSource clock;

    Profiles(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    Profile find(String identifier) {
        if (identifier.isEmpty() || identifier.length() > Limits.IDENTIFIER_CHARS) {
            throw Problem.invalid("Give an instructor's id, e-mail address or name of 1 to " + Limits.IDENTIFIER_CHARS
                    + " characters.");
        }
        return database.read(db -> profile(db, id(db, identifier)));
    }

    private static String id(Database.Session db, String identifier) throws SQLException {
        if (identifier.startsWith("ins_")) {
            return db.first("SELECT id FROM instructor WHERE id = ?", row -> row.getString(1), identifier)
                    .orElseThrow(() -> missing(identifier, "The list of instructors tells the ids of all."));
        }
        if (identifier.contains("@")) {
            return db.first("SELECT id FROM instructor WHERE email = ?", row -> row.getString(1), identifier)
                    .orElseThrow(() -> missing(identifier,
                    "Try the person's name; the address on file may be another one."));
        }
        var exact = candidates(db, "i.name = ? COLLATE NOCASE", identifier);
        return only(db, identifier, exact.isEmpty() ? byWords(db, identifier) : exact);
    }

    /// Everybody whose name contains every word that was said, in whatever order.
    private static List<Candidate> byWords(Database.Session db, String said) throws SQLException {
        var words = List.of(said.strip().split("\\s+"));
        var condition = words.stream().map(word -> "instr(lower(i.name), lower(?)) > 0")
                .collect(Collectors.joining(" AND "));
        return candidates(db, condition, words.toArray());
    }

    private static List<Candidate> candidates(Database.Session db, String condition, Object... args)
            throws SQLException {
        return db.query(Instructors.FROM + "WHERE " + condition + " ORDER BY i.name COLLATE NOCASE, i.id",
                row -> new Candidate(row.getString("id"),
                row.getString("name"), row.getString("email"), row.getString("status"),
                row.getString("category_name")), args);
    }

    private static String only(Database.Session db, String identifier, List<Candidate> found) throws SQLException {
        if (found.size() == 1) {
            return found.getFirst().id;
        }
        if (found.isEmpty()) {
            var start = identifier.toLowerCase(Locale.ROOT).substring(0, Math.min(3, identifier.length()));
            var alike = candidates(db, "instr(lower(i.name), ?) > 0", start).stream().limit(3).map(Candidate::name)
                    .toList();
            throw missing(identifier, alike.isEmpty()
                    ? "Try the e-mail address, a part of the name, or the list of instructors."
                    : "Similar names: " + String.join(", ", alike) + ". Or try the e-mail address.");
        }
        throw Problems.ambiguous(found.size() + " instructors are called or contain " + Problem.quote(identifier)
                + ". Call again with the id or the e-mail address of the one you mean"
                + (found.size() > Limits.CANDIDATES ? "; the first " + Limits.CANDIDATES + " are listed." : "."),
                found.stream().limit(Limits.CANDIDATES).toList());
    }

    private static Refused missing(String identifier, String remedy) {
        return Problem.notFound("no_such_instructor", "There is no instructor " + Problem.quote(identifier) + ". "
                + remedy);
    }

    private Profile profile(Database.Session db, String id) throws SQLException {
        var now = clock.instant();
        var trade = trade(db, id, now);
        var invited = db.first("SELECT invited_at FROM invitation WHERE accepted_by = ?", row -> Database.time(row,
                "invited_at"), id).orElse(null);
        return db.first(Instructors.FROM + "WHERE i.id = ?", row -> {
            var since = Database.time(row, "stage_since");
            var onboarding = row.getString("status").equals("onboarding");
            return new Profile(Instructors.Item.of(row), row.getString("headline"), row.getString("bio"),
                    row.getInt("years"), since,
                    (int) Duration.between(since, now).toDays(), onboarding ? Stage.of(row.getString("stage")).waitsFor
                    : null, invited, trade);
        }, id).orElseThrow();
    }

    private static Trade trade(Database.Session db, String id, Instant now) throws SQLException {
        var since = now.minus(Duration.ofDays(90));
        return db.first("""
                SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status =
                  'upcoming') AS upcoming,
                  count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                  coalesce(sum(price_cents) FILTER (WHERE status <> 'cancelled' AND booked_at > ?), 0) AS gmv,
                  max(lesson_at) FILTER (WHERE status = 'completed') AS last
                FROM booking WHERE instructor = ?""", row -> new Trade(row.getInt("completed"), row.getInt("upcoming"),
                row.getInt("cancelled"), Rates.dollars(row.getLong("gmv")), Database.time(row, "last")), since, id)
                .orElseThrow();
    }
}
