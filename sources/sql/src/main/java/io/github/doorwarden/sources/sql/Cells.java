package io.github.doorwarden.sources.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// One value of a row as JSON: exact, readable and bounded. What a JSON number cannot carry exactly to every client is
/// a text, times are ISO 8601, a text that is cut says so, and bytes are left out with their number.
///
/// @param maxChars of one text
record Cells(int maxChars) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    /// @param type as the driver calls it, in small letters
    JsonNode read(ResultSet rows, int column, int sqlType, String type) throws SQLException {
        if (type.equals("json") || type.equals("jsonb")) {
            return json(rows.getString(column));
        }
        return switch (sqlType) {
            case Types.DATE -> date(rows, column);
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> timestamp(rows, column, type);
            case Types.BIT, Types.BOOLEAN -> bool(rows.getObject(column));
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> of(rows.getString(column));  // java.sql.Time has no fractions
            default -> of(rows.getObject(column));
        };
    }

    /// SQLite keeps truth as a number; a bit string of PostgreSQL is more than true or false.
    private JsonNode bool(Object value) throws SQLException {
        return value instanceof Number number ? JSON.booleanNode(number.intValue() != 0) : of(value);
    }

    private JsonNode date(ResultSet rows, int column) throws SQLException {
        var value = rows.getObject(column);
        if (value == null || value instanceof String || value instanceof Number) {
            return of(value);                                     // SQLite keeps dates as it is given them
        }
        var date = rows.getObject(column, LocalDate.class);
        return date.equals(LocalDate.MAX) || date.equals(LocalDate.MIN)
                ? text(rows.getString(column)) : JSON.stringNode(date.toString());
    }

    private JsonNode timestamp(ResultSet rows, int column, String type) throws SQLException {
        var value = rows.getObject(column);
        if (value == null || value instanceof String || value instanceof Number) {
            return of(value);
        }
        if (type.equals("timestamptz") || type.equals("datetimeoffset") || value instanceof OffsetDateTime) {
            var time = rows.getObject(column, OffsetDateTime.class);
            return time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN) ? text(rows.getString(column))
                    : JSON.stringNode(time.withOffsetSameInstant(ZoneOffset.UTC).toString());
        }
        var time = rows.getObject(column, LocalDateTime.class);
        return time.equals(LocalDateTime.MAX) || time.equals(LocalDateTime.MIN) ? text(rows.getString(column))
                : JSON.stringNode(time.toString());
    }

    private JsonNode of(Object value) throws SQLException {
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> text(text);
            case Boolean bool -> JSON.booleanNode(bool);
            case Integer number -> JSON.numberNode(number);
            case Short number -> JSON.numberNode(number);
            case Long number -> number(BigDecimal.valueOf(number));
            case BigInteger number -> number(new BigDecimal(number));
            case BigDecimal number -> number(number);
            case Float number -> Float.isFinite(number) ? JSON.numberNode(new BigDecimal(number.toString()))
                    : JSON.stringNode(number.toString());
            case Double number -> Double.isFinite(number) ? JSON.numberNode(number)
                    : JSON.stringNode(number.toString());
            case byte[] bytes -> bytes(bytes.length);
            case Blob blob -> bytes(blob.length());
            case Clob clob -> cut(clob.getSubString(1, (int) Math.min(clob.length(), maxChars)), clob.length());
            case SQLXML xml -> text(xml.getString());
            case java.sql.Array array -> array(array);
            case java.sql.Date date -> JSON.stringNode(date.toLocalDate().toString());
            case java.sql.Time time -> JSON.stringNode(time.toLocalTime().toString());
            case Timestamp time -> JSON.stringNode(time.toLocalDateTime().toString());
            case LocalTime time -> JSON.stringNode(time.toString());
            default -> text(value.toString());
        };
    }

    private JsonNode number(BigDecimal number) {
        if (Math.abs(number.scale()) > Limits.PLAIN_DIGITS) {
            return text(number.toString());
        }
        return number.precision() > Limits.EXACT_DIGITS ? text(number.toPlainString())
                : JSON.numberNode(number.scale() < 0 ? number.setScale(0) : number);
    }

    private JsonNode array(java.sql.Array array) throws SQLException {
        try {
            return array.getArray() instanceof Object[] items ? items(items, array.getBaseTypeName()
                    .equals("timestamptz")) : text(array.toString());
        } finally {
            array.free();
        }
    }

    /// @param zoned whether times in it are instants
    private JsonNode items(Object[] items, boolean zoned) throws SQLException {
        var out = JSON.arrayNode();
        for (var i = 0; i < Math.min(items.length, Limits.ARRAY_ITEMS); i++) {
            out.add(switch (items[i]) {
                case Object[] more -> items(more, zoned);
                case Timestamp time when zoned -> JSON.stringNode(time.toInstant().toString());
                case null, default -> of(items[i]);
            });
        }
        if (items.length > Limits.ARRAY_ITEMS) {
            out.add("… [" + (items.length - Limits.ARRAY_ITEMS) + " more of " + items.length + "]");
        }
        return out;
    }

    private JsonNode json(String text) {
        if (text == null) {
            return JSON.nullNode();
        }
        if (text.length() > maxChars) {
            return text(text);
        }
        try {
            return EXACT.readTree(text);
        } catch (JacksonException e) {
            return text(text);
        }
    }

    private static JsonNode bytes(long length) {
        return JSON.stringNode(String.format(Locale.ROOT, "[%d bytes, left out]", length));
    }

    private JsonNode text(String text) {
        return text.length() <= maxChars ? JSON.stringNode(text)
                : cut(text.substring(0, Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1
                : maxChars), text.length());
    }

    private JsonNode cut(String start, long length) {
        return length <= maxChars ? JSON.stringNode(start)
                : JSON.stringNode(start + "… [cut: " + start.length() + " of " + length + " characters]");
    }
}
