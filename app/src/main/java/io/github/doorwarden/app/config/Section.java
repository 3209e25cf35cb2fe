package io.github.doorwarden.app.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;

/// One mapping of the configuration file while it is being read. Defaults and bounds come from the key's row in [Keys];
/// a key without a row cannot be read. Every key that is read becomes known; [#end()] reports the others. Mistakes are
/// collected, never thrown, so that a person sees all of them at once; the value read in their place is a harmless one.
///
/// A single value can be set from outside: first `--set path.to.key=value`, then the environment variable
/// `DOORWARDEN_PATH_TO_KEY`.
final class Section {

    private final ReadingContext context;
    private final String path;
    private final String row;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /// The whole file.
    Section(ReadingContext context, Node root) {
        this(context, "", "", root);
    }

    /// @param row the path by which the table of keys knows this section
    private Section(ReadingContext context, String path, String row, Node node) {
        this.context = context;
        this.path = path;
        this.row = row;
        this.line = node == null ? 1 : lineOf(node);
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    lines.put(key.getValue(), lineOf(key));
                    if (values.put(key.getValue(), tuple.getValueNode()) != null) {
                        mistake(key.getValue(), "stands here twice. Remove one.");
                    }
                } else {
                    context.mistake(lineOf(tuple.getKeyNode()), path, "has a key that is not a plain word.");
                }
            }
        } else if (node != null && !isNull(node)) {
            context.mistake(line, path, "must be a mapping (key: value lines).");
        }
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && (scalar.getValue().isEmpty() || scalar.getValue().equals("null"));
    }

    /// The last part of its path: what the author called it, where that is the author's to choose.
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /// What the author named here, in the order of the file.
    Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /// An empty section when the key is absent.
    Section section(String key) {
        var found = row(key, Kind.Group.class, Kind.Named.class);
        return new Section(context, at(key), found.below().orElseThrow(), values.get(key));
    }

    /// The sections below a mapping whose keys are names that the author chose, in the order of the file.
    Map<String, Section> named(String key) {
        var below = row(key, Kind.Named.class).below().orElseThrow();
        var parent = new Section(context, at(key), below, values.get(key));
        var all = new LinkedHashMap<String, Section>();
        parent.values.forEach((name, node) -> all.put(name, new Section(context, parent.at(name), below, node)));
        return all;
    }

    /// The sections of a list.
    List<Section> items(String key) {
        var below = row(key, Kind.Items.class).below().orElseThrow();
        var node = values.get(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode list)) {
            mistake(key, "must be a list (lines that begin with -).");
            return List.of();
        }
        var all = new ArrayList<Section>();
        for (var i = 0; i < list.getValue().size(); i++) {
            all.add(new Section(context, at(key) + "[" + i + "]", below, list.getValue().get(i)));
        }
        return all;
    }

    /// Single values by the names that the author chose.
    Map<String, String> pairs(String key) {
        var found = row(key, Kind.Pairs.class);
        var parent = new Section(context, at(key), at(key), values.get(key));
        var all = new LinkedHashMap<String, String>();
        parent.values.keySet().forEach(name -> parent.single(name, found)
                .flatMap(value -> parent.resolved(name, found, value)).ifPresent(value -> all.put(name, value)));
        return all;
    }

    /// The value, or its default. For a key whose row says `late`, with `${self}` and `${companion:…}` still in it.
    Optional<String> text(String key) {
        var found = row(key, Kind.Text.class);
        var value = value(key, found);
        if (found.required() && value.filter(text -> !text.isBlank()).isEmpty()) {
            need(key);
        }
        return value.or(() -> byDefault(key, found));
    }

    /// The same, with nothing as the empty text.
    String textOrEmpty(String key) {
        return text(key).orElse("");
    }

    /// A file or folder, relative to this one; this one itself when nothing is there.
    Path file(String key, Path folder) {
        return path(key, textOrEmpty(key), folder);
    }

    /// The same of a text that stands under the key with more around it.
    Path path(String key, String text, Path folder) {
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            mistake(key, "is no path: " + e.getReason() + ".");
            return folder;
        }
    }

    /// Empty when nothing is there, or nothing but an empty text.
    Optional<Secret> secret(String key) {
        return text(key).filter(value -> !value.isEmpty()).map(Secret::new);
    }

    /// One of the row's words; its default, or nothing, after a mistake.
    String choice(String key) {
        var found = row(key, Kind.Choice.class);
        var kind = (Kind.Choice) found.kind();
        var value = value(key, found).map(String::strip).or(() -> byDefault(key, found));
        if (value.isEmpty()) {
            need(key);
        } else if (!kind.of().contains(value.get())) {
            mistake(key, "is " + value.get() + ". There are " + words(kind.of()) + ".");
            return kind.otherwise().orElse("");
        }
        return value.orElse("");
    }

    private static String words(List<String> all) {
        return all.size() == 1 ? all.getFirst()
                : String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
    }

    boolean flag(String key) {
        return flagIfGiven(key).orElseThrow();
    }

    Optional<Boolean> flagIfGiven(String key) {
        var found = row(key, Kind.Flag.class);
        return convert(key, found, value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false.");
        }).or(((Kind.Flag) found.kind())::value);
    }

    int number(String key) {
        return numberIfGiven(key).orElseThrow();
    }

    Optional<Integer> numberIfGiven(String key) {
        var found = row(key, Kind.Number.class);
        var kind = (Kind.Number) found.kind();
        return convert(key, found, value -> {
            if (!value.matches("-?\\d{1,9}") || Integer.parseInt(value) < kind.least()
                    || Integer.parseInt(value) > kind.most()) {
                throw new IllegalArgumentException("must be a whole number from " + kind.type() + ".");
            }
            return Integer.parseInt(value);
        }).or(kind::value);
    }

    /// For example `30s`, `5m`, `12h`, `90d`.
    Duration duration(String key) {
        var found = row(key, Kind.Time.class);
        var kind = (Kind.Time) found.kind();
        return convert(key, found, value -> {
            var duration = Durations.parse(value);
            if (duration.compareTo(kind.least()) < 0 || duration.compareTo(kind.most()) > 0) {
                throw new IllegalArgumentException("must be from " + kind.type() + ".");
            }
            return duration;
        }).orElse(kind.value());
    }

    Optional<URI> address(String key) {
        return convert(key, row(key, Kind.Address.class), value -> {
            if (value.isEmpty()) {
                return Optional.<URI>empty();                    // a variable that is not set
            }
            var uri = URI.create(value);
            if (!uri.isAbsolute() || uri.getHost() == null) {
                throw new IllegalArgumentException("must be an absolute address such as https://tools.example.com.");
            }
            return Optional.of(uri);
        }).flatMap(uri -> uri);
    }

    /// A list of single values; a single value stands for a list of one, a variable for as many as its text has
    /// between commas and blanks.
    List<String> texts(String key) {
        var found = row(key, Kind.Texts.class);
        var kind = (Kind.Texts) found.kind();
        var outside = context.outside(at(key));
        var node = values.get(key);
        if (outside.isEmpty() && (node == null || isNull(node))) {
            byDefault(key, found);
            return kind.values();
        }
        var all = outside.map(set -> several(set.value())).orElseGet(() -> listed(key, found, node));
        all.stream().filter(value -> !kind.among().isEmpty() && !kind.among().contains(value)).forEach(value ->
                mistake(key, "may not have " + value + ". There can be " + String.join(", ", kind.among()) + "."));
        context.reading(at(key), found, "[" + String.join(", ", all) + "]",
                outside.map(ReadingContext.Outside::from).orElseGet(() -> lineOfKey(key)));
        return all;
    }

    private static List<String> several(String text) {
        return Stream.of(text.split("[,\\s]+")).filter(word -> !word.isEmpty()).toList();
    }

    private List<String> listed(String key, Key found, Node node) {
        if (node instanceof ScalarNode scalar) {
            return resolved(key, found, scalar.getValue()).map(text -> scalar.getValue().contains("${")
                    ? several(text) : List.of(text)).orElse(List.of());
        }
        if (!(node instanceof SequenceNode list)) {
            mistake(key, "must be a list.");
            return List.of();
        }
        var all = new ArrayList<String>();
        for (var item : list.getValue()) {
            if (item instanceof ScalarNode scalar) {
                resolved(key, found, scalar.getValue()).ifPresent(all::add);
            } else {
                context.mistake(lineOf(item), at(key), "must be a list of single values.");
            }
        }
        return all;
    }

    /// The value as JSON, for what is passed on as it is; variables are not replaced in it.
    Optional<JsonNode> json(String key) {
        var found = row(key, Kind.Json.class);
        var value = Optional.ofNullable(values.get(key)).map(YamlJson::of);
        value.ifPresent(json -> context.reading(at(key), found, json.toString(), lineOfKey(key)));
        return value;
    }

    /// Records that a key is missing, with what it is for.
    void need(String key) {
        var meaning = row(key, Kind.Text.class, Kind.Choice.class).meaning();
        mistake(key, "is missing. " + meaning);
    }

    /// Records a mistake at a key of this section. `sentence` completes "<key> …".
    void mistake(String key, String sentence) {
        context.mistake(lines.getOrDefault(key, line), at(key), sentence);
    }

    /// Reports every key of the file that nobody asked for. Called once, when the section has been read.
    void end() {
        for (var key : values.keySet()) {
            if (!known.contains(key)) {
                var near = Nearest.of(key, known);
                mistake(key, "is not a key that is known here. " + (near.isPresent()
                        ? "Did you mean " + near.get() + "?" : "Known are: " + String.join(", ", known) + "."));
            }
        }
    }

    @SafeVarargs
    private Key row(String key, Class<? extends Kind>... kinds) {
        known.add(key);
        return Keys.of(row.isEmpty() ? key : row + "." + key, List.of(kinds));
    }

    private <T> Optional<T> convert(String key, Key found, Function<String, T> conversion) {
        var value = value(key, found);
        if (value.isEmpty()) {
            byDefault(key, found);
            return Optional.empty();
        }
        try {
            return Optional.of(conversion.apply(value.get().strip()));
        } catch (IllegalArgumentException e) {
            mistake(key, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> byDefault(String key, Key found) {
        var value = found.kind().otherwise();
        value.ifPresent(text -> context.reading(at(key), found, text, Reading.DEFAULT));
        return value;
    }

    /// The value, its variables replaced as far as its row allows.
    private Optional<String> value(String key, Key found) {
        return single(key, found).flatMap(text -> resolved(key, found, text));
    }

    private Optional<String> single(String key, Key found) {
        var outside = context.outside(at(key));
        if (outside.isPresent()) {
            show(key, found, outside.get().value(), outside.get().from());
            return outside.map(ReadingContext.Outside::value);
        }
        var node = values.get(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            mistake(key, "must be a single value.");
            return Optional.empty();
        }
        show(key, found, scalar.getValue(), lineOfKey(key));
        return Optional.of(scalar.getValue());
    }

    private void show(String key, Key found, String written, String from) {
        try {
            context.reading(at(key), found, context.shown(found, written), from);
        } catch (IllegalArgumentException e) {
            mistake(key, "cannot be read: " + e.getMessage());
        }
    }

    /// What of a late value is known already; the rest of its variables stays. What is wrong with it was told when it
    /// was read.
    String early(String value) {
        try {
            return context.variables().preview(value);
        } catch (IllegalArgumentException told) {
            return value;
        }
    }

    private Optional<String> resolved(String key, Key found, String value) {
        try {
            var late = found.kind() instanceof Kind.Text text && text.late()
                    || found.kind() instanceof Kind.Pairs pairs && pairs.late();
            return Optional.of(late ? value : context.variables().resolve(value));
        } catch (IllegalArgumentException e) {
            mistake(key, "cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private String lineOfKey(String key) {
        return "line " + lines.getOrDefault(key, line);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
