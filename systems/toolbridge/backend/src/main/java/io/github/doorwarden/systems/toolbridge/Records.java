package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// What can be done with one record, each as a step of a transaction: alone, in a batch, or among others. Every
/// statement carries the caller's tenant. Safe for use by many threads.
final class Records {

    private final Ids ids;
    private final InstantSource clock;

    Records(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    Stored create(Tx tx, Caller caller, Kind kind, Body body) throws SQLException {
        body.only(Bodies.ofCreate(kind));
        var values = new LinkedHashMap<String, Object>();
        kind.fields().forEach(field -> values.put(field.name(), field.unset()));
        values.putAll(body.whole(kind, true));
        requireTargets(tx, caller, kind, values, List.of());
        var now = clock.millis();
        var stored = new Stored(kind, ids.next(), 1, values, body.tags(0), false, null, now, caller.user(), now,
                caller.user());
        insert(tx, caller, stored);
        changed(tx, caller, stored, "create");
        return stored;
    }

    static void insert(Tx tx, Caller caller, Stored stored) throws SQLException {
        var kind = stored.kind();
        var args = new ArrayList<Object>(List.of(caller.tenant(), stored.id(), stored.version()));
        args.addAll(stored.values().values());
        args.addAll(List.of(stored.archived(), stored.createdAt(), stored.createdBy(), stored.updatedAt(),
                stored.updatedBy()));
        tx.update("INSERT INTO " + kind.plural() + " (tenant_id, id, version, "
                + String.join(", ", stored.values().keySet())
                + ", archived, created_at, created_by, updated_at, updated_by) VALUES (?"
                + ", ?".repeat(args.size() - 1) + ")", args);
        addTags(tx, caller, stored, stored.tags());
        write(tx, caller, stored);
    }

    /// @throws Refused 404 when there is none in this tenant, 410 when it was deleted
    Stored get(Tx tx, Caller caller, Kind kind, String id) throws SQLException {
        return find(tx, caller, kind, id, "");
    }

    private static Stored find(Tx tx, Caller caller, Kind kind, String id, String lock) throws SQLException {
        var found = tx.first("SELECT " + kind.columns() + " FROM " + kind.plural()
                + " r WHERE r.tenant_id = ? AND r.id = ?" + lock, row -> Stored.read(kind, row), caller.tenant(),
                Ids.checked("id", id)).orElseThrow(() -> Problems.notFound(kind.one()));
        if (found.deletedAt() != null) {
            throw Problems.gone(kind.one());
        }
        return found;
    }

    /// Nobody else changes it before the end of the transaction.
    private static Stored held(Tx tx, Caller caller, Kind kind, String id, Optional<Long> expected)
            throws SQLException {
        var found = find(tx, caller, kind, id, tx.dialect().forUpdate());
        if (expected.isPresent() && expected.get() != found.version()) {
            throw Problems.versionConflict(kind.one(), expected.get(), found.version());
        }
        return found;
    }

    Stored update(Tx tx, Caller caller, Kind kind, String id, Body body, Optional<Long> expected) throws SQLException {
        body.only(Bodies.ofChange(kind));
        if (expected.isEmpty()) {
            throw Problems.versionRequired();
        }
        return change(tx, caller, kind, id, body.whole(kind, false), expected);
    }

    Stored patch(Tx tx, Caller caller, Kind kind, String id, Body body, Optional<Long> expected) throws SQLException {
        body.only(Bodies.ofChange(kind));
        return change(tx, caller, kind, id, body.parts(kind), expected);
    }

    private Stored change(Tx tx, Caller caller, Kind kind, String id, Map<String, Object> said,
            Optional<Long> expected) throws SQLException {
        var before = held(tx, caller, kind, id, expected);
        requireAtHand(before);
        var values = new LinkedHashMap<>(before.values());
        values.putAll(said);
        if (values.equals(before.values())) {
            return before;
        }
        var same = before.values().entrySet().stream().filter(each -> Objects.equals(each.getValue(),
                values.get(each.getKey()))).map(Map.Entry::getKey).toList();
        requireTargets(tx, caller, kind, values, same);
        return save(tx, caller, before, values, before.archived(), "update");
    }

    Stored archive(Tx tx, Caller caller, Kind kind, String id, Body body, Optional<Long> expected)
            throws SQLException {
        body.only(Bodies.OF_ARCHIVE);
        var to = body.flag("archived").orElse(true);
        var before = held(tx, caller, kind, id, expected);
        return to == before.archived() ? before : save(tx, caller, before, before.values(), to, "archive");
    }

    Stored process(Tx tx, Caller caller, Kind kind, String id, Body body, Optional<Long> expected)
            throws SQLException {
        body.only(Bodies.ofProcess(kind));
        var name = body.needed("action", 40);
        var action = kind.actions().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() ->
                Problem.invalid("There is no action " + Problem.quote(name) + " of a " + kind.one() + ". There are: "
                + kind.actions().stream().map(Action::name).collect(Collectors.joining(", ")) + "."));
        var said = action.argument().map(each -> body.text(each.name(), each.max()).orElseThrow(() ->
                Problem.invalid("The action " + name + " needs '" + each.name() + "'.")));
        var before = held(tx, caller, kind, id, expected);
        var legal = legal(before);
        if (!legal.contains(name)) {
            throw Problems.illegalAction(before.archived() ? "The " + kind.one()
                    + " is archived, so it takes no action. Bring it back first: archive it with archived false."
                    : "The action " + name + " is not legal while " + action.field() + " is "
                    + before.values().get(action.field()) + ". Legal now: " + String.join(", ", legal) + ".", legal,
                    state(before));
        }
        return save(tx, caller, before, action.apply(before.values(), said, caller.user(), clock.millis()), false,
                "process");
    }

