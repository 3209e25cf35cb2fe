package io.github.doorwarden.sources.files;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// How many values become one. Missing values are left out by all of them.
public enum Function {

    /// Values that are there.
    COUNT,
    /// Different values.
    DISTINCT,
    SUM, AVG, MIN, MAX, MEDIAN,
    /// Of a sample.
    STDDEV,
    P10, P25, P75, P90, P95, P99;

    /// As configuration and arguments spell it.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// All spellings, for schemas and messages.
    public static List<String> keys() {
        return Arrays.stream(values()).map(Function::key).toList();
    }

    /// @throws IllegalArgumentException for a spelling that is none of [#keys]
    public static Function of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }

    /// Whether it can be had of texts, too, and its result has no unit.
    boolean counts() {
        return this == COUNT || this == DISTINCT;
    }

    /// @param quoted the column
    String sql(String quoted) {
        return switch (this) {
            case COUNT -> "count(" + quoted + ")";
            case DISTINCT -> "count(DISTINCT " + quoted + ")";
            case SUM -> "sum(" + quoted + ")";
            case AVG -> "avg(" + quoted + ")";
            case MIN -> "min(" + quoted + ")";
            case MAX -> "max(" + quoted + ")";
            case MEDIAN -> "quantile_cont(" + quoted + ", 0.5)";
            case STDDEV -> "stddev_samp(" + quoted + ")";
            case P10, P25, P75, P90, P95, P99 -> "quantile_cont(" + quoted + ", 0." + name().substring(1) + ")";
        };
    }
}
