package io.github.doorwarden.sources.files;

import io.github.doorwarden.identity.Caller;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.sources.files.FilesSettings.By;
import io.github.doorwarden.sources.files.FilesSettings.Column;
import io.github.doorwarden.sources.files.FilesSettings.Dataset;
import io.github.doorwarden.sources.files.FilesSettings.Filter;
import io.github.doorwarden.sources.files.FilesSettings.Format;
import io.github.doorwarden.sources.files.FilesSettings.Join;
import io.github.doorwarden.sources.files.FilesSettings.Kind;
import io.github.doorwarden.sources.files.FilesSettings.Measures;
import io.github.doorwarden.sources.files.FilesSettings.Role;
import io.github.doorwarden.sources.files.FilesSettings.ToolSettings;
import io.github.doorwarden.sources.files.FilesSettings.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A folder with files, settings over it, and a source made of both.
final class Fixture implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.shared();
    static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

    static final Duration DEADLINE = Duration.ofSeconds(15);

    final Path folder;
    private final Map<String, Dataset> datasets = new LinkedHashMap<>();
    private final Map<String, ToolSettings> tools = new LinkedHashMap<>();
    private Optional<FilesSettings.Location> location = Optional.empty();
    private FilesSource source;

    Fixture(Path folder) {
        this.folder = folder;
    }

    Fixture write(String name, String text) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        var half = Files.writeString(folder.resolve("half"), text);
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    static Column column(Type type, Role role) {
        return new Column(type, role, "", role == Role.MEASURE ? "EUR" : "", "", List.of(), List.of(), List.of(),
                Optional.empty(), false);
    }

    static Column from(Column is, String from) {
        return new Column(is.type(), is.role(), from, is.unit(), is.description(), is.allowed(), is.nulls(),
                is.patterns(), is.zone(), is.optional());
    }

    static Column patterns(Column is, String... patterns) {
        return new Column(is.type(), is.role(), is.from(), is.unit(), is.description(), is.allowed(), is.nulls(),
                List.of(patterns), is.zone(), is.optional());
    }

    static Column text() {
        return column(Type.TEXT, Role.DIMENSION);
    }

    static Column number() {
        return column(Type.NUMBER, Role.MEASURE);
    }

    static Column date() {
        return column(Type.DATE, Role.TIME);
    }

    /// route, month, fare.
    static Map<String, Column> fares() {
        var columns = new LinkedHashMap<String, Column>();
        columns.put("route", text());
        columns.put("month", patterns(date(), "%Y-%m", "%Y-%m-%d"));
        columns.put("fare", number());
        return columns;
    }

    static Dataset set(Map<String, Column> columns, String... files) {
        return new Dataset("", List.of(files), Format.AUTO, "", ".", "utf-8", List.of(), 2, Optional.empty(), columns);
    }

    Fixture dataset(String name, Dataset set) {
        datasets.put(name, set);
        return this;
    }

    Fixture dataset(String name, Map<String, Column> columns, String... files) {
        return dataset(name, set(columns, files));
    }

    Fixture join(String name, FilesSettings.Keep keep, List<String> on, String... parts) {
        return dataset(name, new Dataset("", List.of(), Format.AUTO, "", ".", "utf-8", List.of(), 0,
                Optional.of(new Join(List.of(parts), on, keep)), Map.of()));
    }

    /// Everything that the kind can, over `fares` and its like.
    static ToolSettings tool(Kind kind, String dataset, Map<String, Filter> filters) {
        var figures = kind == Kind.AGGREGATE || kind == Kind.TREND;
        return new ToolSettings(kind, dataset, Optional.empty(), "What there is.", Set.of(), filters, List.of(),
                figures ? List.of("route") : List.of(), figures ? List.of(Bucket.values()) : List.of(),
                Optional.empty(), figures ? Map.of("fare", new Measures(List.of(Function.AVG, Function.SUM,
                Function.MEDIAN, Function.P90, Function.COUNT), Optional.empty())) : Map.of(), 100, 3, 2,
                Optional.empty());
    }

    static Filter filter(String column, By by) {
        return new Filter(column, by, "", Optional.empty(), false);
    }

    static Map<String, Filter> filters() {
        var filters = new LinkedHashMap<String, Filter>();
        filters.put("routes", filter("route", By.IN));
        filters.put("months", filter("month", By.IN));
        filters.put("from", filter("month", By.FROM));
        filters.put("to", filter("month", By.TO));
        filters.put("above", filter("fare", By.FROM));
        filters.put("route_prefix", filter("route", By.PREFIX));
        return filters;
    }

    Fixture tool(String name, ToolSettings tool) {
        tools.put(name, tool);
        return this;
    }

    /// One tool of each kind over a dataset: `rows`, `aggregate`, `trend`, `describe`.
    Fixture tools(String dataset) {
        for (var kind : Kind.values()) {
            tool(kind.name().toLowerCase(Locale.ROOT), tool(kind, dataset, filters()));
        }
        return this;
    }

    Fixture at(FilesSettings.Location store) {
        location = Optional.of(store);
        return this;
    }

    FilesSettings settings() {
        return new FilesSettings(folder, location, datasets, tools, 256, 2, DEADLINE);
    }

    FilesSource source() {
        if (source == null) {
            source = new FilesSource("f", settings(), folder.resolve("cache"), InstantSource.fixed(NOW));
            source.watched();
            source.look();
        }
        return source;
    }

    /// Two looks: the first sees that something has changed, the second that it no longer does.
    Fixture looks() {
        source().look();
        source().look();
        return this;
    }

    ToolResult call(String tool, String arguments) throws Exception {
        return call(tool, arguments, Caller.anonymous());
    }

    ToolResult call(String tool, String arguments, Caller caller) throws Exception {
        var given = (ObjectNode) JSON.readTree(arguments.replace('\'', '"'));
        return source().things().tools().stream().filter(each -> each.spec().name().equals(tool)).findFirst()
                .orElseThrow().call(Call.trial(caller, given, Map.of()));
    }

    /// The structured answer.
    JsonNode ask(String tool, String arguments) throws Exception {
        var result = call(tool, arguments);
        if (result.isError()) {
            throw new AssertionError(text(result));
        }
        return result.structured().orElseThrow();
    }

    /// The sentence of a refusal.
    String refused(String tool, String arguments) throws Exception {
        var result = call(tool, arguments);
        if (!result.isError()) {
            throw new AssertionError("was answered: " + text(result));
        }
        return text(result);
    }

    static String text(ToolResult result) {
        return result.content().getFirst().path("text").asString();
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
