package io.github.doorwarden.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Brings a database up to date: numbered SQL files, each run once, in order, in a transaction of its own. A file
/// that has been run must never change; its checksum is kept and compared at each start.
///
/// A new migration is a new file beside this class's resources and a new name at the end of [#FILES]. Statements end
/// with `;` at the end of a line.
final class Migrations {

    static final List<String> FILES =
            List.of("001-people.sql", "002-clients-and-grants.sql", "003-audit.sql", "004-spent-at.sql",
            "005-tasks.sql", "006-agents.sql", "007-tokens.sql", "008-second-factors.sql", "009-providers.sql",
            "010-connected-accounts.sql", "011-openid.sql", "012-watch.sql",
            "013-tenants.sql");

    private Migrations() {}

    static void run(Database database) {
        database.update("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, "
                + "run_at BIGINT NOT NULL)");
        for (var name : FILES) {
            var sql = read(name);
            var checksum = checksum(sql);
            database.transaction(tx -> {
                var known = tx.first("SELECT checksum FROM migration WHERE name = ?", row -> row.getString(1), name);
                if (known.isPresent()) {
                    if (!known.get().equals(checksum)) {
                        throw new IllegalStateException("The migration " + name
                                + " was changed after it had run on this database. "
                                + "Restore the file; a correction is a new migration.");
                    }
                    return null;
                }
                for (var statement : statements(sql)) {
                    tx.update(statement);
                }
                tx.update("INSERT INTO migration (name, checksum, run_at) VALUES (?, ?, ?)", name, checksum,
                        System.currentTimeMillis());
                return null;
            });
        }
    }

    static List<String> statements(String sql) {
        var bare = sql.lines().filter(line -> !line.strip().startsWith("--")).toList();
        return List.of(String.join("\n", bare).split(";\\s*(\\n|$)")).stream().map(String::strip).filter(s ->
                !s.isEmpty()).toList();
    }

    private static String read(String name) {
        try (var in = Migrations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The migration " + name + " is not on the class path.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The migration " + name + " cannot be read.", e);
        }
    }

    private static String checksum(String sql) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(sql.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