    static List<String> legal(Stored stored) {
        return stored.archived() ? List.of() : stored.kind().actions().stream().filter(each -> each.isLegal(
                stored.values())).map(Action::name).toList();
    }

    private static Map<String, Object> state(Stored stored) {
        var state = new LinkedHashMap<String, Object>();
        stored.kind().actions().forEach(each -> state.put(each.field(), stored.values().get(each.field())));
        state.put("archived", stored.archived());
        return state;
    }

    Stored tag(Tx tx, Caller caller, Kind kind, String id, List<String> tags) throws SQLException {
        var before = held(tx, caller, kind, id, Optional.empty());
        requireAtHand(before);
        var fresh = tags.stream().filter(each -> !before.tags().contains(each)).toList();
        if (before.tags().size() + fresh.size() > Limits.TAGS) {
            throw Problem.invalid("A record has at most " + Limits.TAGS + " tags. Take some off first.");
        }
        if (fresh.isEmpty()) {
            return before;
        }
        addTags(tx, caller, before, fresh);
        save(tx, caller, before, before.values(), false, "tag");
        return get(tx, caller, kind, id);
    }

    Stored untag(Tx tx, Caller caller, Kind kind, String id, List<String> tags) throws SQLException {
        var before = held(tx, caller, kind, id, Optional.empty());
        requireAtHand(before);
        if (tags.stream().noneMatch(before.tags()::contains)) {
            return before;
        }
        for (var tag : tags) {
            tx.update("DELETE FROM tag WHERE tenant_id = ? AND kind = ? AND record_id = ? AND tag = ?",
                    caller.tenant(), kind.plural(), before.id(), tag);
        }
        save(tx, caller, before, before.values(), false, "tag");
        return get(tx, caller, kind, id);
    }

