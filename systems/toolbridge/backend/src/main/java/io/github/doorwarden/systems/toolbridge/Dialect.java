package io.github.doorwarden.systems.toolbridge;

/// What the two databases say in different words.
enum Dialect {
    SQLITE("sqlite"),
    POSTGRESQL("postgresql");

    private final String name;

    Dialect(String name) {
        this.name = name;
    }

    String label() {
        return name;
    }

    /// After a SELECT in a transaction that writes: nobody else changes the row before its end. SQLite has one writer.
    String forUpdate() {
        return this == POSTGRESQL ? " FOR UPDATE" : "";
    }

    /// The text of a column as a pattern sees it, in any case.
    String lower(String column) {
        return "lower(" + column + ")";
    }

    /// The day, ISO week or month of a column with milliseconds since 1970, in UTC.
    String bucketOfTime(String column, String by) {
        if (this == SQLITE) {
            return "strftime('" + pattern(by) + "', " + column + " / 1000, 'unixepoch')";
        }
        return "to_char(to_timestamp(" + column + " / 1000) AT TIME ZONE 'UTC', '" + pattern(by) + "')";
    }

    /// The same of a column with a day as text.
    String bucketOfDay(String column, String by) {
        if (this == SQLITE) {
            return "strftime('" + pattern(by) + "', " + column + ")";
        }
        return "to_char(" + column + "::date, '" + pattern(by) + "')";
    }

    private String pattern(String by) {
        return switch (by) {
            case "day" -> this == SQLITE ? "%Y-%m-%d" : "YYYY-MM-DD";
            case "week" -> this == SQLITE ? "%G-W%V" : "IYYY-\"W\"IW";
            case "month" -> this == SQLITE ? "%Y-%m" : "YYYY-MM";
            default -> throw new IllegalArgumentException(by);
        };
    }
}
