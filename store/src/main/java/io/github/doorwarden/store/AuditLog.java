package io.github.doorwarden.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log: append-only, hash-chained ([AuditChain]), in the order of arrival. Safe for use by many threads,
/// and by several processes on one database.
///
/// One thread writes, a group of lines per transaction, so that many callers share one write to the disk. Lines are
/// lost in one case alone: [#write] was used and the process is killed within 100 ms. When the database fails, lines
/// are kept and tried again; once the bound is reached, whoever wants to write gets a [StoreOutage], so that nothing
/// goes on unseen.
///
/// The chain shows a changed, inserted or removed line, but not that the newest lines were cut off as a whole: for
/// that, compare with the head (number and hash of the newest line) that is logged at each start and end, and kept
/// where the database's owner has no hand.
public final class AuditLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private static final String COLUMNS = "seq, at, request_id, event, outcome, caller_kind, subject, client_id, "
            + "token_id, endpoint, "
            + "thing, reason, arguments, duration_us, peer, hash, tenant, trace_id, cause";
    private static final String INSERT =
            "INSERT INTO audit (" + COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private static final String HEAD = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";

    /// One line as it is stored. `hash` binds it to all lines before it.
    public record Line(long seq, AuditEvent event, byte[] hash) {}

    /// What [#verify()] found.
    ///
    /// @param lines  how many lines hold, from the first
    /// @param head   hash of the last line that holds, in hex
    /// @param broken what is wrong with the line after that; empty when every line holds
    public record Verification(long lines, String head, Optional<String> broken) {}

    /// `onDisk` is null when nobody waits.
    private record Entry(AuditEvent event, CompletableFuture<Void> onDisk) {

        void done() {
            if (onDisk != null) {
                onDisk.complete(null);
            }
        }

        void fail(Throwable cause) {
            if (onDisk != null) {
                onDisk.completeExceptionally(cause);
            }
        }
    }

    private record Head(long seq, byte[] hash) {}

    private final Database database;
    private final AuditChain chain = new AuditChain();
    private final ConcurrentLinkedQueue<Entry> arrived = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(Limits.AUDIT_PENDING_EVENTS);
    private final ArrayDeque<Entry> group = new ArrayDeque<>();
    private final Thread writer;
    private volatile boolean resting;
    private volatile boolean urgent;
    private volatile boolean failing;
    private volatile boolean closing;
    private volatile boolean finished;
    private volatile long groupsWritten;
    private volatile Consumer<AuditEvent> watcher = event -> { };

    public AuditLog(Database database) {
        this.database = database;
        this.writer = Thread.ofPlatform().daemon().name("audit-writer").unstarted(this::writeGroups);
        logHead("The audit log goes on.");
        writer.start();
    }

    /// From now on tells this one too of every event, on the thread that it happens on, whether or not it gets to the
    /// disk.
    ///
    /// @param more quick, and safe for use by many threads
    public synchronized void watch(Consumer<AuditEvent> more) {
        watcher = watcher.andThen(more);
    }

    /// Tells those who watch, and writes nothing: of what happens so often that a line each would fill the disk.
    public void tell(AuditEvent event) {
        try {
            watcher.accept(event);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("Somebody who watches the audit log failed. The log itself is whole.");
        }
    }

    /// On disk within 100 ms; waits when too much is pending.
    ///
    /// @throws StoreOutage when the line could not be accepted
    public void write(AuditEvent event) {
        tell(event);
        accept(new Entry(event, null));
        if (resting || room.availablePermits() < Limits.AUDIT_PENDING_EVENTS - Limits.AUDIT_HURRY_EVENTS) {
            LockSupport.unpark(writer);
        }
    }

    /// On disk when this returns.
    ///
    /// @throws StoreOutage when it is not, or not known to be, on disk. An accepted line is kept all the same and
    ///                     written once the database is back, because what it tells of may have happened
    public void writeDurably(AuditEvent event) {
        tell(event);
        var entry = new Entry(event, new CompletableFuture<>());
        accept(entry);
        urgent = true;
        LockSupport.unpark(writer);
        try {
            entry.onDisk.get(Limits.AUDIT_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new StoreOutage("The audit log could not be written.", e.getCause());
        } catch (TimeoutException e) {
            throw new StoreOutage("The audit log was not written in time.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreOutage("Interrupted while the audit log was being written.", e);
        }
    }

    /// False while the database fails: who is about to change something can refuse before, instead of after.
    public boolean accepts() {
        return !failing && !closing;
    }

    private void accept(Entry entry) {
        try {
            if (!room.tryAcquire() && (failing || !room.tryAcquire(Limits.AUDIT_WAIT_MILLIS, TimeUnit.MILLISECONDS))) {
                throw new StoreOutage("The audit log is full because the database does not accept it.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreOutage("Interrupted while waiting for room in the audit log.", e);
        }
        arrived.add(entry);
        if (finished && arrived.remove(entry)) {
            throw new StoreOutage("The audit log is closed.", null);
        }
    }

    /// The newest lines, newest first.
    public List<Line> newest(int count) {
        return database.query("SELECT " + COLUMNS + " FROM audit ORDER BY seq DESC LIMIT ?", AuditLog::line, count);
    }

    /// What lines can be looked for by.
    public enum By {
        REQUEST("request_id"), CLIENT("client_id"), TOKEN("token_id"), SUBJECT("subject"), TRACE("trace_id");

        private final String column;

        By(String column) {
            this.column = column;
        }
    }

    /// The newest lines about one thing, newest first. There is no index, so it takes as long as the log is: for an
    /// operator's questions, not for requests.
    ///
    /// @param value as it stands in the line, whole
    public List<Line> find(By by, String value, int count) {
        return database.query("SELECT " + COLUMNS + " FROM audit WHERE " + by.column + " = ? ORDER BY seq DESC LIMIT ?",
                AuditLog::line, value, count);
    }

    /// Lines of a kind. Every part that is there must hold.
    ///
    /// @param client  `client_id`, whole
    /// @param subject whole
    /// @param event   whole, or what it begins with and a `*`
    /// @param refused only what was not allowed
    /// @param trace   id of a W3C trace, whole
    public record Filter(Optional<String> client, Optional<String> subject, Optional<String> event, boolean refused,
            Optional<Instant> since, Optional<String> trace) {

        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty(), false,
                Optional.empty(), Optional.empty());
    }

    /// The newest lines of a kind, newest first. As [#find], it takes as long as the log is.
    ///
    /// @param before only lines with a lower number; empty: from the newest
    public List<Line> search(Filter filter, Optional<Long> before, int count) {
        var where = new ArrayList<String>();
        var args = new ArrayList<Object>();
        filter.client.ifPresent(value -> add(where, args, "client_id = ?", value));
        filter.subject.ifPresent(value -> add(where, args, "subject = ?", value));
        filter.event.filter(value -> !value.endsWith("*")).ifPresent(value -> add(where, args, "event = ?", value));
        filter.event.filter(value -> value.endsWith("*")).map(value -> value.substring(0, value.length() - 1))
                .ifPresent(value -> {
                    args.add(value.length());
                    add(where, args, "substr(event, 1, ?) = ?", value);
                });
        filter.trace.ifPresent(value -> add(where, args, "trace_id = ?", value));
        filter.since.ifPresent(value -> add(where, args, "at >= ?", value));
        before.ifPresent(value -> add(where, args, "seq < ?", value));
        if (filter.refused) {
            where.add("outcome <> 'allowed'");
        }
        args.add(count);
        return database.query("SELECT " + COLUMNS + " FROM audit "
                + (where.isEmpty() ? "" : "WHERE " + String.join(" AND ", where) + " ") + "ORDER BY seq DESC LIMIT ?",
                AuditLog::line, args.toArray());
    }

    private static void add(List<String> where, List<Object> args, String condition, Object value) {
        where.add(condition);
        args.add(value);
    }

    /// The lines after a number, oldest first.
    ///
    /// @param after 0: from the first
    public List<Line> following(long after, int count) {
        return database.query("SELECT " + COLUMNS + " FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", AuditLog::line,
                after, count);
    }

    /// The line about a token's being issued, however often it was used since.
    public Optional<AuditEvent> issued(String tokenId) {
        return database.first("SELECT " + COLUMNS + " FROM audit WHERE token_id = ? AND event = 'token' AND outcome = "
                + "'allowed' ORDER BY seq DESC LIMIT 1", AuditLog::line, tokenId).map(Line::event);
    }

    /// The number of the last line before a time; 0 when there is none. Times follow numbers closely, so this looks at
    /// some twenty lines and not at all of them.
    public long lastBefore(Instant time) {
        long from = 0;
        var to = database.first(HEAD, AuditLog::head).map(Head::seq).orElse(0L);
        while (from < to) {
            var middle = from + (to - from + 1) / 2;
            var early = database.first("SELECT at < ? FROM audit WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
                    row -> row.getBoolean(1), time, middle).orElse(true);
            if (early) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return from;
    }

    /// Lines after a number, oldest first, as far as figures need them.
    public List<AuditSample> samples(long after, int count) {
        return database.query("SELECT seq, at, event, outcome, caller_kind, subject, client_id, thing, duration_us, "
                + "tenant, cause, CASE WHEN event = 'authenticate' THEN reason END FROM audit WHERE seq > ? "
                + "ORDER BY seq LIMIT ?", row -> new AuditSample(row.getLong(1), Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3), row.getString(4), row.getString(5), row.getString(6), row.getString(7),
                row.getString(8), row.getLong(9), orEmpty(row.getString(10)), orEmpty(row.getString(11)),
                further(orEmpty(row.getString(12)))), after, count);
    }

    private static long further(String reason) {
        var at = reason.lastIndexOf(AuditSample.FURTHER);
        var number = at < 0 ? "" : reason.substring(at + AuditSample.FURTHER.length());
        return number.matches("[0-9]{1,12}") ? Long.parseLong(number) : 0;
    }

    /// Lines that are accepted but not yet on disk.
    public int pending() {
        return Limits.AUDIT_PENDING_EVENTS - room.availablePermits();
    }

    /// Walks the chain from the first line to the newest; stops at the first line that does not hold. Reads in pages,
    /// while others write.
    public Verification verify() {
        var walk = new AuditChain();
        var hash = AuditChain.START;
        long last = 0;
        while (true) {
            var page = following(last, Limits.AUDIT_PAGE_LINES);
            for (var line : page) {
                if (line.seq != last + 1) {
                    return verification(last, hash, "Line " + (last + 1) + " is missing; the next one is " + line.seq
                            + ".");
                }
                if (!Arrays.equals(walk.next(hash, line.seq, line.event), line.hash)) {
                    return verification(last, hash, "Line " + line.seq + " was changed, or the line before it was.");
                }
                hash = line.hash;
                last = line.seq;
            }
            if (page.size() < Limits.AUDIT_PAGE_LINES) {
                return verification(last, hash, null);
            }
        }
    }

    private static Verification verification(long lines, byte[] hash, String broken) {
        return new Verification(lines, HexFormat.of().formatHex(hash), Optional.ofNullable(broken));
    }

    long groupsWritten() {
        return groupsWritten;
    }

    /// Writes what is pending and ends. Afterwards nothing more is accepted.
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The writer's thread. Everything below runs on it alone.

    private void writeGroups() {
        while (!closing) {
            if (group.isEmpty() && arrived.isEmpty()) {
                rest();
            } else if (!failing && !urgent
                    && room.availablePermits() > Limits.AUDIT_PENDING_EVENTS - Limits.AUDIT_HURRY_EVENTS) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Limits.AUDIT_GATHER_MILLIS));
            } else if (failing) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Limits.AUDIT_RETRY_MILLIS));
            }
            urgent = false;
            writeGroup();
        }
        while (writeGroup()) {
            // until nothing is left or the database fails
        }
        finished = true;
        while (writeGroup()) {
            // what arrived between the last look and the word that it is finished
        }
        if (!group.isEmpty() || !arrived.isEmpty()) {
            LOG.atError().addKeyValue("lines", group.size() + arrived.size()).log("Audit lines are lost: the "
                    + "database failed to the end.");
        }
        logHead("The audit log ends.");
    }

    private void rest() {
        resting = true;
        if (arrived.isEmpty() && !closing && !urgent) {
            LockSupport.park();
        }
        resting = false;
    }

    /// Whether a group was written and there may be more.
    private boolean writeGroup() {
        while (group.size() < Limits.AUDIT_GROUP_EVENTS && !arrived.isEmpty()) {
            group.add(arrived.poll());
        }
        if (group.isEmpty()) {
            return false;
        }
        try {
            database.transaction(this::insertGroup);
        } catch (RuntimeException | Error e) {                               // whatever it was, the thread must live on
            failed(e);
            return false;
        }
        if (failing) {
            failing = false;
            LOG.info("The audit log is written again.");
        }
        groupsWritten = groupsWritten + 1;                                   // by this thread alone
        group.forEach(Entry::done);
        room.release(group.size());
        group.clear();
        return true;
    }

    /// Takes the head from the table, not from memory: a command beside this process may have written too.
    private Void insertGroup(Database.Transaction tx) throws SQLException {
        var head = tx.first(HEAD, AuditLog::head).orElse(new Head(0, AuditChain.START));
        var seq = head.seq;
        var hash = head.hash;
        var rows = new ArrayList<Object[]>(group.size());
        for (var entry : group) {
            seq++;
            hash = chain.next(hash, seq, entry.event);
            rows.add(row(seq, entry.event, hash));
        }
        tx.updateEach(INSERT, rows);
        return null;
    }

    /// The lines stay; those who wait for theirs are told.
    private void failed(Throwable cause) {
        if (!failing) {
            failing = true;
            LOG.atError().setCause(cause).log("The audit log cannot be written. Its lines are kept and tried again; "
                    + "calls that must be "
                    + "on record are refused meanwhile.");
        }
        group.forEach(entry -> entry.fail(cause));
        arrived.forEach(entry -> entry.fail(cause));
    }

    private void logHead(String message) {
        try {
            database.first(HEAD, AuditLog::head).ifPresent(head -> LOG.atInfo().addKeyValue("line", head.seq)
                    .addKeyValue("hash", HexFormat.of().formatHex(head.hash)).log(message));
        } catch (StoreOutage e) {
            LOG.atWarn().setCause(e).log("The head of the audit log cannot be read.");
        }
    }

    private static Head head(ResultSet row) throws SQLException {
        return new Head(row.getLong(1), row.getBytes(2));
    }

    private static Object[] row(long seq, AuditEvent e, byte[] hash) {
        return new Object[] {seq, e.at(), e.requestId(), e.event(), e.outcome(), e.callerKind(), e.subject(),
                e.clientId(), e.tokenId(),
            e.endpoint(), e.thing(), e.reason(), e.arguments(), AuditChain.micros(e), e.peer(), hash,
            orNull(e.tenant()), orNull(e.traceId()), orNull(e.cause())};
    }

    private static String orNull(String value) {
        return value.isEmpty() ? null : value;
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    private static Line line(ResultSet row) throws SQLException {
        var event = new AuditEvent(Instant.ofEpochMilli(row.getLong(2)), row.getString(3), row.getString(4),
                row.getString(5),
                row.getString(6), row.getString(7), row.getString(8), row.getString(9), row.getString(10),
                row.getString(11),
                row.getString(12), row.getString(13), Duration.ofNanos(row.getLong(14) * 1_000), row.getString(15),
                orEmpty(row.getString(17)), orEmpty(row.getString(18)), orEmpty(row.getString(19)));
        return new Line(row.getLong(1), event, row.getBytes(16));
    }
}
