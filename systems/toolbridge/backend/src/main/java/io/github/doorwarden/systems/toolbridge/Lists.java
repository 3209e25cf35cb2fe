package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Params;
import io.github.doorwarden.systems.toolbridge.Field.Type;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Lists of records, by parameters or by a tree of conditions, page by page.
final class Lists {

    static final List<String> SORTS = List.of("newest", "oldest", "recently_updated");
    static final List<String> ARCHIVED = List.of("no", "only", "any");

    private final Store store;
    private final Cursors cursors;

    Lists(Store store, Cursors cursors) {
        this.store = store;
        this.cursors = cursors;
    }

    /// A question for records.
    ///
    /// @param text what identifies it, for cursors
    record Question(Kind kind, Sql where, String sort, String archived, int limit, Optional<String> cursor,
            String text) {}

    /// The parameters that a list of this kind knows.
    static List<String> params(Kind kind) {
        var names = new ArrayList<>(List.of("limit", "cursor", "tag", "archived", "updated_since", "sort"));
        equal(kind).forEach(each -> names.add(each.name()));
        if (kind == Kind.TASKS) {
            names.addAll(List.of("due_before", "due_after"));
        }
        return names;
    }

    private static List<Field> equal(Kind kind) {
        return kind.fields().stream().filter(each -> each.type() == Type.CHOICE || each.type() == Type.FLAG
                || each.refers().isPresent() && !each.name().equals("reply_to") || each.name().equals("assignee"))
                .toList();
    }

    Map<String, Object> list(Caller caller, Kind kind, Params params) {
        var parts = new ArrayList<Sql>();
        for (var field : equal(kind)) {
            switch (field.type()) {
                case FLAG -> params.flag(field.name()).ifPresent(flag -> parts.add(Sql.of("r." + field.name() + " = ?",
                        flag)));
                case CHOICE -> params.oneOf(field.name(), field.choices()).ifPresent(text ->
                        parts.add(Sql.of("r." + field.name() + " = ?", text)));
                case REFERENCE -> params.text(field.name()).ifPresent(text -> parts.add(Sql.of("r." + field.name()
                        + " = ?", Ids.checked(field.name(), text))));
                default -> params.text(field.name()).ifPresent(text -> parts.add(Sql.of("r." + field.name() + " = ?",
                        text.replace("\0", ""))));
            }
        }
        params.text("due_before").ifPresent(day -> parts.add(Sql.of("r.due_on < ?", Body.day("due_before", day))));
        params.text("due_after").ifPresent(day -> parts.add(Sql.of("r.due_on > ?", Body.day("due_after", day))));
        params.text("tag").ifPresent(tag -> parts.add(Conditions.tagged(kind, Body.tag(tag))));
        params.text("updated_since").ifPresent(time -> parts.add(Sql.of("r.updated_at >= ?",
                Body.time("updated_since", time))));
        var where = parts.isEmpty() ? Sql.of("TRUE") : Sql.joined("AND", parts);
        var asked = new TreeMap<>(params.values());
        asked.keySet().removeAll(Set.of("limit", "cursor"));
        return page(caller, new Question(kind, where, params.oneOf("sort", SORTS).orElse("newest"),
                params.oneOf("archived", ARCHIVED).orElse("no"), params.number("limit", 1, Limits.PAGE_ITEMS,
                Limits.PAGE_ITEMS_DEFAULT), params.text("cursor"), "list " + kind + " " + asked));
    }

    Map<String, Object> query(Caller caller, Kind kind, Body body) {
        body.only(Set.of("where", "sort", "archived", "limit", "cursor"));
        var sort = body.oneOf("sort", SORTS).orElse("newest");
        var archived = body.oneOf("archived", ARCHIVED).orElse("no");
        var limit = body.number("limit", 1, Limits.PAGE_ITEMS).orElse((long) Limits.PAGE_ITEMS_DEFAULT).intValue();
        return page(caller, new Question(kind, Conditions.compile(kind, store.dialect(), body.node().path("where")),
                sort, archived, limit, body.text("cursor", Limits.QUERY_CHARS), "query " + kind + " " + sort + " "
                + archived + " " + body.node().path("where")));
    }

    private Map<String, Object> page(Caller caller, Question asked) {
        var byTime = asked.sort.equals("recently_updated");
        var parts = new ArrayList<>(List.of(Sql.of("r.tenant_id = ? AND r.deleted_at IS NULL", caller.tenant()),
                archived(asked.archived), asked.where));
        asked.cursor.map(cursor -> cursors.read(caller.tenant(), asked.text, cursor)).ifPresent(at -> parts.add(byTime
                ? Sql.of("(r.updated_at, r.id) < (?, ?)", Long.parseLong(at.getFirst()), at.getLast())
                : Sql.of(asked.sort.equals("oldest") ? "r.id > ?" : "r.id < ?", at.getLast())));
        var where = Sql.joined("AND", parts);
        var args = new ArrayList<>(where.args());
        args.add(asked.limit + 1);
        var order = byTime ? "r.updated_at DESC, r.id DESC" : asked.sort.equals("oldest") ? "r.id" : "r.id DESC";
        var rows = store.read(caller.scope(), tx -> read(tx, asked.kind, where.text() + " ORDER BY " + order
                + " LIMIT ?", args));
        var items = rows.subList(0, Math.min(asked.limit, rows.size()));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("items", items.stream().map(Stored::json).toList());
        answer.put("next_cursor", rows.size() <= asked.limit ? null : cursors.write(caller.tenant(), asked.text,
                List.of(Long.toString(items.getLast().updatedAt()), items.getLast().id())));
        return answer;
    }

    static Sql archived(String which) {
        return switch (which) {
            case "only" -> Sql.of("r.archived = ?", true);
            case "any" -> Sql.of("TRUE");
            default -> Sql.of("r.archived = ?", false);
        };
    }

    static List<Stored> read(Tx tx, Kind kind, String where, List<?> args) throws SQLException {
        return tx.query("SELECT " + kind.columns() + " FROM " + kind.plural() + " r WHERE " + where, row ->
                Stored.read(kind, row), args);
    }
}
