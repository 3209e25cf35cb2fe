package io.github.doorwarden.sources.files;

import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Join;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// What in the settings of a files source does not go together, as far as settings alone can tell.
public final class FilesMistakes {

    /// One of them.
    ///
    /// @param tool     whether `name` is that of a tool, not of a dataset
    /// @param name     of the dataset or tool
    /// @param key      below it, as the configuration has it
    /// @param sentence completes "<key> …"
    public record Mistake(boolean tool, String name, String key, String sentence) {}

    private static final String NAME = "[A-Za-z][A-Za-z0-9_]{0,62}";

    private final FilesSettings settings;
    private final List<Mistake> found = new ArrayList<>();

    private FilesMistakes(FilesSettings settings) {
        this.settings = settings;
    }

    /// In the order of the settings; empty when all is well.
    public static List<Mistake> of(FilesSettings settings) {
        var all = new FilesMistakes(settings);
        settings.datasets().forEach(all::dataset);
        if (all.found.isEmpty()) {                       // what tools say is about datasets that hold together
            settings.tools().forEach(all::tool);
        }
        return List.copyOf(all.found);
    }

    private void dataset(String name, Dataset set) {
        if (!name.matches(NAME)) {
            dataset(name, "columns", "belongs to a dataset whose name must begin with a letter and have A-Z, a-z, "
                    + "0-9 and _ alone.");
        }
        if (set.join().isPresent()) {
            join(name, set, set.join().get());
            return;
        }
        if (set.files().isEmpty()) {
            dataset(name, "files", "is missing. Name one file or glob at least, or make the dataset a join.");
        }
        set.files().stream().filter(glob -> glob.startsWith("/") || List.of(glob.split("/")).contains(".."))
                .forEach(glob -> dataset(name, "files", "has " + glob + ", which is not below the folder. Name files "
                        + "relative to it, or declare another folder of the source."));
        if (!List.of(".", ",").contains(set.decimal())) {
            dataset(name, "decimal", "must be . or ,");
        }
        if (set.delimiter().length() > 1) {
            dataset(name, "delimiter", "must be one character.");
        }
        if (set.columns().isEmpty()) {
            dataset(name, "columns", "is missing. A column that is not declared is not exposed: name one at least.");
        }
        set.columns().forEach((column, is) -> column(name, column, is));
    }

    private void column(String dataset, String name, Column is) {
        var key = "columns." + name;
        if (!name.matches(NAME)) {
            dataset(dataset, key, "must begin with a letter and have A-Z, a-z, 0-9 and _ alone. What the file calls "
                    + "it goes into from.");
        }
        if (is.role() == Role.MEASURE && !is.numeric()) {
            dataset(dataset, key + ".role", "is measure, which is for integers and numbers.");
        }
        if (is.role() == Role.TIME && !is.temporal()) {
            dataset(dataset, key + ".role", "is time, which is for dates and datetimes.");
        }
        if (!is.patterns().isEmpty() && !is.temporal()) {
            dataset(dataset, key + ".patterns", "is for dates and datetimes.");
        }
        if (is.zone().isPresent() && (is.type() != FilesSettings.Type.DATETIME || !is.patterns().isEmpty())) {
            dataset(dataset, key + ".zone", "is for datetimes in the form of ISO 8601.");
        }
    }

    private void join(String name, Dataset set, Join join) {
        if (!set.files().isEmpty() || !set.columns().isEmpty()) {
            dataset(name, "join", "stands beside files or columns. A join has those of its datasets.");
        }
        if (join.datasets().size() < 2 || new HashSet<>(join.datasets()).size() != join.datasets().size()) {
            dataset(name, "join", "needs two different datasets at least.");
        }
        if (join.on().isEmpty()) {
            dataset(name, "join", "needs in by the columns that name a row.");
        }
        var owner = new LinkedHashMap<String, String>();
        for (var part : join.datasets()) {
            var other = settings.datasets().get(part);
            if (other == null || other.join().isPresent()) {
                dataset(name, "join", "names " + part + ", which is " + (other == null ? "not declared."
                        : "a join itself. Name the datasets behind it."));
                continue;
            }
            join.on().stream().filter(column -> !other.columns().containsKey(column)).forEach(column ->
                    dataset(name, "join", "is by " + column + ", which " + part + " does not have."));
            other.columns().forEach((column, is) -> {
                var before = owner.putIfAbsent(column, part);
                if (before != null && !join.on().contains(column)) {
                    dataset(name, "join", "has two columns " + column + ", of " + before + " and of " + part
                            + ". Rename one of them there, with from.");
                } else if (before != null && settings.datasets().get(before).columns().get(column).type()
                        != is.type()) {
                    dataset(name, "join", "is by " + column + ", which has another type in " + part + " than in "
                            + before + ".");
                }
            });
        }
    }

