package io.github.doorwarden.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// Things that can be used once, on all nodes together: whoever takes one first has it. Kept as hashes. Safe for use by
/// many threads.
public final class Spent {

    /// What is made by this deployment; things of others stand under their issuer.
    private static final String OURS = "";

    private final Database database;

    public Spent(Database database) {
        this.database = database;
    }

    /// Takes a thing, by one atomic statement.
    ///
    /// @param kind    what it is, for example `requestState`
    /// @param id      unguessable, or made by us
    /// @param expires when it would no longer be taken anyway; remembered until then
    /// @return true for the first who asks, false for everybody after
    public boolean take(String kind, String id, Instant expires, Instant now) {
        return takeOf(OURS, kind, id, expires, now);
    }

    /// Takes a thing that was made elsewhere: two issuers may give the same id to two things.
    ///
    /// @param issuer who made it
    /// @return true for the first who asks, false for everybody after
    public boolean takeOf(String issuer, String kind, String id, Instant expires, Instant now) {
        return database.update("INSERT INTO spent (kind, issuer, id_hash, expires_at, spent_at) VALUES (?, ?, ?, ?, ?) "
                + "ON CONFLICT (kind, issuer, id_hash) DO NOTHING", kind, issuer, sha256(id), expires, now) == 1;
    }

    /// Whether somebody has taken it.
    public boolean isTaken(String kind, String id) {
        return database.first("SELECT 1 FROM spent WHERE kind = ? AND issuer = ? AND id_hash = ?",
                row -> row.getInt(1), kind, OURS, sha256(id)).isPresent();
    }

    /// Hashes ([#hash]) of those of a kind that were taken at or after a time, in no order.
    public List<String> since(String kind, Instant from) {
        return database.query("SELECT id_hash FROM spent WHERE kind = ? AND issuer = ? AND spent_at >= ?",
                row -> HexFormat.of().formatHex(row.getBytes(1)), kind, OURS, from);
    }

    /// Forgets what has expired.
    public void sweep(Instant now) {
        database.update("DELETE FROM spent WHERE expires_at < ?", now);
    }

    /// SHA-256 in hexadecimal.
    public static String hash(String id) {
        return HexFormat.of().formatHex(sha256(id));
    }

    private static byte[] sha256(String id) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256.", e);
        }
    }
}
