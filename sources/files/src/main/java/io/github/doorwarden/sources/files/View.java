package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A dataset as one tool sees it.
///
/// @param columns all of the dataset
/// @param files   whether each row knows its file; those of joins do not
/// @param time    the column that dates the rows
record View(String dataset, Map<String, Column> columns, boolean files, Optional<String> time, ToolSettings tool) {

    static View of(FilesSettings settings, ToolSettings tool) {
        var columns = settings.columns(tool.dataset());
        var times = columns.entrySet().stream().filter(column -> column.getValue().role() == Role.TIME)
                .map(Map.Entry::getKey).toList();
        return new View(tool.dataset(), columns, settings.datasets().get(tool.dataset()).join().isEmpty(),
                tool.time().or(() -> times.size() == 1 ? Optional.of(times.getFirst()) : Optional.empty()), tool);
    }

    String table() {
        return Sql.name(dataset);
    }

    Column column(String name) {
        return columns.get(name);
    }

    /// What the tool shows of a row.
    List<String> shown() {
        return tool.columns().isEmpty() ? List.copyOf(columns.keySet()) : tool.columns();
    }

    /// Whether an empty answer may list what there is in a column: answers with rows show it, and no call must name a
    /// value of it to be answered. Of the column of time, every answer tells the range.
    boolean offered(String name) {
        var answered = switch (tool.kind()) {
            case ROWS, DESCRIBE -> shown();
            case AGGREGATE, TREND -> tool.groupBy();
        };
        return (answered.contains(name) || time.filter(name::equals).isPresent())
                && tool.filters().values().stream().noneMatch(filter -> filter.required()
                && filter.column().equals(name));
    }

    /// A value as it is read: no type of the driver's own, none that depends on where the server stands, and no word of
    /// a list, of which the driver spoils what lies beyond the basic plane.
    String read(String name) {
        return text(Sql.name(name), name);
    }

    /// The same of an expression whose type is the column's.
    String text(String sql, String name) {
        return switch (column(name).type()) {
            case DATE, TEXT -> "CAST(" + sql + " AS VARCHAR)";
            case DATETIME -> "strftime(" + sql + ", '%Y-%m-%dT%H:%M:%S')";
            default -> sql;
        };
    }
}
