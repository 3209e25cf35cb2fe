package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Pieces of SQL. Names and literals come from the configuration and from files, and are quoted; what callers give is
/// bound, and never here.
final class Sql {

    private Sql() {}

    static String name(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String list(Collection<String> texts) {
        return texts.stream().map(Sql::text).collect(Collectors.joining(", "));
    }

    /// What a text that is present means: the typed value, NULL for one that is wrong.
    static String typed(Dataset set, Column column, String value) {
        return switch (column.type()) {
            case TEXT -> column.allowed().isEmpty() ? value
                    : "CASE WHEN " + value + " IN (" + list(column.allowed()) + ") THEN " + value + " END";
            // A cast alone would round 3.7 to 4.
            case INTEGER -> "CASE WHEN regexp_full_match(" + value
                    + ", '[+-]?[0-9]+([.]0*)?') THEN TRY_CAST(split_part("
                    + value + ", '.', 1) AS BIGINT) END";
            case NUMBER -> number(set, value);
            case BOOLEAN -> "TRY_CAST(" + value + " AS BOOLEAN)";
            case DATE -> calendar(value, column.patterns().isEmpty() ? "TRY_CAST(" + value + " AS DATE)"
                    : "CAST(" + strptime(column, value) + " AS DATE)");
            case DATETIME -> calendar(value, column.patterns().isEmpty() ? time(column, value)
                    : strptime(column, value));
        };
    }

    /// Of the years 1 to 9999: the engine also takes infinity, years before and years of more digits, which nobody can
    /// ask for and no period can be counted from, so that one of them would spoil every answer over time. By patterns
    /// it reads the words infinity and epoch as the first day of 1900.
    private static String calendar(String value, String typed) {
        return "CASE WHEN regexp_matches(" + value + ", '[0-9]') AND CAST(" + typed
                + " AS DATE) BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN " + typed
                + " END";
    }

    /// The raw text without what stands for a missing value.
    static String present(Dataset set, Column column, String raw) {
        var nulls = Stream.of(List.of(""), set.nulls(), column.nulls()).flatMap(List::stream).distinct().toList();
        return "CASE WHEN trim(" + raw + ") NOT IN (" + list(nulls) + ") THEN trim(" + raw + ") END";
    }

    /// Neither infinity nor what is not a number: they would spoil every sum.
    private static String number(Dataset set, String value) {
        if (set.decimal().equals(",")) {
            return "CASE WHEN regexp_full_match(" + value + ", '[+-]?([0-9]{1,3}([.][0-9]{3})+|[0-9]+)?(,[0-9]+)?') "
                    + "THEN TRY_CAST(replace(replace(" + value + ", '.', ''), ',', '.') AS DOUBLE) END";
        }
        // A cast takes the underscores of program texts, too.
        return "CASE WHEN isfinite(TRY_CAST(" + value + " AS DOUBLE)) AND NOT contains(" + value
                + ", '_') THEN TRY_CAST("
                + value + " AS DOUBLE) END";
    }

    private static String strptime(Column column, String value) {
        return "try_strptime(" + value + ", [" + list(column.patterns()) + "])";
    }

    /// With an offset, and a zone declared: what the clock showed there.
    private static String time(Column column, String value) {
        var written = "TRY_CAST(" + value + " AS TIMESTAMP)";
        return column.zone().map(zone -> "CASE WHEN regexp_matches(" + value + ", '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') "
                + "AND regexp_matches(" + value + ", '[0-9]:[0-9]') THEN timezone(" + text(zone.getId())
                + ", TRY_CAST(" + value + " AS TIMESTAMPTZ)) ELSE " + written + " END").orElse(written);
    }

    static String type(Column column) {
        return switch (column.type()) {
            case TEXT -> "VARCHAR";
            case INTEGER -> "BIGINT";
            case NUMBER -> "DOUBLE";
            case DATE -> "DATE";
            case DATETIME -> "TIMESTAMP";
            case BOOLEAN -> "BOOLEAN";
        };
    }

    /// For people: what a value of the column must look like.
    static String expected(Dataset set, Column column) {
        return switch (column.type()) {
            case TEXT -> column.allowed().isEmpty() ? "a text" : "one of " + String.join(", ", column.allowed());
            case INTEGER -> "a whole number";
            case NUMBER -> "a number such as 1234" + set.decimal() + "5";
            case BOOLEAN -> "true or false";
            case DATE -> "a date such as " + (column.patterns().isEmpty() ? "2026-03-29" : column.patterns());
            case DATETIME -> "a time such as " + (column.patterns().isEmpty() ? "2026-03-29T14:05:00"
                    : column.patterns());
        };
    }
}
