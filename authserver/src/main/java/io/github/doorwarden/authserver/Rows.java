package io.github.doorwarden.authserver;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// How values of this module look in a row.
final class Rows {

    private Rows() {}

    static Instant time(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static Optional<Instant> maybeTime(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /// Sorted and separated by a blank, as in the `scope` parameter (RFC 6749 §3.3).
    static String words(Collection<String> words) {
        return String.join(" ", new TreeSet<>(words));
    }

    static Set<String> words(String text) {
        return text.isBlank() ? Set.of() : new LinkedHashSet<>(List.of(text.strip().split(" +")));
    }
}
