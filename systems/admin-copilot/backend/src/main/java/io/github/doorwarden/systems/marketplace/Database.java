package io.github.doorwarden.systems.marketplace;

import io.github.doorwarden.systems.backend.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The marketplace's SQLite file. Times are whole seconds since the epoch. Safe for use by many threads.
final class Database implements AutoCloseable {

    private final SqliteFile file;

    private Database(SqliteFile file) {
        this.file = file;
    }

    /// Opens or creates the file. The tables are the caller's business.
    static Database open(Path file) {
        return new Database(SqliteFile.open(file));
    }

    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    interface Work<T> {
        T run(Session session) throws SQLException;
    }

    /// Several reads of one and the same state.
    <T> T read(Work<T> work) {
        return file.read(connection -> work.run(new Session(connection)));
    }

    /// A transaction that is on disk when this returns. What it throws rolls everything back.
    <T> T write(Work<T> work) {
        return file.write(connection -> work.run(new Session(connection)));
    }

    /// A transaction that survives the death of the process at once, and a power cut a moment later.
    <T> T note(Work<T> work) {
        return file.note(connection -> work.run(new Session(connection)));
    }

    @Override
    public void close() {
        file.close();
    }

    /// The verbs inside one transaction.
    record Session(Connection connection) {

        <T> List<T> query(String sql, Row<T> row, Object... args) throws SQLException {
            try (var statement = bind(sql, args); var rows = statement.executeQuery()) {
                var values = new ArrayList<T>();
                while (rows.next()) {
                    values.add(row.read(rows));
                }
                return values;
            }
        }

        <T> Optional<T> first(String sql, Row<T> row, Object... args) throws SQLException {
            return query(sql, row, args).stream().findFirst();
        }

        long number(String sql, Object... args) throws SQLException {
            return first(sql, row -> row.getLong(1), args).orElse(0L);
        }

        int update(String sql, Object... args) throws SQLException {
            try (var statement = bind(sql, args)) {
                return statement.executeUpdate();
            }
        }

        /// The same statement for many rows.
        void insertAll(String sql, List<Object[]> rows) throws SQLException {
            try (var statement = connection.prepareStatement(sql)) {
                for (var row : rows) {
                    fill(statement, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        private PreparedStatement bind(String sql, Object... args) throws SQLException {
            var statement = connection.prepareStatement(sql);
            fill(statement, args);
            return statement;
        }

        private static void fill(PreparedStatement statement, Object... args) throws SQLException {
            for (var i = 0; i < args.length; i++) {
                statement.setObject(i + 1, args[i] instanceof Instant time ? (Object) time.getEpochSecond() : args[i]);
            }
        }
    }

    /// The time in a column, null when it has none.
    static Instant time(ResultSet row, String column) throws SQLException {
        var seconds = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochSecond(seconds);
    }
}
