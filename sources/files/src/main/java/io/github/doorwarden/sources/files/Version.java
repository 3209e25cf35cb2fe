package io.github.doorwarden.sources.files;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data as they were read at one time, in a database in memory of their own that can read no file any more. Lives
/// until it has been replaced and the last question to it is answered. Safe for use by many threads.
final class Version {

    private static final Logger LOG = LoggerFactory.getLogger(Version.class);

    /// A file that the data came from.
    ///
    /// @param rejected rows that could not be read
    record LoadedFile(String name, Instant modified, long rows, long rejected) {}

    private final DuckDBConnection database;
    private final long number;
    private final Instant loaded;
    private final Map<String, List<LoadedFile>> files;
    private final List<String> warnings;
    private final Map<String, List<String>> notes;
    private int users = 1;                                       // whoever made it

    /// @param files    by dataset, in the order of the column `_file`
    /// @param warnings for the operator
    /// @param notes    by dataset: what every answer must say
    Version(DuckDBConnection database, long number, Instant loaded, Map<String, List<LoadedFile>> files,
            List<String> warnings, Map<String, List<String>> notes) {
        this.database = database;
        this.number = number;
        this.loaded = loaded;
        this.files = Map.copyOf(files);
        this.warnings = List.copyOf(warnings);
        this.notes = Map.copyOf(notes);
    }

    /// Counts up with each load in this process.
    long number() {
        return number;
    }

    Instant loaded() {
        return loaded;
    }

    List<LoadedFile> files(String dataset) {
        return files.get(dataset);
    }

    List<String> warnings() {
        return warnings;
    }

    List<String> notes(String dataset) {
        return notes.getOrDefault(dataset, List.of());
    }

    /// For one question.
    Connection connect() throws SQLException {
        return database.duplicate();
    }

    /// @return false when it is gone already
    synchronized boolean enter() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void leave() {
        if (--users == 0) {
            try {
                database.close();
            } catch (SQLException e) {
                LOG.warn("A database in memory could not be closed.", e);
            }
        }
    }
}
