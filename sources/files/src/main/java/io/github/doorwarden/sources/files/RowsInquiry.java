package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.Arguments.Asked;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Single rows, some columns of them, in an order, page by page.
record RowsInquiry(View view) implements Inquiry {

    @Override
    public void describe(ObjectNode properties) {
        properties.set("columns", Inquiry.choices(view.shown()).put("description",
                "Only these columns; all unless told."));
        properties.set("order_by", Inquiry.choice(view.shown()).put("description",
                "Column to order by; as in the files unless told."));
        properties.putObject("descending").put("type", "boolean").put("description", "Whether the largest, or the "
                + "latest, comes first.");
        Page.describe(properties, view.tool().limit());
    }

    @Override
    public ObjectNode answer(Session session, Asked asked) throws SQLException, Unanswerable {
        var arguments = asked.arguments();
        var columns = Inquiry.texts(arguments, "columns", view.shown(), view.shown());
        var used = new LinkedHashSet<>(columns);
        used.addAll(asked.used());
        var facts = Facts.of(session, view, asked, used);
        columns.forEach(column -> facts.unit(column, view.column(column).unit()));
        var page = Page.of(arguments, view.tool().limit(), session.version());
        var by = Inquiry.text(arguments, "order_by", view.shown(), "");
        var order = (by.isEmpty() ? "" : Sql.name(by) + (arguments.path("descending").asBoolean(false) ? " DESC" : "")
                + " NULLS LAST, ") + "rowid";
        var list = JsonNodeFactory.instance.arrayNode();
        session.rows("SELECT " + columns.stream().map(view::read).collect(Collectors.joining(", ")) + " FROM "
                + view.table() + asked.where().sql() + " ORDER BY " + order + page.sql(), asked.where().values(), row ->
                {
                    var object = list.addObject();
                    for (var i = 0; i < columns.size(); i++) {
                        object.set(columns.get(i), Session.json(row, i + 1));
                    }
                    return object;
                });
        return page.answer(pages(), list, facts.rows(), facts, session.version());
    }

    @Override
    public String pages() {
        return "rows";
    }

    @Override
    public String advice() {
        return "Ask for the rest with next_cursor as cursor, or for less with columns and the filters.";
    }
}
