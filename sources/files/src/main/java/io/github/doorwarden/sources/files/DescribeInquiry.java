package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What there is: a profile of every column, so that a model knows what it can ask for.
record DescribeInquiry(View view) implements Inquiry {

    private static final List<Function> FIGURES = List.of(Function.AVG, Function.STDDEV);
    private static final List<Function> QUANTILES = List.of(Function.P10, Function.MEDIAN, Function.P90);

    @Override
    public void describe(ObjectNode properties) {
        properties.set("columns", Inquiry.choices(view.shown()).put("description",
                "Only these columns; all unless told."));
    }

    @Override
    public ObjectNode answer(Session session, Asked asked) throws SQLException, Unanswerable {
        var columns = Inquiry.texts(asked.arguments(), "columns", view.shown(), view.shown());
        var facts = Facts.of(session, view, asked, columns);
        var answer = JsonNodeFactory.instance.objectNode();
        var list = answer.putArray("columns");
        var profiles = profiles(session, asked, columns);
        for (var i = 0; i < columns.size(); i++) {
            var name = columns.get(i);
            var column = view.column(name);
            var one = list.addObject().put("name", name).put("type", column.type().name().toLowerCase(Locale.ROOT))
                    .put("role", column.role().name().toLowerCase(Locale.ROOT));
            if (!column.unit().isEmpty()) {
                one.put("unit", column.unit());
                facts.unit(name, column.unit());
            }
            if (!column.description().isEmpty()) {
                one.put("description", column.description());
            }
            one.setAll(profiles.get(i));
            if (column.type() == Type.TEXT || column.type() == Type.BOOLEAN) {
                values(session, asked, name, one);
            }
        }
        return answer.set("facts", facts.json());
    }

    private List<ObjectNode> profiles(Session session, Asked asked, List<String> columns) throws SQLException {
        var parts = new ArrayList<String>();
        var keys = new ArrayList<List<String>>();
        for (var name : columns) {
            var own = new ArrayList<String>();
            var quoted = Sql.name(name);
            var column = view.column(name);
            part(parts, own, "present", "count(" + quoted + ")");
            part(parts, own, "missing", "count(*) - count(" + quoted + ")");
            part(parts, own, "distinct", "count(DISTINCT " + quoted + ")");
            if (column.numeric()) {
                part(parts, own, "min", "min(" + quoted + ")");
                part(parts, own, "max", "max(" + quoted + ")");
                FIGURES.forEach(function -> part(parts, own, function.key(), function.sql(quoted)));
                // One list of them is worked out once, however many of its entries are read.
                QUANTILES.forEach(function -> part(parts, own, function.key(), "(quantile_cont(" + quoted
                        + ", [0.10, 0.50, 0.90]))[" + (QUANTILES.indexOf(function) + 1) + "]"));
            } else if (column.temporal()) {
                part(parts, own, "min", "CAST(min(" + quoted + ") AS VARCHAR)");
                part(parts, own, "max", "CAST(max(" + quoted + ") AS VARCHAR)");
            }
            keys.add(own);
        }
        return session.rows("SELECT " + String.join(", ", parts) + " FROM " + view.table() + asked.where().sql(),
                asked.where().values(), row -> {
                    var profiles = new ArrayList<ObjectNode>();
                    var place = 1;
                    for (var own : keys) {
                        var profile = JsonNodeFactory.instance.objectNode();
                        for (var key : own) {
                            profile.set(key, time(Session.json(row, place++)));
                        }
                        profiles.add(profile);
                    }
                    return profiles;
                }).getFirst();
    }

    private static JsonNode time(JsonNode value) {
        return value.isString() ? JsonNodeFactory.instance.stringNode(value.asString().replace(' ', 'T')) : value;
    }

    private static void part(List<String> parts, List<String> own, String key, String sql) {
        parts.add(sql);
        own.add(key);
    }

    private void values(Session session, Asked asked, String name, ObjectNode one) throws SQLException {
        var quoted = Sql.name(name);
        var values = one.putArray("most_frequent");
        session.rows("SELECT " + view.read(name) + ", count(*) FROM " + view.table() + asked.where().and(quoted
                + " IS NOT NULL", List.of()).sql() + " GROUP BY " + quoted + " ORDER BY 2 DESC, 1 LIMIT "
                + Limits.NAMED_VALUES,
                asked.where().values(), row -> {
                    var value = values.addObject();
                    value.set("value", Session.json(row, 1));
                    return value.put("n", row.getLong(2));
                });
    }

    @Override
    public String pages() {
        return "";
    }

    @Override
    public String advice() {
        return "Ask for fewer columns.";
    }
}
