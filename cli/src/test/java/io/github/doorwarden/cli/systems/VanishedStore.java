package io.github.doorwarden.cli.systems;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;

/// The database of a running system, taken away from it and given back: every table is there under another name
/// meanwhile, so that whatever the process asks fails, and another process can be played to which nothing has happened.
final class VanishedStore implements AutoCloseable {

    private static final String AWAY = "away_";

    private final Connection connection;

    /// Takes it away.
    VanishedStore(Path state) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + state.resolve("doorwarden.db"));
        run("PRAGMA busy_timeout = 10000");
        rename("", AWAY);
    }

    private void rename(String from, String to) throws SQLException {
        run("BEGIN IMMEDIATE");
        var tables = new ArrayList<String>();
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        for (var table : tables) {
            run("ALTER TABLE \"" + table + "\" RENAME TO \"" + to + table.substring(from.length()) + "\"");
        }
        run("COMMIT");
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// What another process does meanwhile that can reach it.
    int revokeElsewhere(String grant) throws SQLException {
        try (var statement = connection.prepareStatement("UPDATE " + AWAY
                + "access_grant SET revoked_at = ? WHERE id = ?")) {
            statement.setLong(1, System.currentTimeMillis());
            statement.setString(2, grant);
            return statement.executeUpdate();
        }
    }

    /// The grant that a token stands for.
    String grantOf(byte[] tokenHash) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT grant_id FROM " + AWAY
                + "access_token WHERE token_hash = ?")) {
            statement.setBytes(1, tokenHash);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    /// Gives it back.
    @Override
    public void close() throws SQLException {
        rename(AWAY, "");
        connection.close();
    }
}
