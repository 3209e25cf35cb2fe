package io.github.doorwarden.systems.marketplace;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// The marketplace's SQLite file. One writer at a time, in the order of arrival; readers never wait for it (write-ahead
/// log). Times are whole seconds since the epoch. Safe for use by many threads.
final class Database implements AutoCloseable {

    /// Named directly: looking for drivers would open every jar.
    private static final org.sqlite.JDBC DRIVER = new org.sqlite.JDBC();

    private final String url;
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final LinkedBlockingDeque<Connection> idle = new LinkedBlockingDeque<>();
    private final Semaphore readers = new Semaphore(Limits.READERS, true);

    private Database(String url, Connection writer) {
        this.url = url;
        this.writer = writer;
    }

    /// Opens or creates the file. The tables are the caller's business.
    static Database open(Path file) {
        try {
            var url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&foreign_keys=on&busy_timeout="
                    + Limits.BUSY.toMillis() + "&transaction_mode=IMMEDIATE";
            return new Database(url, DRIVER.connect(url, new Properties()));
        } catch (SQLException e) {
            throw new Outage("The database " + file + " cannot be opened.", e);
        }
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
        readers.acquireUninterruptibly();
        Connection connection = null;
        try {
            connection = idle.pollFirst();
            if (connection == null) {
                connection = DRIVER.connect(url.replace("IMMEDIATE", "DEFERRED"), new Properties());
                connection.setAutoCommit(false);
            }
            try {
                return work.run(new Session(connection));
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new Outage("A read failed.", e);
        } finally {
            if (connection != null) {
                idle.addFirst(connection);
            }
            readers.release();
        }
    }

    /// A transaction that is on disk when this returns. What it throws rolls everything back.
    <T> T write(Work<T> work) {
        return transaction("FULL", work);
    }

    /// A transaction that survives the death of the process at once, and a power cut a moment later.
    <T> T note(Work<T> work) {
        return transaction("NORMAL", work);
    }

    private <T> T transaction(String synchronous, Work<T> work) {
        writing.lock();
        try {
            try (var pragma = writer.createStatement()) {
                pragma.execute("PRAGMA synchronous=" + synchronous);
            }
            writer.setAutoCommit(false);
            try {
                var value = work.run(new Session(writer));
                writer.commit();
                return value;
            } catch (Throwable e) {
                writer.rollback();
                throw e;
            } finally {
                writer.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new Outage("A transaction failed.", e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        readers.acquireUninterruptibly(Limits.READERS);
        writing.lock();
        try {
            for (var connection : idle) {
                connection.close();
            }
            writer.close();
        } catch (SQLException e) {
            throw new Outage("The database cannot be closed.", e);
        } finally {
            writing.unlock();
        }
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
