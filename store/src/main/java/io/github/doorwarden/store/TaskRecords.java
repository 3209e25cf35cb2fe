package io.github.doorwarden.store;

import io.github.doorwarden.store.Database.Transaction;
import io.github.doorwarden.store.TaskRecord.Status;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The tasks of a deployment, for all its processes together. Each change of state is one conditional statement: a task
/// that has ended never changes, and of two who want to change one, one does. Ids are kept as hashes, contents sealed
/// for their row and column. Safe for use by many threads.
public final class TaskRecords {

    /// A task and its open questions as of one moment: no answer comes between.
    private static final String ROWS = "SELECT t.id_hash, t.sealed_id, t.owner, t.endpoint, t.tool, t.status, "
            + "t.message, t.created_at, t.updated_at, t.expires_at, t.holder, t.held_until, t.work, t.outcome, "
            + "q.wire_key, q.request FROM task t LEFT JOIN task_question q ON q.task = t.id_hash "
            + "AND q.answer IS NULL AND q.withdrawn = 0 WHERE ";
    private static final String IN_ORDER = " ORDER BY t.id_hash, q.place";
    private static final String LATER = "CASE WHEN expires_at < ? THEN ? ELSE expires_at END";

    private final Database database;
    private final Seal seal;

    /// @param seal of the purpose `tasks`, the same in every process
    public TaskRecords(Database database, Seal seal) {
        this.database = database;
        this.seal = seal;
    }

    /// A task that begins.
    ///
    /// @param id   unguessable
    /// @param work what is needed to run it again from the start; empty when it must not be
    public record Begun(String id, String owner, String endpoint, String tool, Optional<String> work, Instant now,
            Instant expiresAt, String holder, Instant heldUntil) {}

    /// How a task ends.
    ///
    /// @param message for people; may be empty
    /// @param outcome JSON of the result or the error; empty when there is none
    public record Ending(Status status, String message, Optional<String> outcome) {

        public Ending {
            if (status == Status.WORKING) {
                throw new IllegalArgumentException("A task that works has not ended.");
            }
        }
    }

    /// Keeps a new task; on disk when this returns true.
    ///
    /// @return false when there are too many already: of this owner, or of all
    public boolean begin(Begun task, int mostOfOwner, int most) {
        var hash = Hashed.of(task.id);
        return database.update("INSERT INTO task (id_hash, sealed_id, owner, endpoint, tool, status, created_at, "
                + "updated_at, expires_at, holder, held_until, work) SELECT ?, ?, ?, ?, ?, 'working', ?, ?, ?, ?, ?, ? "
                + "WHERE (SELECT COUNT(*) FROM task WHERE owner = ? AND expires_at > ?) < ? "
                + "AND (SELECT COUNT(*) FROM task WHERE expires_at > ?) < ?",
                hash.bytes, seal(hash, "id", task.id), task.owner, task.endpoint, task.tool, task.now, task.now,
                task.expiresAt, task.holder, task.heldUntil,
                task.work.map(work -> seal(hash, "work", work)).orElse(null), task.owner, task.now, mostOfOwner,
                task.now, most) == 1;
    }

    /// The task of this id; empty when there is none, when it has expired, and when it is somebody else's or behind
    /// another endpoint.
    ///
    /// @throws IllegalStateException when its row cannot be opened
    public Optional<TaskRecord> find(String id, String owner, String endpoint, Instant now) {
        return find(id, now).filter(task -> task.owner().equals(owner) && task.endpoint().equals(endpoint));
    }

    /// The same, whosever it is.
    public Optional<TaskRecord> find(String id, Instant now) {
        return rows("t.id_hash = ? AND t.expires_at > ?", Hashed.of(id).bytes, now).stream().findFirst();
    }

    /// Ends a task, unless it has ended.
    ///
    /// @param holder who must hold it; empty: whoever does
    /// @param keep   until when it can be read at least
    /// @return whether this ended it
    public boolean end(String id, String holder, Ending ending, Instant now, Instant keep) {
        var hash = Hashed.of(id);
        return database.transaction(tx -> {
            var ended = tx.update("UPDATE task SET status = ?, message = ?, outcome = ?, work = NULL, updated_at = ?, "
                    + "expires_at = " + LATER + " WHERE id_hash = ? AND status = 'working' AND expires_at > ? "
                    + "AND (? = '' OR holder = ?)", name(ending.status),
                    ending.message.isEmpty() ? null : seal(hash, "message", ending.message),
                    ending.outcome.map(outcome -> seal(hash, "outcome", outcome)).orElse(null), now, keep, keep,
                    hash.bytes, now, holder, holder) == 1;
            if (ended) {
                tx.update("DELETE FROM task_question WHERE task = ?", hash.bytes);
            }
            return ended;
        });
    }

