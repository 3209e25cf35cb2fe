package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Digests;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// The steps from an empty database to this one's tables, each run once, in one transaction. A step that ran never
/// changes; a database that is newer than the program is left alone.
///
/// @param steps names of resources in `schema/`; those of the other dialect are left out
record Migrations(Dialect dialect, List<String> steps) {

    private static final List<String> ALL = List.of("0001-platform.sql", "0002-records.sql", "0003-words.sqlite.sql",
            "0003-words.postgresql.sql", "0004-rows.postgresql.sql");
    /// Processes that start at once on one database wait for each other by it.
    private static final long LOCK = 0x746f6f6c62726467L;

    static Migrations of(Dialect dialect) {
        var others = Arrays.stream(Dialect.values()).filter(each -> each != dialect).map(each -> "." + each.label()
                + ".").toList();
        return new Migrations(dialect, ALL.stream().filter(name -> others.stream().noneMatch(name::contains)).toList());
    }

    void run(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            var tx = new Tx(connection, dialect);
            if (dialect == Dialect.POSTGRESQL) {
                tx.query("SELECT pg_advisory_xact_lock(" + LOCK + ")", row -> 1);
            }
            tx.update("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, digest TEXT NOT NULL)");
            var done = tx.query("SELECT name, digest FROM migration ORDER BY name", row ->
                    List.of(row.getString(1), row.getString(2)));
            for (var step : done) {
                if (!steps.contains(step.getFirst())) {
                    throw new SQLException("it was made by a newer ToolBridge (" + step.getFirst()
                            + "). Start that one, or restore the backup of before");
                }
                if (!step.getLast().equals(digest(step.getFirst()))) {
                    throw new SQLException("its step " + step.getFirst() + " is not the one of this program. Start "
                            + "the program that made it");
                }
            }
            for (var step : steps) {
                if (done.stream().noneMatch(each -> each.getFirst().equals(step))) {
                    apply(connection, step);
                    tx.update("INSERT INTO migration (name, digest) VALUES (?, ?)", step, digest(step));
                }
            }
            if (dialect == Dialect.POSTGRESQL) {
                grant(connection);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /// Statements end with a semicolon and an empty line: those inside of triggers do not.
    private void apply(Connection connection, String step) throws SQLException {
        var bytes = dialect == Dialect.SQLITE ? "BLOB" : "BYTEA";
        var text = dialect == Dialect.SQLITE ? "TEXT" : "TEXT COLLATE \"C\"";
        for (var statement : text(step).replaceAll("(?m)^--.*\n", "").split(";\\s*\n\\s*(\n|$)")) {
            if (!statement.isBlank()) {
                try (var execution = connection.createStatement()) {
                    execution.execute(statement.replace("{bytes}", bytes).replace("{id}", text));
                }
            }
        }
    }

    private static void grant(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "
                    + PostgresStore.ROLE);
            statement.execute("REVOKE INSERT, UPDATE, DELETE ON migration FROM " + PostgresStore.ROLE);
            // Nobody rewrites who had a secret in hand.
            statement.execute("REVOKE UPDATE, DELETE ON secret_access FROM " + PostgresStore.ROLE);
        }
    }

    private static String text(String step) {
        return new String(ToolBridge.resource("schema/" + step), StandardCharsets.UTF_8);
    }

    private static String digest(String step) {
        return Digests.sha256(text(step));
    }
}
