package io.github.doorwarden.sources.files;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The filters of one tool: their part of its schema, and what they mean in SQL. A value that a caller gives is bound,
/// never part of the SQL; one that the caller is proven to have stands in no schema.
final class Arguments {

    /// Names that no filter can have: the arguments that come with the kinds of tools.
    static final Set<String> OWN = new LinkedHashSet<>(List.of("columns", "group_by", "bucket", "measures", "measure",
            "order_by", "descending", "limit", "cursor"));

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final View view;

    Arguments(View view) {
        this.view = view;
    }

    /// What a caller asked for.
    ///
    /// @param where  all conditions
    /// @param theirs those alone that the caller cannot lift, because they come from who calls
    /// @param used   columns that an argument filters by
    record Asked(ObjectNode arguments, Where where, Where theirs, Set<String> used) {}

    /// @param properties of the schema, which get one for each filter that is not bound
    /// @param required   of the schema
    void describe(ObjectNode properties, ArrayNode required) {
        view.tool().filters().forEach((name, filter) -> {
            if (filter.bind().isPresent()) {
                return;
            }
            var column = view.column(filter.column());
            var value = value(column);
            var property = filter.by() == By.IN ? JSON.objectNode().put("type", "array")
                    .put("minItems", 1).put("maxItems", Limits.VALUES).<ObjectNode>set("items", value) : value;
            properties.set(name, property.put("description", description(filter, column)));
            if (filter.required()) {
                required.add(name);
            }
        });
    }

    private static ObjectNode value(Column column) {
        var value = JSON.objectNode();
        switch (column.type()) {
            case INTEGER -> value.put("type", "integer");
            case NUMBER -> value.put("type", "number");
            case BOOLEAN -> value.put("type", "boolean");
            case DATE, DATETIME -> value.put("type", "string").put("maxLength", Limits.VALUE_CHARS);
            case TEXT -> {
                value.put("type", "string").put("maxLength", Limits.VALUE_CHARS);
                if (!column.allowed().isEmpty()) {
                    var allowed = value.putArray("enum");
                    column.allowed().forEach(allowed::add);
                }
            }
        }
        return value;
    }

    private static String description(Filter filter, Column column) {
        var own = filter.description().isEmpty() ? column.description() : filter.description();
        var how = switch (filter.by()) {
            case EQUALS -> "Only rows with this " + filter.column() + ".";
            case IN -> "Only rows with one of these values of " + filter.column() + ".";
            case FROM -> "Only rows with this " + filter.column() + " or above.";
            case TO -> "Only rows with this " + filter.column() + " or below.";
            case PREFIX -> "Only rows whose " + filter.column() + " begins so.";
        };
        var form = column.temporal() ? " A day or a whole period: " + Period.FORMS + "." : "";
        var unit = column.unit().isEmpty() ? "" : " In " + column.unit() + ".";
        return ((own.isEmpty() ? "" : own.strip() + " ") + how + form + unit).strip();
    }

    /// @throws CallerValue.Absent when a filter is bound to what this caller does not have
    Asked read(ObjectNode arguments, Caller caller) throws Unanswerable, CallerValue.Absent {
        var theirs = Where.ALL;
        for (var filter : view.tool().filters().values()) {
            if (filter.bind().isPresent()) {
                theirs = theirs.and(text(Sql.name(filter.column())) + " = ?", List.of(filter.bind().get().of(caller)));
            }
        }
        var where = theirs;
        var used = new LinkedHashSet<String>();
        for (var each : view.tool().filters().entrySet()) {
            var given = arguments.path(each.getKey());
            if (each.getValue().bind().isEmpty() && !given.isMissingNode() && !given.isNull()) {
                where = and(where, each, given);
                used.add(each.getValue().column());
            }
        }
        return new Asked(arguments, where, theirs, used);
    }

    private Where and(Where where, Map.Entry<String, Filter> filter, JsonNode given) throws Unanswerable {
        var column = view.column(filter.getValue().column());
        var quoted = Sql.name(filter.getValue().column());
        var name = column.type() == Type.TEXT ? text(quoted) : quoted;
        var values = new ArrayList<String>();
        (given.isArray() ? given.valueStream() : List.of(given).stream()).forEach(value ->
                values.add(value.asString()));
        if (column.temporal()) {
            return temporal(where, filter, column, name, values);
        }
        var hole = column.type() == Type.TEXT ? "?" : "CAST(? AS " + Sql.type(column) + ")";
        return switch (filter.getValue().by()) {
            case EQUALS -> where.and(name + " = " + hole, values);
            case IN -> where.and(name + " IN (" + String.join(", ", values.stream().map(value -> hole).toList()) + ")",
                    values);
            case FROM -> where.and(name + " >= " + hole, values);
            case TO -> where.and(name + " <= " + hole, values);
            case PREFIX -> where.and("starts_with(" + name + ", ?)", values);
        };
    }

    /// A column of texts that may be kept as a list of words: a value that is not in the list is a value all the same.
    private static String text(String quoted) {
        return "CAST(" + quoted + " AS VARCHAR)";
    }

    private static Where temporal(Where where, Map.Entry<String, Filter> filter, Column column, String name,
            List<String> values) throws Unanswerable {
        var hole = "CAST(? AS " + Sql.type(column) + ")";
        var by = filter.getValue().by();
        if (column.type() == Type.DATETIME && (by == By.FROM || by == By.TO) && values.getFirst().contains("T")) {
            return where.and(name + (by == By.FROM ? " >= " : " <= ") + hole, List.of(time(filter.getKey(),
                    values.getFirst())));
        }
        var conditions = new ArrayList<String>();
        var bound = new ArrayList<String>();
        for (var value : values) {
            var period = Period.parse(value).orElseThrow(() -> new Unanswerable("The argument " + filter.getKey()
                    + " names no day or period of the calendar. Write it as " + Period.FORMS + "."));
            if (by != By.TO) {
                bound.add(period.start().toString());
            }
            if (by != By.FROM) {
                bound.add(period.end().toString().replace("+", ""));     // 9999 ends with +10000-01-01
            }
            conditions.add(switch (by) {
                case FROM -> name + " >= " + hole;
                case TO -> name + " < " + hole;
                default -> "(" + name + " >= " + hole + " AND " + name + " < " + hole + ")";
            });
        }
        return where.and("(" + String.join(" OR ", conditions) + ")", bound);
    }

    private static String time(String argument, String text) throws Unanswerable {
        try {
            return LocalDateTime.parse(text).toString();
        } catch (DateTimeParseException e) {
            throw new Unanswerable("The argument " + argument + " is no time. Write it as 2026-03-29T14:05:00, without "
                    + "an offset, or name a day or period: " + Period.FORMS + ".");
        }
    }
}
