package io.github.doorwarden.sources.files;

import java.util.Arrays;
import java.util.List;

/// Which groups of a trend come first, and so which are in the answer when there are more than it can have.
enum SeriesOrder {

    ROWS("rows", "with the most rows", "rows DESC"),
    HIGHEST("highest", "with the highest figure of all rows together", "whole DESC NULLS LAST"),
    LOWEST("lowest", "with the lowest figure of all rows together", "whole NULLS LAST"),
    RISE("rise", "that rose most from the first to the last period", "rise DESC NULLS LAST"),
    FALL("fall", "that fell most from the first to the last period", "rise NULLS LAST");

    private final String key;
    private final String words;
    private final String sql;

    SeriesOrder(String key, String words, String sql) {
        this.key = key;
        this.words = words;
        this.sql = sql;
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(SeriesOrder::key).toList();
    }

    /// @param key one of [#keys]
    static SeriesOrder of(String key) {
        return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst().orElseThrow();
    }

    String key() {
        return key;
    }

    /// As it stands in a sentence behind "those".
    String words() {
        return words;
    }

    /// Of groups with `rows`, `whole` (the figure of all rows) and `rise` (the change as a share).
    String sql() {
        return sql;
    }
}
