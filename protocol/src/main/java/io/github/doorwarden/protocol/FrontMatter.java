package io.github.doorwarden.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The YAML between the two `---` lines at the beginning of a `SKILL.md`, as JSON by the YAML 1.2 core schema: whole,
/// nothing left out, nothing added (SEP-2640, Frontmatter). A server says it in its entries, a client compares. Pure.
public final class FrontMatter {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// A byte order mark may come before it, and lines may end in CR LF.
    private static final Pattern FENCED =
            Pattern.compile("\\A\\x{FEFF}?---[ \\t]*\\r?\\n(.*?)(?<=\\n)---[ \\t]*(\\r?\\n|\\z)", Pattern.DOTALL);

    private int values;

    private FrontMatter() {}

    /// @param bytes of the whole file
    /// @throws IllegalArgumentException with a clause that says what is wrong
    public static ObjectNode of(byte[] bytes) {
        var match = FENCED.matcher(text(bytes));
        if (!match.find()) {
            throw new IllegalArgumentException("SKILL.md must begin with YAML front matter: a line ---, then name and "
                    + "description, then a line ---");
        }
        var yaml = match.group(1);
        if (yaml.length() > Limits.FRONT_MATTER_CHARS) {
            throw new IllegalArgumentException("the front matter of SKILL.md has more than "
                    + Limits.FRONT_MATTER_CHARS + " characters");
        }
        try {
            var settings = LoadSettings.builder().setLabel("SKILL.md").setSchema(new CoreSchema()).build();
            return new FrontMatter().json(loaded(yaml, settings), 0) instanceof ObjectNode all ? all
                    : refuse("the front matter of SKILL.md must be a mapping with name and description");
        } catch (MarkedYamlEngineException e) {
            // the fence is the file's first line
            var line = e.getProblemMark().map(mark -> " in line " + (mark.getLine() + 2)).orElse("");
            throw new IllegalArgumentException("the front matter of SKILL.md is not YAML" + line + ": "
                    + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("the front matter of SKILL.md is not YAML: " + e.getMessage(), e);
        }
    }

    /// The reader throws bare exceptions at tags that are none, and runs out of stack where brackets never end.
    private static Object loaded(String yaml, LoadSettings settings) {
        try {
            return new Load(settings).loadFromString(yaml);
        } catch (IllegalArgumentException e) {
            throw new YamlEngineException(e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new YamlEngineException("it is nested too deeply", e);
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("SKILL.md is not UTF-8", e);
        }
    }

    private JsonNode json(Object value, int depth) {
        if (++values > Limits.FRONT_MATTER_VALUES || depth > Limits.FRONT_MATTER_DEPTH) {
            refuse("the front matter of SKILL.md has more than " + Limits.FRONT_MATTER_VALUES
                    + " values, or is nested deeper than " + Limits.FRONT_MATTER_DEPTH);
        }
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> JSON.stringNode(text);
            case Boolean truth -> JSON.booleanNode(truth);
            case Integer number -> JSON.numberNode((int) number);
            case Long number -> JSON.numberNode((long) number);
            case BigInteger number -> JSON.numberNode(number);
            case Double number -> fraction(number);
            case BigDecimal number -> JSON.numberNode(number);
            case Map<?, ?> map -> {
                var object = JSON.objectNode();
                map.forEach((name, member) -> object.set(String.valueOf(name), json(member, depth + 1)));
                yield object;
            }
            case Iterable<?> items -> {
                var array = JSON.arrayNode();
                items.forEach(item -> array.add(json(item, depth + 1)));
                yield array;
            }
            default -> refuse("the front matter of SKILL.md has a value that JSON does not know; write it as text");
        };
    }

    private static JsonNode fraction(double number) {
        return Double.isFinite(number) ? JSON.numberNode(number)
                : refuse("the front matter of SKILL.md has a number that JSON does not know: " + number);
    }

    private static <T> T refuse(String clause) {
        throw new IllegalArgumentException(clause);
    }
}
