package io.github.doorwarden.sources.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One figure that a tool can be asked for: a function of a column.
///
/// @param name as arguments and answers have it, for example `avg_fare`
record Figure(String name, Function function, String column, Optional<String> weight) {

    /// All of a tool, in the order of its configuration.
    static List<Figure> of(View view) {
        var all = new ArrayList<Figure>();
        view.tool().measures().forEach((column, measures) -> measures.functions().forEach(function ->
                all.add(new Figure(function.key() + "_" + column, function, column,
                        measures.weight().filter(weight -> function == Function.AVG)))));
        return all;
    }

    String sql() {
        var quoted = Sql.name(column);
        return weight.map(Sql::name).map(by -> "sum(" + quoted + " * " + by + ") / nullif(sum(" + by
                + ") FILTER (WHERE " + quoted + " IS NOT NULL), 0)").orElse(function.sql(quoted));
    }

    String unit(View view) {
        return function.counts() ? "" : view.column(column).unit();
    }

    /// For the model.
    String meaning(View view) {
        var unit = unit(view);
        return name + weight.map(by -> " (weighted by " + by + ")").orElse("")
                + (unit.isEmpty() ? "" : String.format(Locale.ROOT, " in %s", unit));
    }
}
