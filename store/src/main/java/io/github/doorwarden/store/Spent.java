package io.github.doorwarden.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/// Things that can be used once, on all nodes together: whoever takes one first has it. Kept as hashes. Safe for use by
/// many threads.
///
/// Whoever takes something while others do shares one transaction with them, and so one write to the disk: the thread
/// whose turn it is takes for all who wait. Nobody hears that something is theirs before that is on disk.
public final class Spent {

    /// What is made by this deployment; things of others stand under their issuer.
    private static final String OURS = "";

    private static final String TAKE = "INSERT INTO spent (kind, issuer, id_hash, expires_at, spent_at) VALUES "
            + "(?, ?, ?, ?, ?) ON CONFLICT (kind, issuer, id_hash) DO NOTHING";

    /// One who wants to take something. Only touched by whose turn it is.
    private static final class Wish {

        private final Object[] row;
        private boolean decided;
        private boolean taken;
        private Throwable failure;

        Wish(Object... row) {
            this.row = row;
        }

        /// @throws StoreOutage when that could not be found out
        boolean outcome() {
            if (failure != null) {
                throw new StoreOutage("Nothing could be taken.", failure);
            }
            return taken;
        }
    }

    private final Database database;
    private final ConcurrentLinkedQueue<Wish> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile long groups;

    public Spent(Database database) {
        this.database = database;
    }

    /// Takes a thing, by one atomic statement; waits until that is on disk.
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
        database.requireOutside();                 // whose turn it is may be waiting for this very transaction
        var wish = new Wish(kind, issuer, sha256(id), expires, now);
        waiting.add(wish);
        turn.lock();
        try {
            while (!wish.decided) {
                takeTogether();
            }
            return wish.outcome();
        } finally {
            turn.unlock();
        }
    }

    private void takeTogether() {
        var group = new ArrayList<Wish>();
        while (group.size() < Limits.SPENT_GROUP && !waiting.isEmpty()) {
            group.add(waiting.poll());
        }
        var interrupted = Thread.interrupted();               // who is told to stop must not take the others along
        try {
            var taken = database.transaction(tx -> taken(tx, group));
            for (var i = 0; i < taken.length; i++) {
                group.get(i).taken = taken[i];
            }
        } catch (RuntimeException | Error e) {                // each of them has to hear of it, whatever it was
            group.forEach(wish -> wish.failure = e);
        } finally {
            group.forEach(wish -> wish.decided = true);
            groups = groups + 1;                              // by one at a time
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// In the order of arrival, so that of two who want the same the first has it.
    private static boolean[] taken(Database.Transaction tx, List<Wish> group) throws SQLException {
        var taken = new boolean[group.size()];
        for (var i = 0; i < taken.length; i++) {
            taken[i] = tx.update(TAKE, group.get(i).row) == 1;
        }
        return taken;
    }

    /// How many transactions there were.
    long groups() {
        return groups;
    }

    /// How many wait for their turn.
    int waiting() {
        return turn.getQueueLength();
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
