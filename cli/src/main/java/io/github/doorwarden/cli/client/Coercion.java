package io.github.doorwarden.cli.client;

import io.github.doorwarden.cli.Visible;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// How a word of the command line becomes the value that a schema asks for. Pure.
final class Coercion {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper STRICT = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private Coercion() {}

    /// The word is not such a value. The message is the end of a sentence: `must be a whole number, not "many"`.
    static final class Unfit extends Exception {

        private static final long serialVersionUID = 1;

        Unfit(String message) {
            super(message, null, false, false);
        }
    }

    static JsonNode value(String word, Schema schema) throws Unfit {
        if (word.equals("null") && schema.nullable() && !schema.type().equals("string")) {
            return JSON.nullNode();
        }
        var choices = schema.choices();
        if (!choices.isEmpty()) {
            return choices.stream().filter(each -> each.asString(each.toString()).equals(word)).findFirst()
                    .orElseThrow(() -> new Unfit("must be one of " + choices.stream().map(each ->
                            Visible.line(each.asString(each.toString()))).collect(Collectors.joining(", "))
                            + not(word)));
        }
        return switch (schema.type()) {
            case "string" -> JSON.stringNode(word);
            case "integer" -> number(word, schema, true);
            case "number" -> number(word, schema, false);
            case "boolean" -> truth(word);
            case "array" -> array(word, schema);
            case "object" -> {
                var object = json(word, "an object as JSON, such as '{\"a\": 1}'");
                if (!object.isObject()) {
                    throw new Unfit("must be an object as JSON" + not(word));
                }
                yield object;
            }
            default -> anything(word);
        };
    }

    private static JsonNode number(String word, Schema schema, boolean whole) throws Unfit {
        try {
            var number = whole ? JSON.numberNode(new BigInteger(word)) : JSON.numberNode(new BigDecimal(word));
            var least = schema.node().path("minimum");
            var most = schema.node().path("maximum");
            if (least.isNumber() && number.decimalValue().compareTo(least.decimalValue()) < 0
                    || most.isNumber() && number.decimalValue().compareTo(most.decimalValue()) > 0) {
                throw new Unfit("must be " + schema.bounds() + not(word));
            }
            return number;
        } catch (NumberFormatException e) {
            throw new Unfit("must be " + (whole ? "a whole number" : "a number") + not(word));
        }
    }

    private static JsonNode truth(String word) throws Unfit {
        return switch (word) {
            case "true", "yes", "y", "on" -> JSON.booleanNode(true);
            case "false", "no", "n", "off" -> JSON.booleanNode(false);
            default -> throw new Unfit("must be true or false" + not(word));
        };
    }

    private static JsonNode array(String word, Schema schema) throws Unfit {
        if (word.startsWith("[")) {
            return json(word, "a list as JSON");
        }
        var list = JSON.arrayNode();
        if (schema.items().type().equals("object")) {
            return list.add(value(word, schema.items()));
        }
        for (var each : word.split(",", -1)) {
            list.add(value(each.strip(), schema.items()));
        }
        return list;
    }

    /// Where the schema leaves it open: what reads as JSON is that, everything else a text.
    private static JsonNode anything(String word) {
        try {
            return STRICT.readTree(word);
        } catch (JacksonException text) {
            return JSON.stringNode(word);
        }
    }

    static JsonNode json(String text, String what) throws Unfit {
        try {
            var read = STRICT.readTree(text);
            if (read.isMissingNode()) {
                throw new Unfit("must be " + what + ", and is empty");
            }
            return read;
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new Unfit("must be " + what + (at == null ? "" : ": it cannot be read at line " + at.getLineNr()
                    + ", column " + at.getColumnNr()));
        }
    }

    private static String not(String word) {
        return ", not \"" + Visible.line(word.length() > 60 ? word.substring(0, 60) + "…" : word) + "\"";
    }
}