    private static void addTags(Tx tx, Caller caller, Stored stored, List<String> tags) throws SQLException {
        for (var tag : tags) {
            tx.update("INSERT INTO tag (tenant_id, kind, record_id, tag) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    caller.tenant(), stored.kind().plural(), stored.id(), tag);
        }
    }

    /// Leaves tombstones, of it and of what belongs to it.
    Map<String, Object> delete(Tx tx, Caller caller, Kind kind, String id, Optional<Long> expected)
            throws SQLException {
        var before = held(tx, caller, kind, id, expected);
        var now = clock.millis();
        var also = 0;
        if (kind.parts().isPresent()) {
            also = bury(tx, caller, kind.kindOfParts(), kind.parts().get().name(), before.id(), now);
        }
        bury(tx, caller, kind, "id", before.id(), now);
        var tombstone = new LinkedHashMap<String, Object>();
        tombstone.put("id", before.id());
        tombstone.put("kind", kind.plural());
        tombstone.put("version", before.version() + 1);
        tombstone.put("deleted_at", Stored.time(now));
        tombstone.put("deleted_by", caller.user());
        tombstone.put("also_deleted", also);
        return tombstone;
    }

    private static int bury(Tx tx, Caller caller, Kind kind, String field, String id, long now) throws SQLException {
        var table = kind.plural();
        var gone = tx.query("UPDATE " + table + " SET deleted_at = ?, version = version + 1, updated_at = ?, "
                + "updated_by = ? WHERE tenant_id = ? AND " + field + " = ? AND deleted_at IS NULL "
                + "RETURNING id, version", row -> new Tx.Changed(caller.tenant(), table, row.getString(1), "delete",
                row.getLong(2), now, caller.user()), now, now, caller.user(), caller.tenant(), id);
        gone.forEach(tx::changed);
        for (var beside : List.of("tag", "record_text", "embedding")) {
            tx.update("DELETE FROM " + beside + " WHERE tenant_id = ? AND kind = ? AND record_id IN (SELECT id FROM "
                    + table + " WHERE tenant_id = ? AND " + field + " = ?)", caller.tenant(), table, caller.tenant(),
                    id);
        }
        return gone.size();
    }

    private Stored save(Tx tx, Caller caller, Stored before, Map<String, Object> values, boolean archived, String op)
            throws SQLException {
        var kind = before.kind();
        var after = new Stored(kind, before.id(), before.version() + 1, values, before.tags(), archived, null,
                before.createdAt(), before.createdBy(), clock.millis(), caller.user());
        var args = new ArrayList<>(values.values());
        args.addAll(List.of(archived, after.version(), after.updatedAt(), after.updatedBy(), caller.tenant(),
                after.id(), before.version()));
        var rows = tx.update("UPDATE " + kind.plural() + " SET " + String.join(" = ?, ", values.keySet())
                + " = ?, archived = ?, version = ?, updated_at = ?, updated_by = ? WHERE tenant_id = ? AND id = ? "
                + "AND version = ?", args);
        if (rows != 1) {
            throw new IllegalStateException("A row that was held has changed.");
        }
        if (!after.heading().equals(before.heading()) || !after.words().equals(before.words())) {
            write(tx, caller, after);
        }
        changed(tx, caller, after, op);
        return after;
    }

    /// The words that searches find it by.
    private static void write(Tx tx, Caller caller, Stored stored) throws SQLException {
        var title = stored.kind().heading().equals("title") ? stored.text("title") : "";
        tx.update("INSERT INTO record_text (tenant_id, kind, record_id, version, title, body) VALUES (?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET version = excluded.version, "
                + "title = excluded.title, body = excluded.body", caller.tenant(), stored.kind().plural(), stored.id(),
                stored.version(), title, stored.words());
    }

    private static void changed(Tx tx, Caller caller, Stored stored, String op) {
        tx.changed(new Tx.Changed(caller.tenant(), stored.kind().plural(), stored.id(), op, stored.version(),
                stored.updatedAt(), caller.user()));
    }

    private static void requireAtHand(Stored stored) {
        if (stored.archived()) {
            throw Problem.conflict("archived", "The " + stored.kind().one()
                    + " is archived, so it is read-only. Bring it back first: archive it with archived false.");
        }
    }

    /// What a record refers to is there, in this tenant, and takes it. It stays so until the end of the transaction.
    private static void requireTargets(Tx tx, Caller caller, Kind kind, Map<String, Object> values, List<String> same)
            throws SQLException {
        if (kind == Kind.COMMENTS && (values.get("note_id") == null) == (values.get("task_id") == null)) {
            throw Problem.invalid("A comment is about either a note or a task: give one of note_id and task_id.");
        }
        for (var field : kind.fields()) {
            if (field.refers().isEmpty() || values.get(field.name()) == null || same.contains(field.name())) {
                continue;
            }
            var target = find(tx, caller, Kind.of(field.refers().get()), values.get(field.name()).toString(),
                    tx.dialect().forUpdate());
            if (target.kind() == Kind.CHATS && (target.archived() || target.values().get("status").equals("closed"))) {
                throw Problem.conflict("chat_closed", "The chat is " + (target.archived() ? "archived" : "closed")
                        + " and takes no messages. Reopen it first, or write into another one.");
            }
            if (target.kind() == Kind.CHAT_MESSAGES && !target.values().get("chat_id").equals(values.get("chat_id"))) {
                throw Problem.invalid("'reply_to' names a message of another chat. Answer one of the same chat.");
            }
        }
    }
}
