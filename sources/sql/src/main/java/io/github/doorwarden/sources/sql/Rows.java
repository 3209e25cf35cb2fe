package io.github.doorwarden.sources.sql;

import io.github.doorwarden.sources.sql.SqlSettings.AnswerSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What was read of an answer.
///
/// @param columns each name once
/// @param rows    lists of values in the order of the columns, which for many rows is half as long as objects
/// @param more    whether there was at least one row more than was read
record Rows(List<String> columns, ArrayNode rows, boolean more) {

    /// Reads until there are enough rows, or enough of them for an answer, and one row ahead to know whether that was
    /// all.
    ///
    /// @param maxBytes of an answer, about: reading further would be for nothing
    static Rows read(ResultSet from, AnswerSettings settings, long maxBytes) throws SQLException {
        var meta = from.getMetaData();
        var columns = new ArrayList<String>();
        for (var i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i));
        }
        var cells = new Cells(settings.maxValueChars());
        var rows = JsonNodeFactory.instance.arrayNode();
        var bytes = 0L;
        while (from.next()) {
            if (rows.size() == settings.maxRows() || bytes > maxBytes) {
                return new Rows(distinct(columns), rows, true);
            }
            var row = JsonNodeFactory.instance.arrayNode();
            for (var i = 1; i <= columns.size(); i++) {
                row.add(cells.read(from, i, meta.getColumnType(i), meta.getColumnTypeName(i)
                        .toLowerCase(Locale.ROOT)));
            }
            bytes += row.toString().length();
            rows.add(row);
        }
        return new Rows(distinct(columns), rows, false);
    }

    /// A name that comes again gets its number behind it.
    static List<String> distinct(List<String> names) {
        var seen = new HashSet<String>();
        var out = new ArrayList<String>();
        for (var name : names) {
            var free = name;
            for (var i = 2; !seen.add(free); i++) {
                free = name + "_" + i;
            }
            out.add(free);
        }
        return out;
    }
}
