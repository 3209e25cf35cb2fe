package io.github.doorwarden.systems.toolbridge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A record as it is in the database. Times are milliseconds since 1970.
///
/// @param values    by the names of the kind's fields, all of them
/// @param deletedAt null while it is there
record Stored(Kind kind, String id, long version, Map<String, Object> values, List<String> tags, boolean archived,
        Long deletedAt, long createdAt, String createdBy, long updatedAt, String updatedBy) {

    static Stored read(Kind kind, ResultSet row) throws SQLException {
        var values = new LinkedHashMap<String, Object>();
        for (var field : kind.fields()) {
            values.put(field.name(), value(field, row));
        }
        var deleted = row.getLong("deleted_at");
        var deletedAt = row.wasNull() ? null : deleted;
        var tags = row.getString("tags");
        return new Stored(kind, row.getString("id"), row.getLong("version"), values,
                tags == null ? List.of() : List.of(tags.split(",")), row.getBoolean("archived"), deletedAt,
                row.getLong("created_at"), row.getString("created_by"), row.getLong("updated_at"),
                row.getString("updated_by"));
    }

    static Object value(Field field, ResultSet row) throws SQLException {
        Object value = switch (field.type()) {
            case FLAG -> row.getBoolean(field.name());
            case NUMBER -> row.getDouble(field.name());
            case TIME -> row.getLong(field.name());
            case TEXT, CHOICE, DAY, REFERENCE -> row.getString(field.name());
        };
        return row.wasNull() ? null : value;
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", id);
        json.put("version", version);
        kind.fields().forEach(field -> {
            var value = values.get(field.name());
            json.put(field.name(), value instanceof Long millis && field.type() == Field.Type.TIME ? time(millis)
                    : value);
        });
        json.put("tags", tags);
        json.put("archived", archived);
        json.put("created_at", time(createdAt));
        json.put("created_by", createdBy);
        json.put("updated_at", time(updatedAt));
        json.put("updated_by", updatedBy);
        return json;
    }

    String text(String field) {
        var value = values.get(field);
        return value == null ? "" : value.toString();
    }

    /// Title, or the first words.
    String heading() {
        return heading(text(kind.heading()));
    }

    static String heading(String text) {
        var line = text.strip().lines().findFirst().orElse("");
        return line.length() <= 80 ? line : line.substring(0, line.offsetByCodePoints(0, 70)).strip() + "…";
    }

    /// What searches look into beside the title.
    String words() {
        return switch (kind) {
            case NOTES -> text("body");
            case TASKS -> text("description");
            case CHATS -> text("topic");
            case COMMENTS, CHAT_MESSAGES -> text("body");
        };
    }
}
