package io.github.doorwarden.systems.toolbridge;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.github.doorwarden.systems.backend.Outage;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;

/// PostgreSQL. Requests run as the role `toolbridge_api`, which owns nothing and cannot go around row level security;
/// each transaction tells the database its tenant, and the database shows that tenant's rows alone, whatever a
/// statement asks for. The login that the URL names migrates the tables and is given up after that.
final class PostgresStore implements Store {

    static final String ROLE = "toolbridge_api";
    /// 40001 and 40P01: the transaction did nothing wrong and may run again.
    private static final Set<String> AGAIN = Set.of("40001", "40P01");
    private static final String TELL = "SELECT set_config('toolbridge.tenant', ?, true), "
            + "set_config('toolbridge.feed', ?, true)";

    /// Reads of one transaction see one state, and can change nothing.
    private static final String READING = " -c default_transaction_isolation=repeatable\\ read"
            + " -c default_transaction_read_only=on";

    private final HikariDataSource writers;
    private final HikariDataSource readers;

    private PostgresStore(HikariDataSource writers, HikariDataSource readers) {
        this.writers = writers;
        this.readers = readers;
    }

    /// @param url `postgres://user:password@host:port/database?sslmode=…`
    static PostgresStore open(URI url) {
        try {
            try (var owner = source(url, "").getConnection()) {
                Migrations.of(Dialect.POSTGRESQL).run(owner);
            }
            var writers = pool("writers", url, "");
            try {
                requireBounds(writers);
                return new PostgresStore(writers, pool("readers", url, READING));
            } catch (SQLException | RuntimeException e) {
                writers.close();
                throw e;
            }
        } catch (SQLException | HikariPool.PoolInitializationException e) {
            throw new Outage("The database at " + url.getHost() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static HikariDataSource pool(String name, URI url, String more) {
        var config = new HikariConfig();
        config.setPoolName("toolbridge " + name);
        config.setDataSource(source(url, " -c role=" + ROLE + more));
        config.setMaximumPoolSize(Limits.CONNECTIONS);
        config.setMinimumIdle(2);
        config.setAutoCommit(false);
        config.setConnectionTimeout(Limits.CONNECTION_WAIT.toMillis());
        return new HikariDataSource(config);
    }

    /// @param more settings that connections begin with, and that no rollback or reset takes from them
    private static org.postgresql.ds.PGSimpleDataSource source(URI url, String more) {
        var source = new org.postgresql.ds.PGSimpleDataSource();
        var user = url.getRawUserInfo() == null ? new String[0] : url.getRawUserInfo().split(":", 2);
        source.setServerNames(new String[] {url.getHost()});
        source.setPortNumbers(new int[] {url.getPort() < 0 ? 5432 : url.getPort()});
        source.setDatabaseName(url.getPath().replaceFirst("^/", ""));
        if (user.length > 0) {
            source.setUser(decode(user[0]));
        }
        if (user.length > 1) {
            source.setPassword(decode(user[1]));
        }
        var options = new Properties();
        for (var pair : url.getRawQuery() == null ? new String[0] : url.getRawQuery().split("&")) {
            var at = pair.indexOf('=');
            if (at > 0) {
                options.setProperty(decode(pair.substring(0, at)), decode(pair.substring(at + 1)));
            }
        }
        if (options.containsKey("sslmode")) {
            source.setSslMode(options.getProperty("sslmode"));
        }
        if (options.containsKey("sslrootcert")) {
            source.setSslRootCert(options.getProperty("sslrootcert"));
        }
        source.setApplicationName("toolbridge");
        source.setConnectTimeout((int) Limits.CONNECTION_WAIT.toSeconds());
        source.setOptions("-c statement_timeout=" + Limits.STATEMENT.toMillis() + more);
        return source;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /// Whoever goes around row level security must not serve requests.
    private static void requireBounds(HikariDataSource pool) throws SQLException {
        try (var connection = pool.getConnection()) {
            var bound = new Tx(connection, Dialect.POSTGRESQL).number("SELECT count(*) FROM pg_roles "
                    + "WHERE rolname = current_user AND rolname = ? AND NOT rolsuper AND NOT rolbypassrls", ROLE);
            connection.rollback();
            if (bound == 0) {
                throw new SQLException("requests would not run as the role " + ROLE + ", or it may go around row level "
                        + "security. Take SUPERUSER and BYPASSRLS from it");
            }
        }
    }

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    @Override
    public <T> T read(Scope scope, Work<T> work) {
        try (var connection = readers.getConnection()) {
            try {
                tell(connection, scope);
                return work.run(new Tx(connection, Dialect.POSTGRESQL));
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new Outage("A read failed.", e);
        }
    }

    @Override
    public <T> T write(Scope scope, Work<T> work) {
        for (var attempt = 1;; attempt++) {
            try (var connection = writers.getConnection()) {
                return once(connection, scope, work);
            } catch (SQLException e) {
                if (!AGAIN.contains(e.getSQLState()) || attempt == Limits.TRANSACTION_TRIES) {
                    throw new Outage("A transaction failed.", e);
                }
            }
        }
    }

    private static <T> T once(Connection connection, Scope scope, Work<T> work) throws SQLException {
        try {
            tell(connection, scope);
            var tx = new Tx(connection, Dialect.POSTGRESQL);
            var value = work.run(tx);
            tx.flush();
            connection.commit();
            return value;
        } catch (Throwable e) {
            connection.rollback();
            throw e;
        }
    }

    @Override
    public <T> T note(Work<T> work) {
        return write(Scope.PLATFORM, tx -> {
            tx.query("SELECT set_config('synchronous_commit', 'off', true)", row -> 1);
            return work.run(tx);
        });
    }

    /// A transaction of the platform needs no telling: without it no tenant's row is there.
    private static void tell(Connection connection, Scope scope) throws SQLException {
        switch (scope) {
            case Scope.Tenant(var id) -> new Tx(connection, Dialect.POSTGRESQL).query(TELL, row -> 1, id, "");
            case Scope.Feed feed -> new Tx(connection, Dialect.POSTGRESQL).query(TELL, row -> 1, "", "all");
            case Scope.Platform platform -> { }
        }
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }
}
