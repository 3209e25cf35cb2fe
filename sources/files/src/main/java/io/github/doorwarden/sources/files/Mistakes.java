package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// The rows of one file, just staged, that cannot be read: how many, where, and why. With more of them than the
/// dataset allows, the file is bad. Tells no value.
final class Mistakes {

    private final Connection database;
    private final FoundFile file;
    private final Dataset set;
    private final List<String> warnings = new ArrayList<>();
    private long count;

    Mistakes(Connection database, FoundFile file, Dataset set) {
        this.database = database;
        this.file = file;
        this.set = set;
    }

    long count() {
        return count;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// Of a file with records in lines: those that the engine has put aside, and those with a wrong value.
    void ofRecords() throws BadFile, SQLException {
        var why = new TreeMap<Long, String>();
        var quotes = 0L;
        try (var statement = database.createStatement(); var rows = statement.executeQuery("SELECT line, "
                + "min(CAST(error_type AS VARCHAR)) FROM reject_errors GROUP BY line ORDER BY line")) {
            while (rows.next()) {
                var kind = rows.getString(2);
                quotes = quotes == 0 && kind.contains("QUOTE") ? rows.getLong(1) : quotes;
                why.put(rows.getLong(1), rejected(kind));
            }
        }
        drop("reject_errors");
        drop("reject_scans");
        if (quotes > 0) {
            throw new BadFile(file.name() + ":" + CsvRecords.lines(file, List.of(quotes)).getFirst() + ": has a quote "
                    + "where none belongs, and nothing after it can be trusted. Write a quote inside of a value twice, "
                    + "and close each one.");
        }
        count = why.size();
        var rejected = List.copyOf(why.keySet());
        for (var wrong : wrong()) {
            var record = wrong.row() + 1;                        // the header
            for (var before : rejected) {
                record += before <= record ? 1 : 0;
            }
            why.put(record, wrong.why());
        }
        var first = why.keySet().stream().limit(Limits.NAMED_MISTAKES).toList();
        var lines = first.isEmpty() ? List.<Long>of() : CsvRecords.lines(file, first);
        var told = new ArrayList<String>();
        for (var i = 0; i < first.size(); i++) {
            told.add("line " + lines.get(i) + " " + why.get(first.get(i)));
        }
        judge(told);
    }

    /// Of a file whose rows have numbers alone.
    void ofRows() throws BadFile, SQLException {
        judge(wrong().stream().map(wrong -> "row " + wrong.row() + " " + wrong.why()).toList());
    }

    /// A key that no object has is more likely misspelled than missing.
    void absentKeys() throws BadFile, SQLException {
        var names = List.copyOf(set.columns().keySet());
        var counts = new StringBuilder("SELECT count(*)");
        for (var i = 0; i < names.size(); i++) {
            counts.append(", count(*) FILTER (WHERE NOT m").append(i).append(")");
        }
        try (var statement = database.createStatement();
                var rows = statement.executeQuery(counts + " FROM staged")) {
            rows.next();
            for (var i = 0; i < names.size() && rows.getLong(1) > 0; i++) {
                if (rows.getLong(i + 2) == 0 && !set.columns().get(names.get(i)).optional()) {
                    throw new BadFile(file.name() + ": no object has a value for " + names.get(i) + ". Correct the "
                            + "file, say from, or declare the column optional.");
                }
            }
        }
    }

    private record Wrong(long row, String why) {}

    /// The first rows with a wrong value; counts all of them.
    private List<Wrong> wrong() throws SQLException {
        var names = List.copyOf(set.columns().keySet());
        var first = new ArrayList<Wrong>();
        try (var statement = database.createStatement(); var rows = statement.executeQuery("SELECT n, wrong, count(*) "
                + "OVER () FROM staged WHERE wrong IS NOT NULL ORDER BY n LIMIT " + Limits.NAMED_MISTAKES)) {
            while (rows.next()) {
                var name = names.get(rows.getInt(2));
                first.add(new Wrong(rows.getLong(1), "has in " + name + " what is not "
                        + Sql.expected(set, set.columns().get(name))));
                count += first.size() == 1 ? rows.getLong(3) : 0;
            }
        }
        return first;
    }

    private void judge(List<String> first) throws BadFile {
        if (count == 0) {
            return;
        }
        var more = count > first.size() ? "; and " + (count - first.size()) + " more" : "";
        var told = String.join("; ", first) + more;
        if (count > set.badRows()) {
            throw new BadFile(file.name() + ": " + (count == 1 ? "a row" : count + " rows or more")
                    + " cannot be read, "
                    + "and bad_rows allows " + set.badRows() + ": " + told + ". Mend the file, or raise bad_rows.");
        }
        warnings.add(file.name() + ": " + (count == 1 ? "1 row is" : count + " rows are") + " left out: " + told + ".");
    }

    private static String rejected(String kind) {
        return switch (kind) {
            case "MISSING COLUMNS" -> "has fewer fields than the header";
            case "TOO MANY COLUMNS" -> "has more fields than the header";
            case "LINE SIZE OVER MAXIMUM" -> "is too long";
            default -> kind.contains("ENCOD") || kind.contains("UNICODE") ? "has bytes that are not of the encoding"
                    : "cannot be read (" + kind.toLowerCase(Locale.ROOT) + ")";
        };
    }

    private void drop(String table) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + table);
        }
    }
}
