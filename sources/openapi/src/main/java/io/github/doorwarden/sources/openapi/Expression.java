package io.github.doorwarden.sources.openapi;

import com.dashjoin.jsonata.Jsonata;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSONata expression that somebody configured, run within bounds. Immutable.
record Expression(String text) {

    /// It does not fit what it was given, or took too long.
    static final class Failed extends Exception {

        private static final long serialVersionUID = 1;

        Failed(Throwable cause) {
            super("The expression could not be evaluated", cause);
        }
    }

    /// IllegalArgumentException when it cannot be read.
    ///
    /// @param whose for the sentence: `the answer of list_things`
    static Expression of(String whose, String text) {
        try {
            Jsonata.jsonata(text);
            return new Expression(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("The jsonata expression of " + whose + " cannot be read: "
                    + e.getMessage(), e);
        }
    }

    /// Null stands for nothing at all.
    JsonNode evaluate(JsonNode input) throws Failed {
        try {
            var parsed = Jsonata.jsonata(text); // per call: the parsed form keeps state while it runs
            var frame = parsed.createFrame();
            frame.setRuntimeBounds(Limits.SHAPING.toMillis(), Limits.SHAPING_DEPTH);
            var result = parsed.evaluate(JsonMapper.shared().treeToValue(input, Object.class), frame);
            return JsonMapper.shared().valueToTree(result);
        } catch (RuntimeException | StackOverflowError e) {
            throw new Failed(e);
        }
    }
}
