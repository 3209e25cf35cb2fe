package io.github.doorwarden.server;

import io.github.doorwarden.protocol.Revision;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Judges what we send by the shapes of one revision, as [WireTable] has them. Sharper than a client may be: a member
/// that the revision does not have is a misfit too.
final class WireShapes {

    private static final String ROOM = "*";
    private static final Map<String, List<String>> CHOICES = new HashMap<>();
    private static final Map<String, Shape> SHAPES = new HashMap<>();

    static {
        read(WireTable.TEXT);
    }

    private final Revision revision;

    private WireShapes(Revision revision) {
        this.revision = revision;
    }

    static WireShapes of(Revision revision) {
        return new WireShapes(revision);
    }

    /// The kinds that are no shapes.
    enum Plain {
        ANY("any value", value -> true),
        STRING("a string", JsonNode::isString),
        BOOLEAN("a boolean", JsonNode::isBoolean),
        NUMBER("a number", JsonNode::isNumber),
        INTEGER("an integer", JsonNode::isIntegralNumber),
        OBJECT("an object", JsonNode::isObject),
        FRACTION("a number from 0 to 1", value -> value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= 1),
        URI("an absolute URI", value -> value.isString() && parses(value, text -> java.net.URI.create(text)
                .isAbsolute())),
        TIME("a time", value -> value.isString() && parses(value, text -> OffsetDateTime.parse(text) != null)),
        BASE64("bytes in base64", value -> value.isString() && parses(value, text -> Base64.getDecoder()
                .decode(text) != null));

        private final String words;
        private final Predicate<JsonNode> test;

        Plain(String words, Predicate<JsonNode> test) {
            this.words = words;
            this.test = test;
        }

        private static boolean parses(JsonNode value, Predicate<String> reading) {
            try {
                return reading.test(value.asString());
            } catch (RuntimeException e) {
                return false;
            }
        }

        static boolean has(String kind) {
            return Arrays.stream(values()).anyMatch(each -> each.name().toLowerCase(Locale.ROOT).equals(kind));
        }
    }

    private record Span(Revision first, Revision last) {
        static Span of(String text) {
            if (text.equals("always")) {
                return new Span(Revision.values()[0], Revision.values()[Revision.values().length - 1]);
            }
            var always = of("always");
            var ends = text.split("\\.\\.", -1);
            var first = ends[0].isEmpty() ? always.first : Revision.of(ends[0]).orElseThrow();
            var end = ends[ends.length - 1];
            return new Span(first, end.isEmpty() ? always.last : Revision.of(end).orElseThrow());
        }

        boolean has(Revision revision) {
            return revision.compareTo(first) >= 0 && revision.compareTo(last) <= 0;
        }
    }

    private record Member(Span span, String name, boolean optional, String kind) {}

    private record Shape(Span span, List<Member> members) {}

    private static void read(String table) {
        Shape open = null;
        for (var line : table.lines().filter(each -> !each.isBlank() && !each.startsWith("#")).toList()) {
            var words = line.strip().split("\\s+", 2);
            if (line.startsWith(" ")) {
                for (var member : words[1].split(", ")) {
                    open.members.add(member(Span.of(words[0]), member));
                }
            } else if (words.length == 2 && words[1].startsWith("= ")) {
                CHOICES.put(words[0], List.of(words[1].substring(2).split("\\|")));
            } else {
                open = new Shape(Span.of(words.length == 2 ? words[1] : "always"), new ArrayList<>());
                if (SHAPES.put(words[0], open) != null) {
                    throw new IllegalArgumentException("Twice in the table: " + words[0]);
                }
            }
        }
        SHAPES.values().stream().flatMap(each -> each.members.stream()).forEach(each -> known(each.kind));
        CHOICES.values().forEach(each -> each.forEach(WireShapes::known));
    }

    private static Member member(Span span, String text) {
        if (text.startsWith("+") || text.equals(ROOM)) {
            return new Member(span, text.substring(0, 1), true, text.equals(ROOM) ? "any" : text.substring(1));
        }
        var words = text.split(" ");
        return new Member(span, words[0].replace("?", ""), words[0].endsWith("?"), words[1]);
    }

    /// So that a slip of the table fails, whatever is judged.
    private static void known(String kind) {
        for (var each : choices(kind)) {
            if (each.startsWith("{")) {
                known(inner(each));
            } else if (each.endsWith("[]")) {
                known(element(each));
            } else if (!each.startsWith("'") && !SHAPES.containsKey(each) && !Plain.has(each)) {
                throw new IllegalArgumentException("Nowhere in the table: " + each);
            }
        }
    }