    /// Says how far it is.
    ///
    /// @return false when the holder has it no more
    public boolean say(String id, String holder, String message, Instant now) {
        var hash = Hashed.of(id);
        return database.update("UPDATE task SET message = ?, updated_at = ? WHERE id_hash = ? AND status = 'working' "
                + "AND holder = ?", seal(hash, "message", message), now, hash.bytes, holder) == 1;
    }

    /// Takes a task whose process is gone.
    ///
    /// @param keep until when it can be read at least
    /// @return false when somebody else was faster, or it has ended
    public boolean take(String id, String holder, Instant until, Instant now, Instant keep) {
        return database.update("UPDATE task SET holder = ?, held_until = ?, expires_at = " + LATER
                + " WHERE id_hash = ? AND status = 'working' AND held_until <= ? AND expires_at > ?", holder, until,
                keep, keep, Hashed.of(id).bytes, now, now) == 1;
    }

    /// Says that the holder lives, and what it still holds.
    public List<String> hold(String holder, Instant until) {
        return database.transaction(tx -> {
            tx.update("UPDATE task SET held_until = ? WHERE holder = ? AND status = 'working'", until, holder);
            return tx.query("SELECT id_hash, sealed_id FROM task WHERE holder = ? AND status = 'working'",
                    row -> open(new Hashed(row.getBytes(1)), "id", row.getBytes(2)), holder);
        });
    }

    /// Lets go of all that the holder holds, so that others need not wait.
    public void release(String holder, Instant now) {
        database.update("UPDATE task SET held_until = ? WHERE holder = ? AND status = 'working'", now, holder);
    }

    /// Tasks whose process is gone and which cannot be run again.
    public List<TaskRecord> lost(Instant now) {
        return rows("t.status = 'working' AND t.held_until <= ? AND t.work IS NULL AND t.expires_at > ?", now, now);
    }

    /// What other processes have changed.
    public List<TaskRecord> changedByOthers(String holder, Instant since, Instant now) {
        return rows("t.updated_at >= ? AND t.holder <> ? AND t.expires_at > ?", since, holder, now);
    }

    /// Deletes what has expired.
    public void sweep(Instant now) {
        database.update("DELETE FROM task WHERE expires_at <= ?", now);
    }

    /// Asks what is not asked yet; a question that now reads otherwise takes the place of the one before, under a new
    /// key.
    ///
    /// @param questions JSON of what is asked, by the names that the tool gives them
    /// @param keep      until when the task can be read at least
    /// @return false when the holder has the task no more
    public boolean ask(String id, String holder, Map<String, String> questions, Instant now, Instant keep) {
        var hash = Hashed.of(id);
        return database.transaction(tx -> {
            var holds = tx.update("UPDATE task SET updated_at = ?, expires_at = " + LATER + " WHERE id_hash = ? "
                    + "AND status = 'working' AND holder = ?", now, keep, keep, hash.bytes, holder) == 1;
            if (holds) {
                for (var question : questions.entrySet()) {
                    ask(tx, hash, question.getKey(), question.getValue());
                }
            }
            return holds;
        });
    }

    private void ask(Transaction tx, Hashed task, String name, String request) throws SQLException {
        var before = tx.query("SELECT wire_key, request, answer, withdrawn FROM task_question WHERE task = ? "
                + "AND name = ?", row -> new Asked(row.getLong(4) != 0, row.getBytes(3) != null,
                        open(task, "request " + row.getString(1), row.getBytes(2))), task.bytes, name);
        if (before.stream().anyMatch(each -> !each.withdrawn && (each.answered || each.request.equals(request)))) {
            return;
        }
        tx.update("UPDATE task_question SET withdrawn = 1 WHERE task = ? AND name = ?", task.bytes, name);
        var key = before.isEmpty() ? name : name + "." + (before.size() + 1);
        tx.update("INSERT INTO task_question (task, wire_key, name, place, request) SELECT ?, ?, ?, COUNT(*), ? FROM "
                + "task_question WHERE task = ?", task.bytes, key, name, seal(task, "request " + key, request),
                task.bytes);
    }

    private record Asked(boolean withdrawn, boolean answered, String request) {}

