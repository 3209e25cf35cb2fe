package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Format;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// One file as a SELECT whose columns are all texts, `p0` and so on in the order of the declared columns, NULL for what
/// is missing, with the number of the row as `n`.
record RawTable(Format format, String select) {

    /// @throws BadFile when the file does not have the columns
    static RawTable of(Connection database, FoundFile file, Dataset set) throws BadFile, SQLException {
        var format = format(file, set);
        return switch (format) {
            case CSV, TSV -> csv(file, set, format);
            case JSON -> new RawTable(format, select(set, name -> "r." + Sql.name(name), "read_json("
                    + Sql.text(file.path().toString()) + ", columns={" + texts(set.columns().entrySet().stream()
                    .map(column -> from(column)).distinct().toList()) + "})"));
            case PARQUET -> parquet(database, file, set);
            case AUTO -> throw new IllegalStateException();
        };
    }

    private static Format format(FoundFile file, Dataset set) throws BadFile {
        if (set.format() != Format.AUTO) {
            return set.format();
        }
        var name = file.name().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "csv" -> Format.CSV;
            case "tsv", "tab" -> Format.TSV;
            case "json", "jsonl", "ndjson" -> Format.JSON;
            case "parquet" -> Format.PARQUET;
            default -> throw new BadFile(file.name() + ": its name does not say what it is. Name it .csv, .tsv, .json, "
                    + ".jsonl or .parquet, or say format.");
        };
    }

    private static RawTable csv(FoundFile file, Dataset set, Format format) throws BadFile {
        var delimiter = set.delimiter().isEmpty() ? format == Format.TSV ? "\t" : "," : set.delimiter();
        var header = CsvRecords.header(file, delimiter.charAt(0), set.encoding());
        if (header.size() > Limits.COLUMNS) {
            throw new BadFile(file.name() + ":1: has more than " + Limits.COLUMNS + " columns.");
        }
        var places = new HashMap<String, String>();
        for (var i = 0; i < header.size(); i++) {
            if (places.put(header.get(i), "c" + i) != null) {
                places.put(header.get(i), "");                   // twice
            }
        }
        for (var column : set.columns().entrySet()) {
            var from = from(column);
            if ("".equals(places.get(from))) {
                throw new BadFile(file.name() + ":1: has two columns " + from + ". Rename one of them.");
            }
            if (!places.containsKey(from) && !column.getValue().optional()) {
                throw missing(file.name() + ":1", from, header, header.size() == 1 ? " It is one single column: say "
                        + "delimiter, if it is not " + (format == Format.TSV ? "a tab." : "a comma.") : "");
            }
        }
        var columns = new ArrayList<String>();
        for (var i = 0; i < header.size(); i++) {
            columns.add("c" + i);
        }
        return new RawTable(format, select(set, name -> places.getOrDefault(name, "NULL"), "read_csv("
                + Sql.text(file.path().toString()) + ", auto_detect=false, header=true, quote='\"', escape='\"', delim="
                + Sql.text(delimiter) + ", encoding=" + Sql.text(set.encoding()) + ", columns={" + texts(columns)
                + "}, store_rejects=true, rejects_limit=" + (set.badRows() + 1L) + ")"));
    }

    private static RawTable parquet(Connection database, FoundFile file, Dataset set) throws BadFile, SQLException {
        var source = "read_parquet(" + Sql.text(file.path().toString()) + ")";
        var there = new ArrayList<String>();
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("DESCRIBE SELECT * FROM " + source)) {
            while (rows.next()) {
                there.add(rows.getString(1));
            }
        }
        for (var column : set.columns().entrySet()) {
            if (!there.contains(from(column)) && !column.getValue().optional()) {
                throw missing(file.name(), from(column), there, "");
            }
        }
        return new RawTable(Format.PARQUET, select(set, name -> there.contains(name) ? "CAST(r." + Sql.name(name)
                + " AS VARCHAR)" : "NULL", source));
    }

    private static BadFile missing(String where, String column, List<String> there, String more) {
        var some = there.stream().limit(Limits.NAMED_VALUES).map(name -> name.length() <= Limits.NAME_CHARS ? name
                : name.substring(0, Limits.NAME_CHARS) + "…").collect(Collectors.joining(", "));
        return new BadFile(where + ": has no column " + column + "." + more + " It has " + some
                + ". Correct the file, say from, or declare the column optional.");
    }

    private static String select(Dataset set, UnaryOperator<String> raw, String source) {
        var text = new StringBuilder("SELECT row_number() OVER () AS n");
        var i = 0;
        for (var column : set.columns().entrySet()) {
            text.append(", ").append(Sql.present(set, column.getValue(), raw.apply(from(column)))).append(" AS p")
                    .append(i++);
        }
        return text.append(" FROM ").append(source).append(" AS r").toString();
    }

    private static String texts(List<String> columns) {
        var text = new StringBuilder();
        columns.forEach(column -> text.append(text.isEmpty() ? "" : ", ").append(Sql.text(column))
                .append(": 'VARCHAR'"));
        return text.toString();
    }

    private static String from(Map.Entry<String, Column> column) {
        return column.getValue().from().isEmpty() ? column.getKey() : column.getValue().from();
    }
}
