package io.github.doorwarden.app.config;

import io.github.doorwarden.identity.Scopes;
import io.github.doorwarden.server.CallerValue;
import io.github.doorwarden.sources.files.Bucket;
import io.github.doorwarden.sources.files.FilesMistakes;
import io.github.doorwarden.sources.files.FilesSettings;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Format;
import io.github.doorwarden.sources.files.FilesSettings.Join;
import io.github.doorwarden.sources.files.FilesSettings.Keep;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.Location;
import io.github.doorwarden.sources.files.FilesSettings.Measures;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import io.github.doorwarden.sources.files.Function;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The part of the configuration that a `files` source reads by itself.
final class FilesConfig {

    private FilesConfig() {}

    static Config.SourceConfig read(String name, Section in, Path folder, Scopes scopes,
            ConditionsConfig conditions) {
        var datasets = new LinkedHashMap<String, Dataset>();
        var sections = new LinkedHashMap<String, Section>();
        in.named("datasets").forEach((dataset, section) -> {
            datasets.put(dataset, dataset(section));
            sections.put("datasets." + dataset, section);
            section.end();
        });
        var tools = new LinkedHashMap<String, ToolSettings>();
        in.named("tools").forEach((tool, section) -> {
            tools.put(tool, tool(section, scopes));
            sections.put("tools." + tool, section);
            conditions.ofTool(name, tool, section);
            section.end();
        });
        if (datasets.isEmpty()) {
            in.mistake("datasets", "is missing. Name one at least, with its files and columns.");
        }
        if (tools.isEmpty()) {
            in.mistake("tools", "is missing. Nothing is exposed that is not named: give at least one tool.");
        }
        var settings = new FilesSettings(in.file("folder", folder), location(in.section("location")),
                datasets, tools, in.number("memory"), in.number("threads"), in.duration("question_timeout"));
        FilesMistakes.of(settings).forEach(mistake -> sections.get((mistake.tool() ? "tools." : "datasets.")
                + mistake.name()).mistake(mistake.key(), mistake.sentence()));
        return new Config.SourceConfig.Files(name, settings);
    }

    private static Optional<Location> location(Section in) {
        var endpoint = in.address("endpoint");
        var needed = List.of("bucket", "access_key", "secret_key");
        var keys = needed.stream().map(in::textOrEmpty).toList();
        var location = endpoint.map(uri -> new Location(uri, in.textOrEmpty("region"), keys.get(0),
                in.textOrEmpty("prefix"), keys.get(1), keys.get(2), in.duration("every"),
                in.number("max_mib") * (1L << 20)));
        if (endpoint.isEmpty()) {
            List.of("region", "prefix").forEach(in::textOrEmpty);
            in.duration("every");
            in.number("max_mib");
            if (!in.names().isEmpty()) {
                in.mistake("endpoint", "is missing. Give the address of the object store.");
            }
        } else {
            needed.stream().filter(key -> in.textOrEmpty(key).isBlank()).forEach(in::need);
            if (!endpoint.get().toString().matches("https?://[^/?#@]+/?")) {
                in.mistake("endpoint", "must be scheme, host and port alone, such as "
                        + "https://s3.eu-central-1.amazonaws.com.");
            }
        }
        in.end();
        return location;
    }

    private static Dataset dataset(Section in) {
        var columns = new LinkedHashMap<String, Column>();
        in.named("columns").forEach((name, column) -> {
            column(column).ifPresent(is -> columns.put(name, is));
            column.end();
        });
        var join = in.section("join");
        var joined = Optional.of(new Join(join.texts("datasets"), join.texts("by"), one(Keep.class,
                join.choice("keep")))).filter(all -> !join.names().isEmpty());
        join.end();
        return new Dataset(in.textOrEmpty("description"), in.texts("files"), one(Format.class, in.choice("format")),
                in.textOrEmpty("delimiter"), in.choice("decimal"), in.choice("encoding"), in.texts("nulls"),
                in.number("bad_rows"), joined, columns);
    }

    private static Optional<Column> column(Section in) {
        var type = in.choice("type");
        var role = in.choice("role");
        Optional<ZoneId> zone = Optional.empty();
        try {
            zone = in.text("zone").map(ZoneId::of);
        } catch (DateTimeException e) {
            in.mistake("zone", "is no zone that is known. It looks like Europe/Berlin.");
        }
        var texts = List.of(in.texts("allowed"), in.texts("nulls"), in.texts("patterns"));
        var from = in.textOrEmpty("from");
        var unit = in.textOrEmpty("unit");
        var description = in.textOrEmpty("description");
        var optional = in.flag("optional");
        if (type.isEmpty()) {
            return Optional.empty();                             // a mistake already
        }
        var is = one(Type.class, type);
        return Optional.of(new Column(is, role.equals("auto") ? usual(is) : one(Role.class, role), from, unit,
                description, texts.get(0), texts.get(1), texts.get(2), zone, optional));
    }

    private static Role usual(Type type) {
        return switch (type) {
            case INTEGER, NUMBER -> Role.MEASURE;
            case DATE, DATETIME -> Role.TIME;
            case TEXT, BOOLEAN -> Role.DIMENSION;
        };
    }

    private static ToolSettings tool(Section in, Scopes known) {
        var filters = new LinkedHashMap<String, Filter>();
        in.named("filters").forEach((name, filter) -> {
            filters.put(name, new Filter(filter.text("column").orElse(name), one(By.class, filter.choice("by")),
                    filter.textOrEmpty("description"), bound(filter), filter.flag("required")));
            filter.end();
        });
        return new ToolSettings(one(Kind.class, in.choice("kind")), in.textOrEmpty("dataset"), in.text("title"),
                in.textOrEmpty("description"), OpenApiConfig.scopes(in, known), filters, in.texts("columns"),
                in.texts("group_by"), in.texts("buckets").stream().filter(Bucket.keys()::contains).map(Bucket::of)
                .toList(), in.text("time"), measures(in), in.number("limit"), in.number("series"),
                in.number("small_sample"), in.numberIfGiven("max_tokens"));
    }

    private static Optional<CallerValue> bound(Section in) {
        var bind = in.text("bind");
        var value = bind.flatMap(CallerValue::of);
        if (bind.isPresent() && value.isEmpty()) {
            in.mistake("bind", "is " + bind.get() + ". There are " + String.join(", ", CallerValue.keys()) + ".");
        }
        return value;
    }

    private static Map<String, Measures> measures(Section in) {
        var measures = new LinkedHashMap<String, Measures>();
        in.named("measures").forEach((column, measure) -> {
            measures.put(column, new Measures(measure.texts("functions").stream().filter(Function.keys()::contains)
                    .map(Function::of).toList(), measure.text("weight")));
            measure.end();
        });
        return measures;
    }

    private static <E extends Enum<E>> E one(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}
