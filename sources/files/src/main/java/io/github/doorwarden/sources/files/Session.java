package io.github.doorwarden.sources.files;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// One question's connection to one version of the data. For the thread that asks; [#cancel] may come from another.
final class Session implements AutoCloseable {

    /// One row of a result.
    interface Reader<R> {
        R read(ResultSet row) throws SQLException;
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final MathContext DIGITS = new MathContext(Limits.DIGITS);

    private final Connection connection;
    private final Version version;
    private final Duration deadline;
    private Statement running;
    private boolean cancelled;

    /// @param deadline of each of its statements
    Session(Version version, Duration deadline) throws SQLException {
        this.version = version;
        this.deadline = deadline;
        connection = version.connect();
    }

    Version version() {
        return version;
    }

    <R> List<R> rows(String sql, List<String> values, Reader<R> reader) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.setQueryTimeout((int) deadline.plusMillis(999).toSeconds());
            begin(statement);
            var all = new ArrayList<R>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.add(reader.read(rows));
                }
            }
            return all;
        } finally {
            end();
        }
    }

    private synchronized void begin(Statement statement) throws SQLException {
        if (cancelled) {
            throw new SQLException("cancelled");
        }
        running = statement;
    }

    private synchronized void end() {
        running = null;
    }

    /// Stops what runs, and lets nothing else run.
    synchronized void cancel() throws SQLException {
        cancelled = true;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /// A value as JSON; figures without the noise of their last digits.
    static JsonNode json(ResultSet row, int column) throws SQLException {
        return switch (row.getObject(column)) {
            case null -> JSON.nullNode();
            case Boolean flag -> JSON.booleanNode(flag);
            case Double number -> number(number);
            case BigInteger number -> JSON.numberNode(number);
            case Number number -> JSON.numberNode(number.longValue());
            case Object other -> JSON.stringNode(other.toString());
        };
    }

    /// Null for what is no figure.
    static JsonNode number(Double value) {
        if (value == null || !Double.isFinite(value)) {
            return JSON.nullNode();
        }
        var rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        return rounded.scale() <= 0 && rounded.precision() - rounded.scale() <= 18
                ? JSON.numberNode(rounded.longValueExact()) : JSON.numberNode(rounded.doubleValue());
    }
}
