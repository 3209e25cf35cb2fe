package io.github.doorwarden.app.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;

/// One mapping of the configuration file while it is being read. Every key that is read becomes known; [#end()] reports
/// the others. Mistakes are collected, never thrown, so that a person sees all of them at once; the value read in their
/// place is a harmless one.
///
/// A scalar key can be set from outside: first `--set path.to.key=value`, then the environment variable
/// `DOORWARDEN_PATH_TO_KEY`.
public final class Section {

    /// What all sections of one file share.
    record Context(String file, Map<String, String> set, Function<String, String> environment, Variables variables,
            List<Mistake> mistakes) {}

    record Mistake(int line, String text) {}

    private final Context context;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    Section(Context context, String path, Node node) {
        this.context = context;
        this.path = path;
        this.line = node == null ? 1 : lineOf(node);
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    lines.put(key.getValue(), lineOf(key));
                    if (values.put(key.getValue(), tuple.getValueNode()) != null) {
                        mistake(key.getValue(), "stands here twice. Remove one.");
                    }
                } else {
                    mistakeAt(lineOf(tuple.getKeyNode()), path, "has a key that is not a plain word.");
                }
            }
        } else if (node != null && !isNull(node)) {
            mistakeAt(line, path, "must be a mapping (key: value lines).");
        }
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && (scalar.getValue().isEmpty() || scalar.getValue().equals("null"));
    }

    /// The dotted path of this section, for messages.
    public String path() {
        return path;
    }

    /// In the order of the file.
    public Set<String> keys() {
        return Set.copyOf(values.keySet()).isEmpty() ? Set.of() : new LinkedHashSet<>(values.keySet());
    }

    public boolean has(String key) {
        known.add(key);
        return values.containsKey(key) || outside(key) != null;
    }

    /// An empty section when the key is absent.
    public Section section(String key) {
        known.add(key);
        return new Section(context, at(key), values.get(key));
    }

    /// The sections below a mapping whose keys are names that the author chose, in the order of the file.
    public Map<String, Section> named(String key) {
        var parent = section(key);
        var all = new LinkedHashMap<String, Section>();
        parent.keys().forEach(name -> all.put(name, parent.section(name)));
        return all;
    }

    /// The sections of a list.
    public List<Section> sections(String key) {
        known.add(key);
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
            all.add(new Section(context, at(key) + "[" + i + "]", list.getValue().get(i)));
        }
        return all;
    }

    /// The value as written, with `${self}` and `${companion:…}` still in it.
    public Optional<String> template(String key) {
        known.add(key);
        var outside = outside(key);
        if (outside != null) {
            return Optional.of(outside);
        }
        var node = values.get(key);
        if (node == null || isNull(node)) {
            return Optional.empty();
        }
        if (!(node instanceof ScalarNode scalar)) {
            mistake(key, "must be a single value.");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    public Optional<String> text(String key) {
        return template(key).flatMap(value -> resolved(key, value));
    }

    public String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    /// A missing value is a mistake.
    public String required(String key, String remedy) {
        var value = text(key);
        if (value.isEmpty()) {
            mistake(key, "is missing. " + remedy);
        }
        return value.orElse("");
    }

    public boolean flag(String key, boolean otherwise) {
        return convert(key, value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false.");
        }, otherwise);
    }

    /// A whole number within bounds, both included.
    public int number(String key, int otherwise, int least, int most) {
        return convert(key, value -> {
            if (!value.matches("-?\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
                throw new IllegalArgumentException("must be a whole number from " + least + " to " + most + ".");
            }
            return Integer.parseInt(value);
        }, otherwise);
    }

    /// For example `30s`, `5m`, `12h`, `90d`.
    public Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        return convert(key, value -> {
            var duration = parseDuration(value);
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new IllegalArgumentException("must be from " + print(least) + " to " + print(most) + ".");
            }
            return duration;
        }, otherwise);
    }

    /// An absolute URI; an empty one after a mistake.
    public Optional<URI> uri(String key) {
        var none = new URI[1];
        return Optional.ofNullable(convert(key, value -> {
            var uri = URI.create(value);
            if (!uri.isAbsolute() || uri.getHost() == null && !"urn".equals(uri.getScheme())) {
                throw new IllegalArgumentException("must be an absolute address such as https://tools.example.com.");
            }
            return uri;
        }, none[0]));
    }

    /// A list of single values; a single value stands for a list of one.
    public List<String> texts(String key) {
        known.add(key);
        var outside = outside(key);
        if (outside != null) {
            return outside.isBlank() ? List.of() : List.of(outside.split("[,\\s]+"));
        }
        var node = values.get(key);
        if (node == null || isNull(node)) {
            return List.of();
        }
        if (node instanceof ScalarNode scalar) {
            return resolved(key, scalar.getValue()).map(List::of).orElse(List.of());
        }
        var all = new ArrayList<String>();
        for (var item : node instanceof SequenceNode list ? list.getValue() : List.<Node>of()) {
            if (item instanceof ScalarNode scalar) {
                resolved(key, scalar.getValue()).ifPresent(all::add);
            } else {
                mistakeAt(lineOf(item), at(key), "must be a list of single values.");
            }
        }
        if (!(node instanceof SequenceNode)) {
            mistake(key, "must be a list.");
        }
        return all;
    }

    /// The value as JSON, for what is passed on as it is; variables are not replaced in it.
    public Optional<JsonNode> json(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key)).map(YamlJson::of);
    }

    /// Records a mistake at a key of this section. `sentence` completes "<key> …".
    public void mistake(String key, String sentence) {
        mistakeAt(lines.getOrDefault(key, line), at(key), sentence);
    }

    /// Reports every key of the file that nobody asked for. Called once, when the section has been read.
    public void end() {
        for (var key : values.keySet()) {
            if (!known.contains(key)) {
                var near = Nearest.of(key, known);
                mistake(key, "is not a key that is known here. " + (near.isPresent() ? "Did you mean " + near.get()
                        + "?"
                        : "Known are: " + String.join(", ", known) + "."));
            }
        }
    }

    private <T> T convert(String key, Function<String, T> conversion, T otherwise) {
        var value = text(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return conversion.apply(value.get().strip());
        } catch (IllegalArgumentException e) {
            mistake(key, e.getMessage());
            return otherwise;
        }
    }

    private Optional<String> resolved(String key, String value) {
        try {
            return Optional.of(context.variables.resolve(value));
        } catch (IllegalArgumentException e) {
            mistake(key, "cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private String outside(String key) {
        var set = context.set.get(at(key));
        return set != null ? set : context.environment.apply(environmentName(at(key)));
    }

    /// `server.port` → `DOORWARDEN_SERVER_PORT`.
    static String environmentName(String path) {
        return "DOORWARDEN_" + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void mistakeAt(int line, String where, String sentence) {
        context.mistakes.add(new Mistake(line,
                context.file + ":" + line + ": " + (where.isEmpty() ? "the file" : where) + " " + sentence));
    }

    static Duration parseDuration(String text) {
        var match = java.util.regex.Pattern.compile("(\\d{1,9})(ms|s|m|h|d)").matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("must be a duration such as 30s, 5m, 12h or 90d.");
        }
        var amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    static String print(Duration duration) {
        return duration.toMillis() % 1000 != 0 ? duration.toMillis() + "ms"
                : duration.toSeconds() % 60 != 0 ? duration.toSeconds() + "s"
                : duration.toMinutes() % 60 != 0 ? duration.toMinutes() + "m"
                : duration.toHours() % 24 != 0 || duration.isZero() ? duration.toHours() + "h" : duration.toDays()
                        + "d";
    }
}
