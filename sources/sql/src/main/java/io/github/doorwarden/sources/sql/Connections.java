package io.github.doorwarden.sources.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/// The connections of one source, for reading or for writing; none is made before one is needed, and what is given back
/// is rolled back. While the database cannot be reached, calls are told so soon. Safe for use by many threads.
final class Connections implements AutoCloseable {

    /// No connection could be had. The cause is for the log.
    static final class Unavailable extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean busy;

        Unavailable(boolean busy, SQLException cause) {
            super(cause);
            this.busy = busy;
        }

        /// Whether all connections were in use; otherwise the database cannot be reached.
        boolean busy() {
            return busy;
        }
    }

    private final DriverConnections made;
    private final HikariConfig config;
    private HikariDataSource pool;
    private volatile SQLException failure;
    private volatile long failedAt;

    /// @param name  for threads and logs
    /// @param write whether what its connections do may change something
    Connections(String name, JdbcUrl url, Drivers drivers, SqlSettings settings, boolean write) {
        made = new DriverConnections(drivers.driver(), url.driver(), properties(url, settings, write));
        config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(made);
        config.setMaximumPoolSize(settings.pool());
        config.setMinimumIdle(0);
        config.setIdleTimeout(Limits.IDLE.toMillis());
        config.setMaxLifetime(Limits.LIFETIME.toMillis());
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setValidationTimeout(Math.max(250, settings.connectTimeout().toMillis() / 2));
        config.setInitializationFailTimeout(-1);                  // a dead database does not stop the start
        config.setAutoCommit(false);
        config.setReadOnly(!write);
        config.setThreadFactory(Thread.ofVirtual().name(name, 0).factory());
    }

    private static Properties properties(JdbcUrl url, SqlSettings settings, boolean write) {
        var properties = new Properties();
        properties.putAll(url.forced());
        settings.login().user().ifPresent(user -> properties.put("user", user));
        settings.login().password().ifPresent(password -> properties.put("password", password));
        var connect = settings.connectTimeout();
        var seconds = Long.toString(Math.max(1, connect.toSeconds()));
        // The server ends a statement by itself; this is for when it is gone without a word.
        var silence = settings.statementTimeout().plus(Limits.TOOL_MARGIN);
        switch (url.engine()) {
            case POSTGRESQL -> {
                properties.put("connectTimeout", seconds);
                properties.put("loginTimeout", seconds);
                properties.put("cancelSignalTimeout", seconds);
                properties.put("socketTimeout", Long.toString(silence.toSeconds()));
            }
            case MYSQL -> {
                properties.put("connectTimeout", Long.toString(connect.toMillis()));
                properties.put("socketTimeout", Long.toString(silence.toMillis()));
            }
            case SQLSERVER -> {
                properties.put("loginTimeout", seconds);
                properties.put("socketTimeout", Long.toString(silence.toMillis()));
            }
            case SQLITE -> {
                var sqlite = new SQLiteConfig();
                sqlite.setReadOnly(!write);
                sqlite.enableLoadExtension(false);
                sqlite.setBusyTimeout((int) connect.toMillis());
                sqlite.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(Limits.DRIVER_BYTES));
                sqlite.setPragma(SQLiteConfig.Pragma.LIMIT_ATTACHED, "0");
                properties.putAll(sqlite.toProperties());
            }
        }
        return properties;
    }

    /// A connection, without a transaction on it; closing it gives it back.
    Connection borrow() throws Unavailable {
        var before = failure;
        if (before != null && System.nanoTime() - failedAt < Limits.DOWN.toNanos()) {
            throw new Unavailable(false, before);
        }
        try {
            var connection = pool().getConnection();
            failure = null;
            return connection;
        } catch (SQLException e) {
            var bean = pool().getHikariPoolMXBean();
            if (Thread.currentThread().isInterrupted() || bean != null
                    && bean.getActiveConnections() >= config.getMaximumPoolSize()) {
                throw new Unavailable(true, e);
            }
            failedAt = System.nanoTime();
            failure = e;
            throw new Unavailable(false, e);
        }
    }

    /// Whether a connection could be had when one was last wanted.
    boolean reachable() {
        return failure == null;
    }

    private synchronized HikariDataSource pool() {
        if (pool == null) {
            pool = new HikariDataSource(config);
        }
        return pool;
    }

    /// How many are in use.
    int active() {
        return pool().getHikariPoolMXBean().getActiveConnections();
    }

    /// Throws away a connection whose statement cannot be ended.
    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // it is as dead as can be
        }
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
    }

    /// For sentences: how long one is waited for.
    Duration patience() {
        return Duration.ofMillis(config.getConnectionTimeout());
    }
}
