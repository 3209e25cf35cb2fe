package io.github.doorwarden.systems.toolbridge;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// One SQLite file, for a ToolBridge that stands alone. One writer at a time, in the order of arrival; readers never
/// wait for it (write-ahead log). SQLite has no row level security: here the conditions of the statements alone part
/// tenants.
final class SqliteStore implements Store {

    /// Named directly: looking for drivers would open every jar.
    private static final org.sqlite.JDBC DRIVER = new org.sqlite.JDBC();

    private final String url;
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final LinkedBlockingDeque<Connection> idle = new LinkedBlockingDeque<>();
    private final Semaphore readers = new Semaphore(Limits.READERS, true);
    private String synchronous = "FULL";

    private SqliteStore(String url, Connection writer) {
        this.url = url;
        this.writer = writer;
    }

    static SqliteStore open(Path file) {
        try {
            var url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&foreign_keys=on&busy_timeout="
                    + Limits.BUSY.toMillis() + "&transaction_mode=IMMEDIATE";
            var store = new SqliteStore(url, DRIVER.connect(url, new Properties()));
            try {
                Migrations.of(Dialect.SQLITE).run(store.writer);
                return store;
            } catch (SQLException | RuntimeException e) {
                store.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new Outage("The database " + file + " cannot be opened.", e);
        }
    }

    @Override
    public Dialect dialect() {
        return Dialect.SQLITE;
    }

    @Override
    public <T> T read(Scope scope, Work<T> work) {
        readers.acquireUninterruptibly();
        Connection connection = null;
        try {
            connection = idle.pollFirst();
            if (connection == null) {
                connection = DRIVER.connect(url.replace("IMMEDIATE", "DEFERRED"), new Properties());
                connection.setAutoCommit(false);
            }
            try {
                return work.run(new Tx(connection, Dialect.SQLITE));
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

    @Override
    public <T> T write(Scope scope, Work<T> work) {
        return transaction("FULL", work);
    }

    @Override
    public <T> T note(Work<T> work) {
        return transaction("NORMAL", work);
    }

    private <T> T transaction(String durability, Work<T> work) {
        writing.lock();
        try {
            if (!synchronous.equals(durability)) {
                try (var pragma = writer.createStatement()) {
                    pragma.execute("PRAGMA synchronous=" + durability);
                }
                synchronous = durability;
            }
            writer.setAutoCommit(false);
            try {
                var tx = new Tx(writer, Dialect.SQLITE);
                var value = work.run(tx);
                tx.flush();
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
}
