package io.github.doorwarden.systems.backend;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// One SQLite file. One writer at a time, in the order of arrival; readers never wait for it (write-ahead log). A file
/// that does not answer is an [Outage]. Safe for use by many threads.
public final class SqliteFile implements AutoCloseable {

    /// Named directly: looking for drivers would open every jar.
    private static final org.sqlite.JDBC DRIVER = new org.sqlite.JDBC();

    private final String url;
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final LinkedBlockingDeque<Connection> idle = new LinkedBlockingDeque<>();
    private final Semaphore readers = new Semaphore(Limits.READERS, true);
    private String synchronous = "FULL";

    private SqliteFile(String url, Connection writer) {
        this.url = url;
        this.writer = writer;
    }

    /// What is done on a connection, which is the work's until it returns.
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /// What prepares a file for its program: makes the tables that are missing, in a transaction of its own.
    @FunctionalInterface
    public interface Preparation {
        void run(Connection connection) throws SQLException;
    }

    /// Opens or creates the file.
    public static SqliteFile open(Path file) {
        return open(file, connection -> { });
    }

    /// Opens or creates the file, and prepares it before anybody else has it.
    public static SqliteFile open(Path file, Preparation preparation) {
        try {
            var url = "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&foreign_keys=on&busy_timeout="
                    + Limits.BUSY.toMillis() + "&transaction_mode=IMMEDIATE";
            var opened = new SqliteFile(url, DRIVER.connect(url, new Properties()));
            try {
                preparation.run(opened.writer);
                return opened;
            } catch (SQLException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new Outage("The database " + file + " cannot be opened.", e);
        }
    }

    /// Several reads of one and the same state.
    public <T> T read(Work<T> work) {
        readers.acquireUninterruptibly();
        Connection connection = null;
        try {
            connection = idle.pollFirst();
            if (connection == null) {
                connection = DRIVER.connect(url.replace("IMMEDIATE", "DEFERRED"), new Properties());
                connection.setAutoCommit(false);
            }
            try {
                return work.run(connection);
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
    public <T> T write(Work<T> work) {
        return transaction("FULL", work);
    }

    /// A transaction that survives the death of the process at once, and a power cut a moment later.
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
                var value = work.run(writer);
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
