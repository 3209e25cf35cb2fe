package io.github.doorwarden.systems.toolbridge;

import io.github.doorwarden.systems.backend.Problem;
import io.github.doorwarden.systems.toolbridge.Field.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts and figures over records, by fields and by day, week or month.
final class Aggregates {

    private static final List<String> FUNCTIONS = List.of("count", "min", "max", "avg", "sum");

    private record Column(String name, String sql, Type type) {}

    private final Store store;

    Aggregates(Store store) {
        this.store = store;
    }

    Map<String, Object> compute(Caller caller, Body body) {
        body.only(Set.of("kind", "where", "group_by", "measures", "archived", "limit"));
        var kind = Kind.of(body.needed("kind", 64));
        var keys = keys(kind, body);
        var measures = measures(kind, body);
        var limit = body.number("limit", 1, Limits.GROUPS).orElse((long) Limits.GROUPS_DEFAULT).intValue();
        var where = Sql.joined("AND", List.of(Sql.of("r.tenant_id = ? AND r.deleted_at IS NULL", caller.tenant()),
                Lists.archived(body.oneOf("archived", Lists.ARCHIVED).orElse("no")),
                Conditions.compile(kind, store.dialect(), body.node().path("where"))));
        var args = new ArrayList<>(where.args());
        args.add(limit + 1);
        var columns = new ArrayList<String>();
        keys.forEach(each -> columns.add(each.sql));
        measures.forEach(each -> columns.add(each.sql));
        var places = new ArrayList<String>();
        for (var i = 1; i <= keys.size(); i++) {
            places.add(Integer.toString(i));
        }
        var grouping = keys.isEmpty() ? "" : " GROUP BY " + String.join(", ", places) + " ORDER BY count(*) DESC, "
                + String.join(", ", places);
        var groups = store.read(caller.scope(), tx -> tx.query("SELECT " + String.join(", ", columns) + " FROM "
                + kind.plural() + " r WHERE " + where.text() + grouping + " LIMIT ?", row ->
                group(row, keys, measures), args));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("groups", groups.subList(0, Math.min(limit, groups.size())));
        answer.put("truncated", groups.size() > limit);
        return answer;
    }

    private List<Column> keys(Kind kind, Body body) {
        var keys = new LinkedHashSet<Column>();
        for (var node : body.node().has("group_by") ? body.list("group_by", 0, Limits.GROUP_FIELDS) : List
                .<tools.jackson.databind.JsonNode>of()) {
            if (!node.isObject()) {
                throw Problem.invalid("Each item of 'group_by' must be an object with field.");
            }
            var key = new Body(node);
            key.only(Set.of("field", "by"));
            var field = Conditions.field(kind, key.needed("field", 64));
            var by = key.oneOf("by", List.of("day", "week", "month"));
            var column = "r." + field.name();
            if (by.isPresent() && field.type() != Type.TIME && field.type() != Type.DAY) {
                throw Problem.invalid("'by' is for times and days; '" + field.name() + "' is none.");
            }
            if (by.isEmpty() && field.type() == Type.TIME) {
                throw Problem.invalid("'" + field.name() + "' is a time: say by day, week or month.");
            }
            keys.add(by.isEmpty() ? new Column(field.name(), column, field.type()) : new Column(field.name(),
                    field.type() == Type.TIME ? store.dialect().bucketOfTime(column, by.get())
                    : store.dialect().bucketOfDay(column, by.get()), Type.TEXT));
        }
        if (keys.stream().map(Column::name).distinct().count() != keys.size()) {
            throw Problem.invalid("'group_by' names a field twice.");
        }
        return List.copyOf(keys);
    }

    private List<Column> measures(Kind kind, Body body) {
        if (!body.node().has("measures")) {
            return List.of(new Column("count", "count(*)", Type.NUMBER));
        }
        var measures = new LinkedHashSet<Column>();
        for (var node : body.list("measures", 1, Limits.MEASURES)) {
            if (!node.isObject()) {
                throw Problem.invalid("Each item of 'measures' must be an object with fn.");
            }
            var measure = new Body(node);
            measure.only(Set.of("fn", "field"));
            var fn = measure.oneOf("fn", FUNCTIONS).orElseThrow(() -> Problem.invalid("A measure has fn."));
            if (fn.equals("count")) {
                measures.add(new Column("count", "count(*)", Type.NUMBER));
                continue;
            }
            var field = Conditions.field(kind, measure.needed("field", 64));
            var ordered = field.type() == Type.TIME || field.type() == Type.DAY;
            if (!field.type().isNumber() && !(ordered && (fn.equals("min") || fn.equals("max")))) {
                throw Problem.invalid(fn + " of '" + field.name() + "' makes no sense: take a number"
                        + (fn.startsWith("m") ? ", a day or a time." : "."));
            }
            measures.add(new Column(fn + "_" + field.name(), fn + "(r." + field.name() + ")", field.type()));
        }
        return List.copyOf(measures);
    }

    private static Map<String, Object> group(ResultSet row, List<Column> keys, List<Column> measures)
            throws SQLException {
        var key = new LinkedHashMap<String, Object>();
        var values = new LinkedHashMap<String, Object>();
        var place = 0;
        for (var column : keys) {
            key.put(column.name, value(row, ++place, column));
        }
        for (var column : measures) {
            values.put(column.name, value(row, ++place, column));
        }
        return Map.of("key", key, "values", values);
    }

    private static Object value(ResultSet row, int place, Column column) throws SQLException {
        Object value = switch (column.type) {
            case FLAG -> row.getBoolean(place);
            case NUMBER -> column.name.equals("count") ? (Object) row.getLong(place) : row.getDouble(place);
            case TIME -> Stored.time(row.getLong(place));
            case TEXT, CHOICE, DAY, REFERENCE -> row.getString(place);
        };
        return row.wasNull() ? null : value;
    }
}
