package io.github.doorwarden.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// The open connections to one database file: so many at most, each used by one thread at a time, the one that was
/// given back last is taken first. None is tested or renewed, because a file does not hang up as a server does. Safe
/// for use by many threads.
final class Connections implements AutoCloseable {

    /// What is done with one connection.
    @FunctionalInterface
    interface Use<T> {
        T with(Connection connection) throws SQLException;
    }

    private final DataSource source;
    private final Semaphore free = new Semaphore(Limits.CONNECTIONS, true);
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /// Opens the first one, so that a file which cannot be opened shows now.
    Connections(DataSource source) throws SQLException {
        this.source = source;
        idle.push(source.getConnection());
    }

    /// @throws SQLException also when all are in use for too long
    <T> T use(Use<T> use) throws SQLException {
        acquire();
        try {
            var connection = take();
            var sound = false;
            try {
                var value = use.with(connection);
                sound = true;
                return value;
            } catch (RuntimeException | Error theirs) {
                sound = true;
                throw theirs;
            } finally {
                giveBack(connection, sound);
            }
        } finally {
            free.release();
        }
    }

    private void acquire() throws SQLException {
        try {
            if (!free.tryAcquire(Limits.BUSY_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException("All " + Limits.CONNECTIONS
                        + " connections have been in use for " + Limits.BUSY_TIMEOUT_MILLIS + " ms.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for a connection.", e);
        }
    }

    private Connection take() throws SQLException {
        if (closed) {
            throw new SQLException("The database is closed.");
        }
        var known = idle.poll();
        return known == null ? source.getConnection() : known;
    }

    /// One that failed, or is still in a transaction, is not used again: closing it rolls back what is left of it.
    private void giveBack(Connection connection, boolean sound) throws SQLException {
        if (closed || !sound || connection.isClosed() || !connection.getAutoCommit()) {
            connection.close();
        } else {
            idle.push(connection);
            if (closed) {
                close();
            }
        }
    }

    /// Those in use are closed when they are given back.
    @Override
    public void close() {
        closed = true;
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new StoreOutage("A connection could not be closed.", e);
            }
        }
    }
}
