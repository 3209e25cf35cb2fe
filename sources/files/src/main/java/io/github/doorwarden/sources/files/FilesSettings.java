package io.github.doorwarden.sources.files;

import io.github.doorwarden.server.CallerValue;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which files are read, as what, and which questions about them are tools. Nothing is exposed that is not named here:
/// no column, no filter, no function. Components have the names of the YAML keys in camel case. What does not go
/// together, [FilesMistakes] tells.
///
/// @param root      the folder that globs are relative to and that no file may lie outside of; with a location, the
///                  private folder that its objects are fetched into
/// @param location  empty: the files lie in the root
/// @param datasets  by name
/// @param tools     by name, in the order in which they are listed
/// @param memoryMib that one dataset may take, or several that are joined
/// @param threads   that one question may use
/// @param deadline  of one question, from its arguments to its answer
public record FilesSettings(Path root, Optional<Location> location, Map<String, Dataset> datasets,
        Map<String, ToolSettings> tools, int memoryMib, int threads, Duration deadline) {

    public FilesSettings {
        datasets = ordered(datasets);
        tools = ordered(tools);
    }

    /// A bucket of an object store that speaks the protocol of S3, addressed by its path.
    ///
    /// @param endpoint without bucket, for example `https://s3.eu-central-1.amazonaws.com`
    /// @param prefix   what the keys of all objects begin with; globs are relative to it
    /// @param every    how often it is asked for changes
    /// @param most     of all objects that are fetched, in bytes
    public record Location(URI endpoint, String region, String bucket, String prefix, String accessKey,
            String secretKey, Duration every, long most) {

        /// Without the secret.
        @Override
        public String toString() {
            return "Location(" + endpoint + "/" + bucket + "/" + prefix + ")";
        }
    }

    /// How a file is read.
    public enum Format { AUTO, CSV, TSV, JSON, PARQUET }

    /// @param files     globs; several files are one table, their columns matched by name
    /// @param delimiter of CSV and TSV; empty: a comma, or a tab
    /// @param decimal   the decimal mark of numbers in texts, `.` or `,`
    /// @param encoding  of CSV and TSV, as DuckDB names it
    /// @param nulls     what stands for a missing value, beside nothing at all
    /// @param badRows   rows of one file that may be left out because they cannot be read; with one more, the file is
    ///                  not taken
    /// @param join      instead of files: other datasets side by side
    public record Dataset(String description, List<String> files, Format format, String delimiter, String decimal,
            String encoding, List<String> nulls, int badRows, Optional<Join> join, Map<String, Column> columns) {

        public Dataset {
            files = List.copyOf(files);
            nulls = List.copyOf(nulls);
            columns = ordered(columns);
        }
    }

    /// Which rows of a join are kept.
    public enum Keep {
        /// All rows of all datasets; what has no counterpart has missing values.
        ALL,
        /// All rows of the first.
        FIRST,
        /// Rows that all of them have.
        MATCHING
    }

    /// @param datasets two or more
    /// @param on       columns that all of them have, and that name one row in all but the first
    public record Join(List<String> datasets, List<String> on, Keep keep) {

        public Join {
            datasets = List.copyOf(datasets);
            on = List.copyOf(on);
        }
    }

    /// What a column's values are.
    public enum Type { TEXT, INTEGER, NUMBER, DATE, DATETIME, BOOLEAN }

    /// What a column is for: to filter and group by, to be counted, or to order in time.
    public enum Role { DIMENSION, MEASURE, TIME }

    /// @param from     its name in the file; empty: its own
    /// @param unit     empty: none
    /// @param allowed  the only values; a row with another cannot be read. Empty: any
    /// @param nulls    what stands for a missing value here, beside what the dataset says
    /// @param patterns of dates and times, as strptime has them; the first that fits. Empty: ISO 8601
    /// @param zone     of times with an offset: what the clock showed there; empty: as written, without the offset
    /// @param optional whether a file may do without the column; its values are missing then
    public record Column(Type type, Role role, String from, String unit, String description, List<String> allowed,
            List<String> nulls, List<String> patterns, Optional<ZoneId> zone, boolean optional) {

        public Column {
            allowed = List.copyOf(allowed);
            nulls = List.copyOf(nulls);
            patterns = List.copyOf(patterns);
        }

        boolean numeric() {
            return type == Type.INTEGER || type == Type.NUMBER;
        }

        boolean temporal() {
            return type == Type.DATE || type == Type.DATETIME;
        }
    }

    /// What a tool answers: single rows; groups of them; a measure's course; what there is.
    public enum Kind { ROWS, AGGREGATE, TREND, DESCRIBE }

    /// @param description for the model
    /// @param scopes      all that a caller needs
    /// @param filters     by the name of the argument
    /// @param columns     shown by `rows` and `describe`; empty: all
    /// @param groupBy     columns that a caller may group by
    /// @param buckets     steps in time that a caller may group by; the first is the usual one of a trend
    /// @param time        the column of time; empty: the only one with that role
    /// @param measures    by column: what a caller may ask of it
    /// @param limit       rows or groups of one answer
    /// @param series      that one trend has at most
    /// @param smallSample fewer rows than this behind a figure are warned of
    /// @param maxTokens   of an answer; empty: the usual
    public record ToolSettings(Kind kind, String dataset, Optional<String> title, String description,
            Set<String> scopes, Map<String, Filter> filters, List<String> columns, List<String> groupBy,
            List<Bucket> buckets, Optional<String> time, Map<String, Measures> measures, int limit, int series,
            int smallSample, Optional<Integer> maxTokens) {

        public ToolSettings {
            scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
            filters = ordered(filters);
            columns = List.copyOf(columns);
            groupBy = List.copyOf(groupBy);
            buckets = List.copyOf(buckets);
            measures = ordered(measures);
        }
    }

    /// How an argument picks rows: by one value, by any of several, from or up to one (itself included), by how a text
    /// begins.
    public enum By { EQUALS, IN, FROM, TO, PREFIX }

    /// @param bind     the caller's own value instead of an argument
    /// @param required whether a call must give it
    public record Filter(String column, By by, String description, Optional<CallerValue> bind, boolean required) {}

    /// @param weight column to weigh an average by; empty: all rows weigh the same
    public record Measures(List<Function> functions, Optional<String> weight) {

        public Measures {
            functions = List.copyOf(functions);
        }
    }

    /// The columns of a dataset; of a join, those of its parts, each once.
    Map<String, Column> columns(String dataset) {
        var set = datasets.get(dataset);
        if (set.join().isEmpty()) {
            return set.columns();
        }
        var all = new LinkedHashMap<String, Column>();
        set.join().get().datasets().forEach(part -> datasets.get(part).columns().forEach(all::putIfAbsent));
        return all;
    }

    private static <T> Map<String, T> ordered(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