    private void tool(String name, ToolSettings tool) {
        if (!settings.datasets().containsKey(tool.dataset())) {
            tool(name, "dataset", "is " + tool.dataset() + ", which is not declared under datasets.");
            return;
        }
        var columns = settings.columns(tool.dataset());
        if (tool.description().isBlank()) {
            tool(name, "description", "is missing. Say in a sentence what the tool answers.");
        }
        known(name, "columns", tool.columns(), columns, column -> true, "");
        known(name, "group_by", tool.groupBy(), columns, column -> !column.temporal(), "is a column of time. Steps in "
                + "time go into buckets.");
        known(name, "time", tool.time().stream().toList(), columns, Column::temporal, "is no date or datetime.");
        tool.filters().forEach((argument, filter) -> filter(name, argument, filter, columns));
        tool.measures().forEach((column, measures) -> measures(name, column, measures, columns));
        var needsTime = tool.kind() == Kind.TREND || !tool.buckets().isEmpty();
        if (needsTime && tool.time().isEmpty()
                && columns.values().stream().filter(column -> column.role() == Role.TIME).count() != 1) {
            tool(name, "time", "is missing. The dataset has not exactly one column with the role time, so say which.");
        }
        if (tool.kind() == Kind.TREND && tool.measures().isEmpty()) {
            tool(name, "measures", "is missing. Say what the course of is asked for.");
        }
        if (tool.kind() != Kind.TREND && tool.kind() != Kind.AGGREGATE
                && !(tool.measures().isEmpty() && tool.groupBy().isEmpty() && tool.buckets().isEmpty())) {
            tool(name, "kind", "is " + tool.kind().name().toLowerCase(Locale.ROOT) + ", which has no "
                    + "measures, group_by and buckets.");
        }
    }

    private void filter(String name, String argument, FilesSettings.Filter filter, Map<String, Column> columns) {
        var key = "filters." + argument;
        if (!argument.matches(NAME) || Arguments.OWN.contains(argument)) {
            tool(name, key, "cannot be an argument's name: it begins with a letter, has A-Z, a-z, 0-9 and _ alone, "
                    + "and is none of " + String.join(", ", Arguments.OWN) + ".");
        }
        var column = columns.get(filter.column());
        if (column == null) {
            tool(name, key, "filters by " + filter.column() + ", which the dataset does not have. It has "
                    + String.join(", ", columns.keySet()) + ".");
            return;
        }
        if (filter.by() == By.PREFIX && column.type() != FilesSettings.Type.TEXT) {
            tool(name, key, "is by prefix, which is for texts.");
        }
        if ((filter.by() == By.FROM || filter.by() == By.TO) && column.type() == FilesSettings.Type.BOOLEAN) {
            tool(name, key, "is by a range, which booleans do not have.");
        }
        if (filter.bind().isPresent() && (column.type() != FilesSettings.Type.TEXT || filter.by() != By.EQUALS)) {
            tool(name, key, "is bound to the caller, so its column must be a text and it must be by equals.");
        }
    }

    private void measures(String name, String column, FilesSettings.Measures measures, Map<String, Column> columns) {
        var key = "measures." + column;
        known(name, key, List.of(column), columns, is -> is.numeric()
                || measures.functions().stream().allMatch(Function::counts), "is no number. Only count and distinct "
                + "can be had of it.");
        known(name, key, measures.weight().stream().toList(), columns, Column::numeric, "is no number to weigh by.");
        if (measures.functions().isEmpty()) {
            tool(name, key, "needs functions, for example [avg, p90].");
        }
        if (measures.weight().isPresent() && !measures.functions().contains(Function.AVG)) {
            tool(name, key, "has a weight, which is for avg alone.");
        }
    }

    private void known(String tool, String key, List<String> named, Map<String, Column> columns,
            Predicate<Column> fits, String otherwise) {
        for (var name : named) {
            var column = columns.get(name);
            if (column == null) {
                tool(tool, key, "names " + name + ", which the dataset does not have. It has "
                        + String.join(", ", columns.keySet()) + ".");
            } else if (!fits.test(column)) {
                tool(tool, key, "names " + name + ", which " + otherwise);
            }
        }
    }

    private void dataset(String name, String key, String sentence) {
        found.add(new Mistake(false, name, key, sentence));
    }

    private void tool(String name, String key, String sentence) {
        found.add(new Mistake(true, name, key, sentence));
    }
}
