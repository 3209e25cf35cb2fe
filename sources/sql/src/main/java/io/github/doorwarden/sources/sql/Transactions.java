package io.github.doorwarden.sources.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// How a statement is fenced in by the database itself, whatever its words are: a transaction that cannot write, and a
/// time after which the server ends it by itself.
final class Transactions {

    private Transactions() {}

    /// Begins one on a connection that has none.
    ///
    /// @param trace id of the trace that the call belongs to, which the database's own views and logs name where its
    ///              protocol lets it be said in the round that is needed anyway
    static void begin(Engine engine, Connection connection, Duration timeout, boolean write, String trace)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            switch (engine) {
                case POSTGRESQL ->
                    // The connection is read-only, so the driver has sent BEGIN READ ONLY before this. The query takes
                    // a snapshot: from then on PostgreSQL refuses to make the transaction a writing one.
                    statement.execute("SET LOCAL statement_timeout = " + timeout.toMillis()
                            + "; SET LOCAL idle_in_transaction_session_timeout = "
                            + timeout.plus(Limits.TOOL_MARGIN).toMillis()
                            + "; SET LOCAL application_name = 'doorwarden " + hex(trace) + "'"
                            + (write ? "" : "; SELECT 1"));
                case MYSQL -> {
                    if (connection.getMetaData().getDatabaseProductVersion().contains("MariaDB")) {
                        statement.execute("SET SESSION max_statement_time = " + timeout.toMillis() / 1000.0);
                    } else {
                        statement.execute("SET SESSION max_execution_time = " + timeout.toMillis());
                    }
                    statement.execute("START TRANSACTION " + (write ? "READ WRITE" : "READ ONLY"));
                }
                case SQLSERVER -> statement.execute("SET XACT_ABORT ON; SET LOCK_TIMEOUT " + timeout.toMillis()
                        + "; SET CONTEXT_INFO 0x" + hex(trace));
                case SQLITE -> statement.execute("PRAGMA query_only = " + (write ? "OFF" : "ON"));
            }
        }
    }

    /// It stands in a statement, so it is nothing but what an id is.
    private static String hex(String trace) {
        if (!trace.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("That is no id of a trace.");
        }
        return trace;
    }
}
