package io.github.doorwarden.cli.client;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Settings in JSON as editors read it: with comments and commas at the end.
final class JsonSettings implements SettingsText {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).build();
    private static final ObjectWriter WRITER = MAPPER.writer();
    private static final Separators SEPARATORS = Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Separators.Spacing.AFTER);
    private static final String MARK = "\uFEFF";
    private static final String STEP = "  ";

    private final String mark;
    private final String text;
    private final String member;
    private final ObjectNode tree;

    private JsonSettings(String mark, String text, String member, ObjectNode tree) {
        this.mark = mark;
        this.text = text;
        this.member = member;
        this.tree = tree;
    }

    static JsonSettings read(String text, String member) throws Unreadable {
        var mark = text.startsWith(MARK) ? MARK : "";
        var body = text.substring(mark.length());
        if (body.isBlank()) {
            return new JsonSettings(mark, "{}\n", member, JsonNodeFactory.instance.objectNode());
        }
        try {
            if (!(MAPPER.readTree(body) instanceof ObjectNode tree)) {
                throw new Unreadable("is no JSON object");
            }
            if (tree.has(member) && !tree.path(member).isObject()) {
                throw new Unreadable("has something else than an object as \"" + member + "\"");
            }
            return new JsonSettings(mark, body, member, tree);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new Unreadable("is not JSON" + (at == null ? "" : ": line " + at.getLineNr() + ", column "
                    + at.getColumnNr()));
        }
    }

    @Override
    public Optional<ObjectNode> entry(String name) {
        return tree.path(member).path(name) instanceof ObjectNode entry ? Optional.of(entry) : Optional.empty();
    }

    @Override
    public String with(String name, ObjectNode entry) throws Unreadable {
        var servers = tree.path(member);
        String written;
        if (servers.has(name)) {
            var old = value(member, name);
            written = text.substring(0, old.begin) + indented(entry, indentOf(old.key)) + text.substring(old.end);
        } else if (tree.has(member)) {
            written = added(value(member), name, entry, STEP + STEP);
        } else {
            var all = JsonNodeFactory.instance.objectNode().set(name, entry);
            written = added(value(), member, all, STEP);
        }
        var wanted = tree.deepCopy();
        wanted.withObject(member).set(name, entry);
        if (!wanted.equals(MAPPER.readTree(written))) {
            throw new Unreadable("has a form to which nothing can be added safely");
        }
        return mark + written;
    }

    /// After the last member of an object, so that comments keep their places.
    private String added(Place object, String name, JsonNode entry, String usual) {
        var indent = object.lastKey < 0 ? usual : indentOf(object.lastKey);
        var piece = "\n" + indent + MAPPER.writeValueAsString(name) + ": " + indented(entry, indent);
        if (object.lastEnd < 0) {
            var outer = indent.length() >= STEP.length() ? indent.substring(STEP.length()) : "";
            return text.substring(0, object.begin + 1) + piece + "\n" + outer
                    + text.substring(object.begin + 1).stripLeading();
        }
        return text.substring(0, object.lastEnd) + "," + piece + text.substring(object.lastEnd);
    }

    private static String indented(JsonNode entry, String indent) {
        var step = indent.startsWith("\t") ? "\t" : STEP;
        return WRITER.with(new DefaultPrettyPrinter(SEPARATORS).withObjectIndenter(new DefaultIndenter(step, "\n")))
                .writeValueAsString(entry).replace("\n", "\n" + indent);
    }

    /// The blanks before a key that stands first on its line.
    private String indentOf(int key) {
        var line = text.lastIndexOf('\n', key - 1) + 1;
        var before = text.substring(line, key);
        return before.isBlank() ? before : "";
    }

    /// @param key     where its name begins; 0 for the whole
    /// @param begin   of the value
    /// @param end     after it
    /// @param lastKey where the last member begins, -1 without one
    /// @param lastEnd after the value of the last member
    private record Place(int key, int begin, int end, int lastKey, int lastEnd) {}

    /// Where the value at a path stands in the text.
    private Place value(String... path) throws Unreadable {
        try (var parser = MAPPER.createParser(text)) {
            parser.nextToken();
            var key = 0;
            for (var name : path) {
                key = -1;
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    var begins = offset(parser);
                    var found = parser.currentName().equals(name);
                    parser.nextToken();
                    if (found) {
                        key = begins;
                        break;
                    }
                    parser.skipChildren();
                }
                if (key < 0) {
                    throw new Unreadable("has no " + name);
                }
            }
            return place(parser, key);
        }
    }

    private static Place place(JsonParser parser, int key) {
        var begin = offset(parser);
        var lastKey = -1;
        var lastEnd = -1;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                lastKey = offset(parser);
                parser.nextToken();
                lastEnd = end(parser);
            }
        }
        return new Place(key, begin, end(parser), lastKey, lastEnd);
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private static int end(JsonParser parser) {
        parser.skipChildren();
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            parser.getString();                                        // reads to its end
        }
        return (int) parser.currentLocation().getCharOffset();
    }
}
