package io.github.doorwarden.systems.toolbridge;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The verbs inside one transaction. Belongs to the thread that runs it. Values are bound, never written into a
/// statement.
final class Tx {

    /// From one row to a value.
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// One change of a record, for the feed.
    record Changed(String tenant, String kind, String id, String op, long version, long at, String by) {}

    private final Connection connection;
    private final Dialect dialect;
    private final List<Changed> changes = new ArrayList<>();

    Tx(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    Dialect dialect() {
        return dialect;
    }

    <T> List<T> query(String sql, Row<T> row, Object... args) throws SQLException {
        return query(sql, row, List.of(args));
    }

    <T> List<T> query(String sql, Row<T> row, List<?> args) throws SQLException {
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
        return update(sql, java.util.Arrays.asList(args));
    }

    int update(String sql, List<?> args) throws SQLException {
        try (var statement = bind(sql, args)) {
            return statement.executeUpdate();
        }
    }

    /// To be told to the feed at the end: its order is the order of the commits, so its lock is held as short as can
    /// be.
    void changed(Changed change) {
        changes.add(change);
    }

    boolean hasChanges() {
        return !changes.isEmpty();
    }

    /// Writes what was noted. One row counts for the whole feed: who has it comes before all that wait for it, so no
    /// reader can see a later change before an earlier one.
    void flush() throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        var last = number("UPDATE feed SET seq = seq + ? RETURNING seq", changes.size());
        var seq = last - changes.size();
        var sql = "INSERT INTO change (seq, tenant_id, kind, record_id, op, version, at, by_user) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        try (var statement = connection.prepareStatement(sql)) {
            for (var change : changes) {
                fill(statement, List.of(++seq, change.tenant, change.kind, change.id, change.op, change.version,
                        change.at, change.by));
                statement.addBatch();
            }
            statement.executeBatch();
        }
        changes.clear();
    }

    private PreparedStatement bind(String sql, List<?> args) throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            fill(statement, args);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void fill(PreparedStatement statement, List<?> args) throws SQLException {
        for (var i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Boolean flag -> statement.setBoolean(i + 1, flag);
                case null, default -> statement.setObject(i + 1, args.get(i));
            }
        }
    }
}
