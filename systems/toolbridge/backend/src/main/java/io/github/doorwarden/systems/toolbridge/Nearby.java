package io.github.doorwarden.systems.toolbridge;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which records go with one: those that refer to it or that it refers to, those with the same tags, and those that
/// its vector is near to, as far as there are vectors.
final class Nearby {

    /// @param score between 0 and 1
    record Near(String kind, String id, String title, String reason, double score, List<String> tags) {

        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("kind", kind);
            json.put("id", id);
            json.put("title", title);
            json.put("reason", reason);
            json.put("score", score);
            return json;
        }
    }

    private record Found(String reason, double score) {}

    private record Place(String kind, String id) {}

    private final Vectors vectors;

    Nearby(Vectors vectors) {
        this.vectors = vectors;
    }

    List<Near> of(Tx tx, Caller caller, Stored record) throws SQLException {
        var found = new LinkedHashMap<Place, Found>();
        for (var field : record.kind().fields()) {
            if (field.refers().isPresent() && record.values().get(field.name()) != null) {
                add(found, new Place(field.refers().get(), record.text(field.name())), new Found("it belongs to this "
                        + Kind.of(field.refers().get()).one(), 1));
            }
        }
        for (var kind : Kind.values()) {
            for (var field : kind.fields()) {
                if (field.refers().filter(record.kind().plural()::equals).isPresent()) {
                    for (var id : tx.query("SELECT id FROM " + kind.plural() + " WHERE tenant_id = ? AND "
                            + field.name() + " = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT " + Limits.SUGGESTIONS,
                            row -> row.getString(1), caller.tenant(), record.id())) {
                        add(found, new Place(kind.plural(), id), new Found("a " + kind.one() + " of it", 0.95));
                    }
                }
            }
        }
        shared(tx, caller, record, found);
        for (var hit : vectors.near(tx, caller, record.kind().plural(), record.id())) {
            add(found, new Place(hit.kind(), hit.id()), new Found("about the same", Math.round(hit.similarity() * 100)
                    / 100.0));
        }
        found.remove(new Place(record.kind().plural(), record.id()));
        return titled(tx, caller, found);
    }

    private static void shared(Tx tx, Caller caller, Stored record, Map<Place, Found> found) throws SQLException {
        if (record.tags().isEmpty()) {
            return;
        }
        var args = new ArrayList<Object>(List.of(caller.tenant()));
        args.addAll(record.tags());
        tx.query("SELECT kind, record_id, count(*) AS common, string_agg(tag, ', ' ORDER BY tag) AS tags FROM tag "
                + "WHERE tenant_id = ? AND tag IN (?" + ", ?".repeat(record.tags().size() - 1)
                + ") GROUP BY kind, record_id ORDER BY common DESC, record_id DESC LIMIT " + Limits.SUGGESTIONS * 2,
                row -> {
                    add(found, new Place(row.getString(1), row.getString(2)), new Found("the same tags: "
                            + row.getString(4), Math.min(0.9, 0.5 + 0.1 * row.getLong(3))));
                    return 1;
                }, args);
    }

    private static void add(Map<Place, Found> found, Place place, Found more) {
        found.merge(place, more, (one, other) -> one.score >= other.score ? one : other);
    }

    /// Only what is still there has words.
    private static List<Near> titled(Tx tx, Caller caller, Map<Place, Found> found) throws SQLException {
        var near = new ArrayList<Near>();
        var best = found.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.comparingDouble(
                (Found each) -> -each.score))).limit(Limits.SUGGESTIONS * 2L).toList();
        for (var each : best) {
            tx.first("SELECT title, body, (SELECT string_agg(tag, ',' ORDER BY tag) FROM tag WHERE tag.tenant_id = "
                    + "t.tenant_id AND tag.kind = t.kind AND tag.record_id = t.record_id) FROM record_text t "
                    + "WHERE tenant_id = ? AND kind = ? AND record_id = ?", row -> new Near(each.getKey().kind,
                    each.getKey().id, row.getString(1).isEmpty() ? Stored.heading(row.getString(2)) : row.getString(1),
                    each.getValue().reason, each.getValue().score, row.getString(3) == null ? List.of()
                    : List.of(row.getString(3).split(","))), caller.tenant(), each.getKey().kind, each.getKey().id)
                    .ifPresent(near::add);
        }
        return near.subList(0, Math.min(near.size(), Limits.SUGGESTIONS));
    }
}
