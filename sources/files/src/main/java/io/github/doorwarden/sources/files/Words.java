package io.github.doorwarden.sources.files;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Lists of the different texts of columns, where there are few. A column of such a type (ENUM) is kept as small whole
/// numbers into the list; groups by it take a fifth of the time, and it takes a sixteenth of the memory. The lists are
/// ordered by the bytes of UTF-8, as texts are, so that whatever is ordered by the numbers is ordered by the texts.
/// What compares with a text that may be in no list compares texts ([Arguments]).
final class Words {

    private final Connection database;
    private int types;

    Words(Connection database) {
        this.database = database;
    }

    /// The types of some columns of one table.
    ///
    /// @param columns quoted, all of texts
    /// @return in the same order; empty where texts are better kept as they are
    List<Optional<String>> types(String table, List<String> columns) throws SQLException {
        if (columns.isEmpty()) {
            return List.of();
        }
        var counts = columns.stream().map(column -> "count(DISTINCT " + column + ")").collect(Collectors
                .joining(", "));
        var many = new ArrayList<Boolean>();
        try (var statement = database.createStatement(); var rows = statement.executeQuery("SELECT " + counts
                + " FROM (SELECT * FROM " + table + " LIMIT " + 2 * Limits.WORDS + ")")) {
            rows.next();
            for (var i = 1; i <= columns.size(); i++) {
                many.add(rows.getLong(i) > Limits.WORDS);
            }
        }
        var types = new ArrayList<Optional<String>>();
        for (var i = 0; i < columns.size(); i++) {
            types.add(many.get(i) ? Optional.empty() : type(List.of("SELECT " + columns.get(i) + " AS word FROM "
                    + table)));
        }
        return types;
    }

    /// A type for all texts that some queries have in their column `word`; empty when there are none, or too many.
    Optional<String> type(List<String> queries) throws SQLException {
        var type = "words" + types++;
        try (var statement = database.createStatement()) {
            statement.setQueryTimeout((int) Limits.LOAD.toSeconds());
            statement.execute("CREATE TEMP TABLE words AS SELECT DISTINCT word FROM ("
                    + String.join(" UNION ALL ", queries) + ") WHERE word IS NOT NULL");
            var few = false;
            try (var rows = statement.executeQuery("SELECT count(*) FROM words")) {
                rows.next();
                few = rows.getLong(1) > 0 && rows.getLong(1) <= Limits.WORDS;
            }
            if (few) {
                statement.execute("CREATE TYPE " + type + " AS ENUM (SELECT word FROM words ORDER BY word)");
            }
            statement.execute("DROP TABLE words");
            return few ? Optional.of(type) : Optional.empty();
        }
    }
}
