package io.github.doorwarden.app.config;

import static io.github.doorwarden.app.config.Key.address;
import static io.github.doorwarden.app.config.Key.choice;
import static io.github.doorwarden.app.config.Key.flag;
import static io.github.doorwarden.app.config.Key.group;
import static io.github.doorwarden.app.config.Key.named;
import static io.github.doorwarden.app.config.Key.number;
import static io.github.doorwarden.app.config.Key.secret;
import static io.github.doorwarden.app.config.Key.text;
import static io.github.doorwarden.app.config.Key.texts;
import static io.github.doorwarden.app.config.Key.time;

import io.github.doorwarden.sources.files.Bucket;
import io.github.doorwarden.sources.files.Function;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The keys of sources of the type `files`: their rows of [Keys].
final class FilesKeys {

    private FilesKeys() {}

    static List<Key> all() {
        var all = new ArrayList<>(source());
        all.addAll(datasets());
        all.addAll(tools());
        return all;
    }

    private static List<Key> source() {
        var source = "sources.<name>.";
        var location = source + "location.";
        return List.of(
                number(source + "memory", 512, 64, 262_144, "With `files`: MiB that one dataset may take in memory, or "
                        + "several that are joined. While new files are read, old and new are there."),
                number(source + "threads", 2, 1, 64, "With `files`: threads that one question may use."),
                time(source + "question_timeout", Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofMinutes(5),
                        "With `files`: how long one question may take. What takes longer is stopped, in the engine "
                        + "too."),
                group(source + "location", "With `files`: an object store with the protocol of S3 in the place of the "
                        + "folder. Objects are fetched into the state folder, again when they change there."),
                address(location + "endpoint", "Its address, without bucket, such as "
                        + "`https://s3.eu-central-1.amazonaws.com`."),
                text(location + "region", "us-east-1", "What requests are signed for."),
                text(location + "bucket", "The bucket; it comes after the endpoint as first part of the path."),
                text(location + "prefix", "", "What the keys of all objects begin with; `files` are relative to it."),
                text(location + "access_key", "Our id there."),
                secret(location + "secret_key", "Our secret there."),
                time(location + "every", Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofDays(1), "How often "
                        + "it is asked what has changed."),
                number(location + "max_mib", 512, 1, 262_144, "MiB of all objects together that are fetched."));
    }

    private static List<Key> datasets() {
        var set = "sources.<name>.datasets.<dataset>.";
        var column = set + "columns.<column>.";
        return List.of(
                named("sources.<name>.datasets", "dataset", "With `files`: tables, each of one file, of several that "
                        + "have the same columns, or of other datasets side by side."),
                text(set + "description", "For whoever reads the configuration."),
                texts(set + "files", "Files or globs, relative to `folder` or to the prefix of `location`: "
                        + "`fares/*.csv`. They become one table, whatever their formats; columns go by their names."),
                choice(set + "format", "auto", List.of("auto", "csv", "tsv", "json", "parquet"),
                "`auto`: by the end of "
                        + "the name, with or without `.gz`. `json` is a list of objects, or one in each line."),
                text(set + "delimiter", "Of CSV and TSV; without it, a comma or a tab."),
                choice(set + "decimal", ".", List.of(".", ","), "The decimal mark of numbers. With `,` a point may "
                        + "stand between thousands."),
                choice(set + "encoding", "utf-8", List.of("utf-8", "utf-16", "latin-1"), "Of CSV and TSV."),
                texts(set + "nulls", "What stands for a missing value, such as `NA`, beside nothing at all."),
                number(set + "bad_rows", 100, 0, 1_000_000, "Rows of one file that may be left out because they cannot "
                        + "be read; answers and warnings say how many there were. With one more the file is not "
                        + "taken."),
                group(set + "join", "Other datasets side by side, in the place of `files` and `columns`."),
                texts(set + "join.datasets", "Two or more."),
                texts(set + "join.by", "Columns that all of them have, and that name one row in each but the first."),
                choice(set + "join.keep", "all", List.of("all", "first", "matching"), "Which rows: `all`, with missing "
                        + "values where a counterpart is missing; those of the `first`; those that all have."),
                named(set + "columns", "column", "The columns; one that is not declared is not exposed."),
                choice(column + "type", List.of("text", "integer", "number", "date", "datetime", "boolean"),
                        "What its values are. A row with another value cannot be read."),
                choice(column + "role", "auto", List.of("auto", "dimension", "measure", "time"), "`auto`: numbers are "
                        + "measures, dates are time, the others are dimensions."),
                text(column + "from", "Its name in the file; without it, the key."),
                text(column + "unit", "Said in every answer, such as `EUR`."),
                text(column + "description", "For the model."),
                texts(column + "allowed", "With `text`: the only values. Models see them as choices."),
                texts(column + "nulls", "What stands for a missing value in this column."),
                texts(column + "patterns", "Of dates and times that are not written as 2026-03-29: `%d.%m.%Y`, "
                        + "`%Y-%m`; the first that fits."),
                text(column + "zone", "With `datetime`: values with an offset become what the clock showed there, such "
                        + "as `Europe/Berlin`. Without it the offset is left out."),
                flag(column + "optional", false, "Whether files may lack it."));
    }

