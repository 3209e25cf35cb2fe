package io.github.doorwarden.sources.sql;

import io.github.doorwarden.sources.sql.StatementText.Bound;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/// Puts values into the places that a statement has for them, each as what it is.
final class Binding {

    private Binding() {}

    static void bind(Engine engine, PreparedStatement statement, List<Bound> values) throws SQLException {
        for (var i = 0; i < values.size(); i++) {
            var bound = values.get(i);
            var settings = bound.parameter().settings();
            switch (bound.value()) {
                case null -> statement.setNull(i + 1, type(engine, settings.type(), settings.items()));
                case List<?> list -> statement.setArray(i + 1, statement.getConnection().createArrayOf(
                        Engine.arrayType(settings.items()), list.toArray()));
                case String text -> statement.setString(i + 1, text);
                case Long number -> statement.setLong(i + 1, number);
                case BigDecimal number when engine == Engine.SQLITE ->
                        statement.setDouble(i + 1, number.doubleValue());   // its driver would send a text
                case BigDecimal number -> statement.setBigDecimal(i + 1, number);
                case Boolean bool -> statement.setBoolean(i + 1, bool);
                default -> other(engine, statement, i + 1, bound.value());
            }
        }
    }

    private static void other(Engine engine, PreparedStatement statement, int place, Object value)
            throws SQLException {
        switch (value) {
            case UUID uuid when engine != Engine.POSTGRESQL -> statement.setString(place, uuid.toString());
            case OffsetDateTime time when engine == Engine.MYSQL ->
                    statement.setObject(place, time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
            case LocalDateTime time when engine == Engine.SQLITE -> statement.setString(place, time.toString());
            default -> {
                if (engine == Engine.SQLITE) {
                    statement.setString(place, value.toString());
                } else {
                    statement.setObject(place, value);
                }
            }
        }
    }

    private static int type(Engine engine, ParameterType type, ParameterType items) {
        return switch (type) {
            case STRING -> Types.VARCHAR;
            case INTEGER -> Types.BIGINT;
            case NUMBER -> Types.NUMERIC;
            case BOOLEAN -> engine == Engine.SQLSERVER ? Types.BIT : Types.BOOLEAN;
            case DATE -> Types.DATE;
            case TIMESTAMP -> Types.TIMESTAMP;
            case UUID -> engine == Engine.POSTGRESQL ? Types.OTHER : Types.VARCHAR;
            case ARRAY -> engine.arrays() ? Types.ARRAY : type(engine, items, items);
        };
    }
}