    /// No longer asks what is open.
    public void withdraw(String id, Instant now) {
        var hash = Hashed.of(id);
        database.transaction(tx -> {
            tx.update("UPDATE task_question SET withdrawn = 1 WHERE task = ? AND answer IS NULL", hash.bytes);
            return tx.update("UPDATE task SET updated_at = ? WHERE id_hash = ? AND status = 'working'", now,
                    hash.bytes);
        });
    }

    /// Keeps the answer to an open question.
    ///
    /// @param answer JSON
    /// @return false when the question is not open: it was never asked, is answered, or the task has ended
    public boolean answer(String id, String key, String answer, Instant now) {
        var hash = Hashed.of(id);
        return database.transaction(tx -> {
            var taken = tx.update("UPDATE task_question SET answer = ? WHERE task = ? AND wire_key = ? "
                    + "AND answer IS NULL AND withdrawn = 0 AND EXISTS (SELECT 1 FROM task WHERE id_hash = ? "
                    + "AND status = 'working' AND expires_at > ?)", seal(hash, "answer " + key, answer), hash.bytes,
                    key, hash.bytes, now) == 1;
            if (taken) {
                tx.update("UPDATE task SET updated_at = ? WHERE id_hash = ?", now, hash.bytes);
            }
            return taken;
        });
    }

    /// JSON of the answers until now, by the names that the tool gives the questions.
    public Map<String, String> answers(String id) {
        var hash = Hashed.of(id);
        var answers = new LinkedHashMap<String, String>();
        database.query("SELECT name, wire_key, answer FROM task_question WHERE task = ? AND answer IS NOT NULL "
                + "AND withdrawn = 0 ORDER BY place", row -> answers.put(row.getString(1),
                        open(hash, "answer " + row.getString(2), row.getBytes(3))), hash.bytes);
        return answers;
    }

    private List<TaskRecord> rows(String where, Object... args) {
        var found = new LinkedHashMap<String, TaskRecord>();
        database.query(ROWS + where + IN_ORDER, this::read, args).forEach(row -> found.merge(row.id(), row,
                (before, more) -> with(before, more.open())));
        return List.copyOf(found.values());
    }

    /// With one of its open questions, if there are any.
    private TaskRecord read(ResultSet row) throws SQLException {
        var hash = new Hashed(row.getBytes(1));
        var key = row.getString(15);
        return new TaskRecord(open(hash, "id", row.getBytes(2)), row.getString(3), row.getString(4), row.getString(5),
                Status.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                opened(hash, "message", row.getBytes(7)).orElse(""), Instant.ofEpochMilli(row.getLong(8)),
                Instant.ofEpochMilli(row.getLong(9)), Instant.ofEpochMilli(row.getLong(10)), row.getString(11),
                Instant.ofEpochMilli(row.getLong(12)), opened(hash, "work", row.getBytes(13)),
                opened(hash, "outcome", row.getBytes(14)), key == null ? List.of()
                        : List.of(new TaskRecord.Question(key, open(hash, "request " + key, row.getBytes(16)))));
    }

    private static TaskRecord with(TaskRecord task, List<TaskRecord.Question> more) {
        var open = new ArrayList<>(task.open());
        open.addAll(more);
        return new TaskRecord(task.id(), task.owner(), task.endpoint(), task.tool(), task.status(), task.message(),
                task.createdAt(), task.updatedAt(), task.expiresAt(), task.holder(), task.heldUntil(), task.work(),
                task.outcome(), open);
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private byte[] seal(Hashed task, String column, String text) {
        return seal.seal(text.getBytes(StandardCharsets.UTF_8), context(task, column));
    }

    private Optional<String> opened(Hashed task, String column, byte[] sealed) {
        return sealed == null ? Optional.empty() : Optional.of(open(task, column, sealed));
    }

    private String open(Hashed task, String column, byte[] sealed) {
        return new String(seal.open(sealed, context(task, column)).orElseThrow(() -> new IllegalStateException("The "
                + column + " of a task cannot be opened: its row was changed, or the master key is another.")),
                StandardCharsets.UTF_8);
    }

    private static byte[] context(Hashed task, String column) {
        return (HexFormat.of().formatHex(task.bytes) + " " + column).getBytes(StandardCharsets.UTF_8);
    }

    /// What stands in place of an id.
    private record Hashed(byte[] bytes) {

        static Hashed of(String id) {
            return new Hashed(HexFormat.of().parseHex(Spent.hash(id)));
        }
    }
}
