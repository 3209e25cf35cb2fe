package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.backend.Problem;
import java.time.Instant;
import java.util.List;

/// Finds people by what an admin knows of them: students and instructors together.
final class Users {

    /// @param bookings  that the person has made, or was booked for
    /// @param openTickets of a student, those that are not solved
    record Found(String kind, String id, String name, String email, Instant joinedAt, int bookings, int openTickets) {}

    record FoundList(String query, int total, List<Found> items) {}

    private static final String ALL = "(SELECT 'student' AS kind, s.id, s.name, s.email, s.joined_at, (SELECT count(*) "
            + "FROM booking b WHERE b.student = s.id) AS bookings, (SELECT count(*) FROM ticket t WHERE t.student = "
            + "s.id AND t.status <> 'solved') AS tickets FROM student s UNION ALL SELECT 'instructor', i.id, i.name, "
            + "i.email, i.signed_up_at, (SELECT count(*) FROM booking b WHERE b.instructor = i.id), 0 FROM instructor "
            + "i) ";

    private final Database database;

    Users(Database database) {
        this.database = database;
    }

    /// Whose id or address is this very text, else whose name or address has it in it, by name.
    FoundList find(Params params) {
        var query = params.text("query").orElseThrow(() -> Problem.invalid(
                "'query' is missing: a name, a part of it, an e-mail address or an id."));
        if (query.length() < 2 || query.length() > Limits.IDENTIFIER_CHARS) {
            throw Problem.invalid("'query' must have 2 to " + Limits.IDENTIFIER_CHARS + " characters.");
        }
        return database.read(db -> {
            var where = "WHERE id = ?1 OR email = ?1 COLLATE NOCASE OR instr(lower(name), lower(?1)) > 0 OR "
                    + "instr(lower(email), lower(?1)) > 0 ";
            var items = db.query("SELECT * FROM " + ALL + where + "ORDER BY (id = ?1 OR email = ?1 COLLATE NOCASE) "
                    + "DESC, name COLLATE NOCASE, id LIMIT " + Limits.USERS_FOUND, row -> new Found(
                    row.getString("kind"), row.getString("id"), row.getString("name"), row.getString("email"),
                    Database.time(row, "joined_at"), row.getInt("bookings"), row.getInt("tickets")), query);
            return new FoundList(query, (int) db.number("SELECT count(*) FROM " + ALL + where, query), items);
        });
    }
}
