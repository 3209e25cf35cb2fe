package io.github.doorwarden.sources.files;

import java.util.ArrayList;
import java.util.List;

/// A condition on rows: SQL of our own, and the values that are bound in it, as texts.
record Where(String sql, List<String> values) {

    static final Where ALL = new Where("", List.of());

    Where {
        values = List.copyOf(values);
    }

    Where and(String condition, List<String> more) {
        var all = new ArrayList<>(values);
        all.addAll(more);
        return new Where(sql.isEmpty() ? " WHERE " + condition : sql + " AND " + condition, all);
    }
}
