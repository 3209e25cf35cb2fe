package io.github.doorwarden.sources.openapi;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON or YAML as a tree of JSON. What an anchor of YAML names is one node, however often an alias stands for it, so
/// aliases cannot multiply; merge keys (`<<`) are followed.
final class Tree {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<Node, JsonNode> made = new IdentityHashMap<>();
    private final Map<Node, Boolean> under = new IdentityHashMap<>();

    private Tree() {}

    /// @param what names it in messages
    /// @throws IllegalArgumentException with a sentence, when it is not well-formed or no object
    static ObjectNode of(String what, byte[] bytes) {
        try {
            var root = isJson(bytes) ? json(bytes) : yaml(bytes);
            if (root instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException(what + " is no OpenAPI document: it is not an object.");
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(what + " is not well-formed" + (at == null ? "."
                    : at(at.getLineNr(), at.getColumnNr())), e);
        } catch (MarkedYamlEngineException e) {
            throw new IllegalArgumentException(what + " is not well-formed" + e.getProblemMark()
                    .map(mark -> at(mark.getLine() + 1, mark.getColumn() + 1)).orElse("."), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(what + " is not well-formed.", e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(what + " is nested too deeply.", e);
        }
    }

    /// How many nodes it has when it is written down, where each alias is the whole of what it names.
    static long written(JsonNode node) {
        return written(node, new IdentityHashMap<>());
    }

    private static long written(JsonNode node, Map<JsonNode, Long> counted) {
        if (!node.isContainer()) {
            return 1;
        }
        var known = counted.get(node);
        if (known != null) {
            return known;
        }
        var count = 1L;
        for (var each : node.values()) {
            count = Math.min(Integer.MAX_VALUE, count + written(each, counted));
        }
        counted.put(node, count);
        return count;
    }

    private static String at(int line, int column) {
        return " (line " + line + ", column " + column + ").";
    }

    private static boolean isJson(byte[] bytes) {
        for (var octet : bytes) {
            if (octet == '{' || octet > ' ') {
                return octet == '{';
            }
        }
        return false;
    }

    /// YAML can begin with a brace as well.
    private static JsonNode json(byte[] bytes) {
        try {
            return JsonMapper.shared().readTree(bytes);
        } catch (JacksonException notJson) {
            try {
                return yaml(bytes);
            } catch (YamlEngineException neither) {
                throw notJson;
            }
        }
    }

    private static JsonNode yaml(byte[] bytes) {
        var settings = LoadSettings.builder().setCodePointLimit(Limits.DOCUMENT_BYTES)
                .setMaxAliasesForCollections(Integer.MAX_VALUE).build();
        var text = new String(bytes, StandardCharsets.UTF_8);
        try {
            return new Compose(settings).composeString(text.startsWith("\ufeff") ? text.substring(1) : text)
                    .map(new Tree()::node).orElse(JSON.missingNode());
        } catch (YamlEngineException notYaml) {
            throw notYaml;
        } catch (RuntimeException e) {                           // of the library, for some tags and escapes
            throw new YamlEngineException("It is no YAML.", e);
        }
    }

    private JsonNode node(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        if (under.containsKey(node)) {
            throw new YamlEngineException("A collection contains itself.");
        }
        var known = made.get(node);
        if (known != null) {
            return known;
        }
        under.put(node, true);
        var result = switch (node) {
            case MappingNode mapping -> mapping(mapping);
            case SequenceNode sequence -> {
                var list = JSON.arrayNode();
                sequence.getValue().forEach(item -> list.add(node(item)));
                yield list;
            }
            default -> JSON.nullNode();
        };
        under.remove(node);
        made.put(node, result);
        return result;
    }

    private ObjectNode mapping(MappingNode mapping) {
        var object = JSON.objectNode();
        for (var entry : mapping.getValue()) {
            var key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            var value = node(entry.getValueNode());
            if (!key.equals("<<")) {
                object.set(key, value);
            } else if (value.isObject()) {
                merge(object, value);
            } else {
                value.values().forEach(each -> merge(object, each));
            }
        }
        return object;
    }

    private static void merge(ObjectNode into, JsonNode more) {
        more.properties().stream().filter(each -> !into.has(each.getKey()))
                .forEach(each -> into.set(each.getKey(), each.getValue()));
    }

    private static JsonNode scalar(ScalarNode node) {
        var text = node.getValue();
        var tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (tag.equals(Tag.INT) && text.matches("[-+]?\\d{1,9}")) {
            return JSON.numberNode(Integer.parseInt(text));
        }
        if (tag.equals(Tag.INT) && text.matches("[-+]?\\d{10,18}")) {
            return JSON.numberNode(Long.parseLong(text));
        }
        if (tag.equals(Tag.INT) && text.matches("[-+]?\\d{19,100}")) {
            return JSON.numberNode(new BigInteger(text));
        }
        if (tag.equals(Tag.FLOAT) && text.matches("[-+]?(\\d{1,50}(\\.\\d{0,50})?|\\.\\d{1,50})([eE][-+]?\\d{1,3})?")) {
            return JSON.numberNode(new BigDecimal(text));
        }
        return JSON.stringNode(text);
    }
}
