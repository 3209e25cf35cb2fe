package io.github.doorwarden.sources.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What a parameter of a statement can be.
public enum ParameterType {

    STRING, INTEGER, NUMBER, BOOLEAN, DATE, TIMESTAMP, UUID, ARRAY;

    /// As the configuration spells it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(ParameterType::key).toList();
    }

    /// What can stand in an array.
    public static List<String> itemKeys() {
        return keys().stream().filter(key -> !key.equals(ARRAY.key())).toList();
    }

    /// @param key one of [#keys]
    public static ParameterType of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
