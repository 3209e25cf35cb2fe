package io.github.doorwarden.systems.marketplace;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;

/// The tables and the data set, laid into a database that lacks them: the first schema, then what came after it, so
/// that a folder from before gets the new tables and keeps what it has.
final class Schema {

    private Schema() {}

    static void prepare(Database database, Instant now) {
        database.write(db -> {
            if (lacks(db, "instructor")) {
                run(db, "schema.sql");
                Seed.plant(db, now);
            }
            if (lacks(db, "job")) {
                run(db, "desk.sql");
                SeedDesk.plant(db, now);
                takeUpDeliveries(db, now);
            }
            return null;
        });
    }

    private static boolean lacks(Database.Session db, String table) throws SQLException {
        return db.number("SELECT count(*) FROM sqlite_master WHERE name = ?", table) == 0;
    }

    /// A statement ends with a semicolon at the end of a line; those inside of a trigger stand within one line.
    private static void run(Database.Session db, String script) throws SQLException {
        var text = new String(Marketplace.resource(script), StandardCharsets.UTF_8).replaceAll("--[^\n]*", "");
        for (var statement : text.split(";\\s*\n(?!\\s*END)")) {
            if (!statement.isBlank()) {
                db.update(statement);
            }
        }
    }

    /// Letters that were on their way before there was a queue.
    private static void takeUpDeliveries(Database.Session db, Instant now) throws SQLException {
        db.update("INSERT INTO job (kind, subject, batch, state, attempts, created_at, next_attempt, error) "
                + "SELECT 'invitation', id, batch, 'queued', attempts, invited_at, coalesce(next_attempt, ?), error "
                + "FROM invitation WHERE batch IS NOT NULL AND delivery IN ('pending', 'sending')", now);
    }
}