    private static List<String> choices(String kind) {
        if (kind.startsWith("{")) {
            return List.of(kind);
        }
        return Arrays.stream(kind.split("\\|")).flatMap(each -> CHOICES.getOrDefault(each, List.of(each)).stream())
                .toList();
    }

    private static String inner(String map) {
        return map.substring(1, map.length() - 1);
    }

    private static String element(String list) {
        return list.substring(0, list.length() - 2);
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    /// Every member of a value that is missing, of a wrong kind or not of this revision, a line each; empty: it fits.
    String misfits(String type, JsonNode value) {
        if (!SHAPES.containsKey(type)) {
            throw new IllegalArgumentException("There is no " + type);
        }
        if (!SHAPES.get(type).span.has(revision)) {
            return type + " is not known to " + revision.date();
        }
        return String.join("\n", shape(type, type, value));
    }

    /// Of several kinds, the one that its required constants single out; of those, the one that is missed by least.
    private List<String> any(String path, String kind, JsonNode value) {
        var kinds = choices(kind).stream().filter(each -> !SHAPES.containsKey(each) || SHAPES.get(each).span
                .has(revision)).toList();
        if (kinds.size() == 1) {
            return one(path, kinds.getFirst(), value);
        }
        return kinds.stream().filter(each -> resembles(each, value)).map(each -> one(path, each, value))
                .min(Comparator.comparingInt(List::size)).orElseGet(() -> List.of(path + " is none of "
                        + String.join(", ", kinds) + " of " + revision.date() + ": " + brief(value)));
    }

    private boolean resembles(String kind, JsonNode value) {
        if (kind.endsWith("[]")) {
            return value.isArray();
        }
        if (SHAPES.containsKey(kind)) {
            return value.isObject() && members(kind).values().stream().filter(each -> !each.optional && each.kind
                    .startsWith("'")).allMatch(each -> any("", each.kind, value.path(each.name)).isEmpty());
        }
        return one("", kind, value).isEmpty();
    }

    private List<String> one(String path, String kind, JsonNode value) {
        if (kind.startsWith("{")) {
            return !value.isObject() ? List.of(path + " is not an object: " + brief(value))
                    : value.propertyStream().flatMap(each -> any(path + "." + each.getKey(), inner(kind),
                            each.getValue()).stream()).toList();
        }
        if (kind.endsWith("[]")) {
            var all = value.isArray() ? new ArrayList<String>() : List.of(path + " is not a list: " + brief(value));
            for (var i = 0; i < value.size() && value.isArray(); i++) {
                all.addAll(any(path + "[" + i + "]", element(kind), value.get(i)));
            }
            return all;
        }
        if (kind.startsWith("'")) {
            return value.isString() && quoted(value.asString()).equals(kind) ? List.of()
                    : List.of(path + " is not " + kind + ": " + brief(value));
        }
        if (SHAPES.containsKey(kind)) {
            return shape(path, kind, value);
        }
        var plain = Plain.valueOf(kind.toUpperCase(Locale.ROOT));
        return plain.test.test(value) ? List.of() : List.of(path + " is not " + plain.words + ": " + brief(value));
    }

    private List<String> shape(String path, String name, JsonNode value) {
        if (!value.isObject()) {
            return List.of(path + " is not an object: " + brief(value));
        }
        var members = members(name);
        var missing = members.values().stream().filter(each -> !each.optional && !value.has(each.name))
                .map(each -> path + "." + each.name + " is missing");
        var others = value.propertyStream().flatMap(each -> {
            var inside = path + "." + each.getKey();
            if (members.containsKey(each.getKey())) {
                return any(inside, members.get(each.getKey()).kind, each.getValue()).stream();
            }
            return members.containsKey(ROOM) ? Stream.empty()
                    : Stream.of(inside + " is not known to " + revision.date());
        });
        return Stream.concat(missing, others).toList();
    }

    private Map<String, Member> members(String name) {
        var all = new LinkedHashMap<String, Member>();
        for (var member : SHAPES.get(name).members) {
            if (!member.span.has(revision)) {
                continue;
            }
            var more = member.name.equals("+") ? members(member.kind) : Map.of(member.name, member);
            more.forEach((key, each) -> {
                if (all.put(key, each) != null) {
                    throw new IllegalArgumentException("Twice in " + name + " at " + revision.date() + ": " + key);
                }
            });
        }
        return all;
    }

    private static String brief(JsonNode value) {
        var text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