    private static List<Key> tools() {
        var tool = "sources.<name>.tools.<tool>.";
        var filter = tool + "filters.<filter>.";
        return List.of(
                choice(tool + "kind", "rows", List.of("rows", "aggregate", "trend", "describe"),
                "With `files`: what it "
                        + "answers. `rows`: single rows. `aggregate`: figures of groups. `trend`: a figure's course, "
                        + "its changes and its slope. `describe`: a profile of each column."),
                text(tool + "dataset", "With `files`: one of `datasets`."),
                texts(tool + "columns", "With `rows` and `describe`: what is shown; without it, all columns."),
                texts(tool + "group_by", "With `aggregate` and `trend`: columns that a caller may group by."),
                texts(tool + "buckets", List.of(), Bucket.keys(), "With `aggregate` and `trend`: periods that a caller "
                        + "may group by."),
                text(tool + "time", "The column that dates the rows; without it, the one with the role `time`."),
                named(tool + "measures", "column", "With `aggregate` and `trend`: what can be worked out, by column. "
                        + "`avg` of `fare` is called `avg_fare`."),
                texts(tool + "measures.<column>.functions", List.of(), Function.keys(), "How. Missing values are left "
                        + "out."),
                text(tool + "measures.<column>.weight", "Column that `avg` weighs by: the seats of a load factor."),
                named(tool + "filters", "filter", "With `files`: arguments that pick rows, by their names."),
                text(filter + "column", "The column; without it, the one of the same name."),
                choice(filter + "by", "equals", List.of("equals", "in", "from", "to", "prefix"), "`equals`: one value. "
                        + "`in`: a list of values. `from`, `to`: the range, its end included. `prefix`: how a text "
                        + "begins. Dates take periods: `2026`, `2026-Q1`, `2026-03`, `2026-W13`, `2026-03-29`."),
                text(filter + "description", "For the model; without it, the column's own."),
                text(filter + "bind", "The value of whoever calls, in the place of an argument: `caller.subject`, "
                        + "`caller.email`, `caller.client`, `caller.tenant`. With `by: equals`."),
                flag(filter + "required", false, "Whether a call must give it."),
                number(tool + "limit", 100, 1, 1_000, "With `files`: rows or groups of one answer."),
                number(tool + "series", 8, 1, 20, "With `trend`: series of one answer."),
                number(tool + "small_sample", 5, 0, 1_000, "With `aggregate` and `trend`: groups with fewer rows are "
                        + "warned of."),
                number(tool + "max_tokens", 100, 20_000, "With `files`: about so many in one answer (four bytes each), "
                        + "8000 unless told."));
    }
}
