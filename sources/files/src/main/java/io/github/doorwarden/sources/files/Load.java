package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Format;
import io.github.doorwarden.sources.files.FilesSettings.Join;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import io.github.doorwarden.sources.files.Version.LoadedFile;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/// Reads the files of some datasets into a database of their own and then locks it: nothing can be read from outside
/// any more, nothing be written, no extension loaded, and none of this be changed.
final class Load {

    private final FilesSettings settings;
    private final DuckDBConnection database;
    private final Words words;
    private final Map<String, List<LoadedFile>> files = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, List<String>> notes = new LinkedHashMap<>();

    private Load(FilesSettings settings, DuckDBConnection database) {
        this.settings = settings;
        this.database = database;
        this.words = new Words(database);
    }

    /// @param found by dataset; a join, which has no files of its own, comes after its parts
    /// @throws BadFile when something cannot be taken; nothing is left behind
    static Version version(FilesSettings settings, Map<String, List<FoundFile>> found, long number, Instant now)
            throws BadFile {
        try {
            var load = new Load(settings, (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:"));
            try {
                load.bound();
                for (var dataset : found.entrySet()) {
                    load.dataset(dataset.getKey(), dataset.getValue());
                }
                load.lock();
                return new Version(load.database, number, now, load.files, load.warnings, load.notes);
            } catch (SQLException | BadFile | RuntimeException e) {
                load.database.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new BadFile("The data cannot be brought together: " + told(settings, e, null), e);
        }
    }

    private void bound() throws SQLException {
        run("SET memory_limit = '" + settings.memoryMib() + "MiB'");
        run("SET threads = " + settings.threads());
        run("SET temp_directory = ''");                          // what does not fit is refused, not put on the disk
        run("SET TimeZone = 'UTC'");
        run("SET autoinstall_known_extensions = false");
        run("SET autoload_known_extensions = false");
        run("SET allow_community_extensions = false");
    }

    private void lock() throws SQLException {
        run("SET enable_external_access = false");
        run("SET lock_configuration = true");
    }

    private void dataset(String name, List<FoundFile> found) throws BadFile, SQLException {
        var set = settings.datasets().get(name);
        if (set.join().isPresent()) {
            join(name, set.join().get());
            return;
        }
        var several = found.size() > 1;
        if (several) {
            run("CREATE TEMP TABLE gathered (" + set.columns().entrySet().stream().map(column ->
                    Sql.name(column.getKey()) + " " + Sql.type(column.getValue())).collect(Collectors.joining(", "))
                    + ", _file INTEGER)");
        }
        var loaded = new ArrayList<LoadedFile>();
        for (var file : found) {
            try {
                loaded.add(file(set, file, loaded.size(), several));
            } catch (SQLException e) {
                throw new BadFile(file.name() + ": cannot be read: " + told(settings, e, file), e);
            }
        }
        keep(name, set);
        run(several ? "DROP TABLE gathered" : "DROP VIEW gathered");
        run("DROP TABLE staged");
        files.put(name, List.copyOf(loaded));
    }

    /// Makes the table of what was gathered, with texts as words where there are few.
    private void keep(String name, Dataset set) throws SQLException {
        var texts = set.columns().entrySet().stream().filter(column -> column.getValue().type() == Type.TEXT)
                .map(column -> Sql.name(column.getKey())).toList();
        var types = words.types("gathered", texts);
        var columns = new StringBuilder();
        set.columns().keySet().stream().map(Sql::name).forEach(column -> columns.append(typed(column,
                texts.contains(column) ? types.get(texts.indexOf(column)) : Optional.empty())).append(", "));
        run("CREATE TABLE " + Sql.name(name) + " AS SELECT " + columns + "_file FROM gathered");
    }

    private static String typed(String column, Optional<String> type) {
        return type.map(words -> "CAST(" + column + " AS " + words + ") AS " + column).orElse(column);
    }

    /// Adds the rows of one file to what is gathered, or makes them what is gathered, without a copy.
    private LoadedFile file(Dataset set, FoundFile file, int index, boolean several) throws BadFile, SQLException {
        var raw = RawTable.of(database, file, set);
        var typed = new StringBuilder();
        var wrong = new StringBuilder("CASE");
        var i = 0;
        for (var column : set.columns().values()) {
            typed.append(", p").append(i).append(" IS NULL AS m").append(i).append(", ")
                    .append(Sql.typed(set, column, "p" + i)).append(" AS t").append(i);
            wrong.append(" WHEN t").append(i).append(" IS NULL AND NOT m").append(i).append(" THEN ").append(i);
            i++;
        }
        run("CREATE OR REPLACE TEMP TABLE staged AS SELECT *, " + wrong + " END AS wrong FROM (SELECT n" + typed
                + " FROM (" + raw.select() + "))");
        var mistakes = new Mistakes(database, file, set);
        if (raw.format() == Format.CSV || raw.format() == Format.TSV) {
            mistakes.ofRecords();
        } else {
            mistakes.ofRows();
        }
        if (raw.format() == Format.JSON) {
            mistakes.absentKeys();
        }
        warnings.addAll(mistakes.warnings());
        var columns = new StringBuilder("SELECT ");
        var place = 0;
        for (var column : set.columns().keySet()) {
            columns.append("t").append(place++).append(" AS ").append(Sql.name(column)).append(", ");
        }
        run((several ? "INSERT INTO gathered " : "CREATE TEMP VIEW gathered AS ") + columns + index
                + " AS _file FROM staged WHERE wrong IS NULL");
        var rows = number("SELECT count(*) FROM staged WHERE wrong IS NULL");
        if (rows == 0) {
            warnings.add(file.name() + ": has no rows that could be taken.");
        }
        return new LoadedFile(file.name(), file.modified(), rows, mistakes.count());
    }

    private void join(String name, Join join) throws BadFile, SQLException {
        var parts = join.datasets();
        var keys = join.on().stream().map(Sql::name).collect(Collectors.joining(", "));
        for (var part : parts) {
            var several = number("SELECT count(*) FROM (SELECT 1 FROM " + Sql.name(part) + " GROUP BY " + keys
                    + " HAVING count(*) > 1)");
            if (several > 0 && part.equals(parts.getFirst())) {
                shared(name, join);
            } else if (several > 0) {
                throw new BadFile("The dataset " + name + " joins by " + String.join(", ", join.on()) + ", and " + part
                        + " has " + (several == 1 ? "a combination" : several + " combinations")
                        + " of these more than once, so rows would be counted "
                        + "several times. Name in by the column that tells them apart, or mend the files of " + part
                        + ".");
            }
        }
        var how = switch (join.keep()) {
            case ALL -> " FULL JOIN ";
            case FIRST -> " LEFT JOIN ";
            case MATCHING -> " JOIN ";
        };
        var texts = join.on().stream().filter(key -> settings.datasets().get(parts.getFirst()).columns().get(key).type()
                == Type.TEXT).map(Sql::name).toList();
        var columns = new ArrayList<String>();
        for (var key : join.on().stream().map(Sql::name).toList()) {
            columns.add(typed(key, !texts.contains(key) ? Optional.empty() : words.type(parts.stream().map(part ->
                    "SELECT " + text(key) + " AS word FROM " + Sql.name(part)).toList())));
        }
        parts.forEach(part -> settings.datasets().get(part).columns().keySet().stream()
                .filter(column -> !join.on().contains(column))
                .forEach(column -> columns.add(Sql.name(part) + "." + Sql.name(column))));
        // The lists of words of two tables are two types, so keys meet as texts.
        var replaced = texts.isEmpty() ? "*" : "* REPLACE (" + texts.stream().map(key -> text(key) + " AS " + key)
                .collect(Collectors.joining(", ")) + ")";
        var from = new StringBuilder();
        parts.forEach(part -> from.append(from.isEmpty() ? "" : how).append("(SELECT ").append(replaced)
                .append(" FROM ").append(Sql.name(part)).append(") AS ").append(Sql.name(part))
                .append(part.equals(parts.getFirst()) ? "" : " USING (" + keys + ")"));
        run("CREATE TABLE " + Sql.name(name) + " AS SELECT " + String.join(", ", columns) + " FROM " + from);
        files.put(name, parts.stream().flatMap(part -> files.get(part).stream()).distinct().toList());
    }

    private static String text(String column) {
        return "CAST(" + column + " AS VARCHAR)";
    }

    private void shared(String name, Join join) {
        var first = join.datasets().getFirst();
        var measures = join.datasets().stream().skip(1).flatMap(part -> settings.datasets().get(part).columns()
                .entrySet().stream()).filter(column -> column.getValue().numeric() && !join.on().contains(column
                .getKey())).map(Map.Entry::getKey).collect(Collectors.joining(", "));
        if (!measures.isEmpty()) {
            var note = "Several rows of " + first + " share one value of " + measures + ": sums of these count it "
                    + "several times, and averages weigh it so.";
            notes.put(name, List.of(note));
            warnings.add("The dataset " + name + ": " + note + " Name in by the columns that name one row in " + first
                    + ".");
        }
    }

    private void run(String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.setQueryTimeout((int) Limits.LOAD.toSeconds());
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (var statement = database.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// The engine's own sentence, without our SQL and the path.
    private static String told(FilesSettings settings, SQLException e, FoundFile file) {
        var message = String.valueOf(e.getMessage());
        if (message.contains("Out of Memory")) {
            return "it needs more than the " + settings.memoryMib() + " MiB that the source may take. Raise memory, or "
                    + "declare fewer columns.";
        }
        var line = message.lines().findFirst().orElse("").replaceFirst("^(\\w+ )*Error: ", "");
        return file == null ? line : line.replace(file.path().toString(), file.name());
    }
}
