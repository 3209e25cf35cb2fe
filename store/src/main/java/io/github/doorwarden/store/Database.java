package io.github.doorwarden.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/// The one SQL database of a deployment: a few verbs over JDBC. Times are stored as milliseconds since the epoch,
/// byte arrays as blobs, everything else as text or whole numbers. Safe for use by many threads.
///
/// SQLite has one writer: writing calls wait their turn here, in the process, where they cannot time out against each
/// other; another process on the same file waits by SQLite's busy timeout. Reading never waits (write-ahead log).
public final class Database implements AutoCloseable {

    private final Connections connections;
    private final ReentrantLock writer = new ReentrantLock(true);

    private Database(Connections connections) {
        this.connections = connections;
    }

    /// Loads the driver and SQLite itself before there is a file to open; that takes longer than opening it then.
    public static void prepare() {
        try {
            sqlite(":memory:").getConnection().close();
        } catch (SQLException e) {
            throw new StoreOutage("SQLite cannot be loaded.", e);
        }
    }

    /// Opens or creates the file, readable by its owner alone, and brings it up to the newest migration.
    public static Database open(Path file) {
        if (file.toString().contains("?")) {
            throw new StoreOutage("The database file " + file + " cannot be opened: the driver takes a question "
                    + "mark for the end of "
                    + "the name. Choose another name.", null);
        }
        try {
            createFolders(file.toAbsolutePath().getParent());
            if (!Files.exists(file)) {
                createPrivately(file);
            }
        } catch (java.io.IOException e) {
            throw new StoreOutage("The database file " + file + " cannot be created. Check that its folder is "
                    + "writable.", e);
        }
        Database database;
        try {
            database = new Database(new Connections(sqlite(file.toAbsolutePath().toString())));
        } catch (SQLException e) {
            throw new StoreOutage("The database file " + file + " cannot be opened. Check that it is a SQLite "
                    + "database and that its "
                    + "folder is writable.", e);
        }
        try {
            Migrations.run(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        return database;
    }

    private static SQLiteDataSource sqlite(String file) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // WAL and FULL: what was committed survives a power cut
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(Limits.BUSY_TIMEOUT_MILLIS);
        // a later upgrade from reading fails without waiting
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        var source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /// Those that are made here are their owner's alone; those that are there stay as they are.
    private static void createFolders(Path folder) throws java.io.IOException {
        try {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (UnsupportedOperationException notPosix) {
            Files.createDirectories(folder);
        }
    }

    private static void createPrivately(Path file) throws java.io.IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException notPosix) {
            Files.createFile(file);
        }
    }

    /// Makes a value of one row.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Work inside one transaction. What it throws rolls everything back.
    @FunctionalInterface
    public interface Work<T> {
        T run(Transaction tx) throws SQLException;
    }

    public <T> List<T> query(String sql, Row<T> row, Object... args) {
        try {
            return connections.use(connection -> new Transaction(connection).query(sql, row, args));
        } catch (SQLException e) {
            throw new StoreOutage(sql, e);
        }
    }

    /// The first row, empty when there is none.
    public <T> Optional<T> first(String sql, Row<T> row, Object... args) {
        return query(sql, row, args).stream().findFirst();
    }

    /// Runs one writing statement; the number of rows it changed. This is how single-use things are taken: one
    /// conditional statement, and whoever changed a row has it.
    public int update(String sql, Object... args) {
        return transaction(tx -> tx.update(sql, args));
    }

    /// Runs the work alone among the writers; what it reads is still true when it commits. A transaction inside a
    /// transaction is a fault of the caller: it would wait for itself.
    public <T> T transaction(Work<T> work) {
        requireOutside();
        writer.lock();
        try {
            return connections.use(connection -> run(work, connection));
        } catch (SQLException e) {
            throw new StoreOutage("A transaction failed.", e);
        } finally {
            writer.unlock();
        }
    }

    /// @throws IllegalStateException inside a transaction
    void requireOutside() {
        if (writer.isHeldByCurrentThread()) {
            throw new IllegalStateException("A transaction was begun inside a transaction. Use the one at hand.");
        }
    }

    private static <T> T run(Work<T> work, Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            var value = work.run(new Transaction(connection));
            connection.commit();
            connection.setAutoCommit(true);
            return value;
        } catch (Throwable e) {
            rollback(connection, e);
            throw e;
        }
    }

    private static void rollback(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
            close(connection, cause);
        }
    }

    /// So that it is not used again; what is left of its transaction goes with it.
    private static void close(Connection connection, Throwable cause) {
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    /// The same verbs inside one transaction.
    public static final class Transaction {

        private final Connection connection;

        private Transaction(Connection connection) {
            this.connection = connection;
        }

        public <T> List<T> query(String sql, Row<T> row, Object... args) throws SQLException {
            try (var statement = bind(sql, args); var rows = statement.executeQuery()) {
                var values = new ArrayList<T>();
                while (rows.next()) {
                    values.add(row.read(rows));
                }
                return values;
            }
        }

        public <T> Optional<T> first(String sql, Row<T> row, Object... args) throws SQLException {
            return query(sql, row, args).stream().findFirst();
        }

        public int update(String sql, Object... args) throws SQLException {
            try (var statement = bind(sql, args)) {
                return statement.executeUpdate();
            }
        }

        /// The same statement for each row of arguments, prepared once.
        void updateEach(String sql, List<Object[]> rows) throws SQLException {
            try (var statement = connection.prepareStatement(sql)) {
                for (var row : rows) {
                    set(statement, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        private PreparedStatement bind(String sql, Object... args) throws SQLException {
            var statement = connection.prepareStatement(sql);
            try {
                set(statement, args);
                return statement;
            } catch (SQLException | RuntimeException e) {
                statement.close();
                throw e;
            }
        }

        private static void set(PreparedStatement statement, Object[] args) throws SQLException {
            for (var i = 0; i < args.length; i++) {
                statement.setObject(i + 1, args[i] instanceof Instant time ? (Object) time.toEpochMilli() : args[i]);
            }
        }
    }
}
