package io.github.doorwarden.protocol;

import io.github.doorwarden.protocol.Message.Notification;
import io.github.doorwarden.protocol.Message.Request;
import io.github.doorwarden.protocol.Message.Response;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON-RPC 2.0 as MCP uses it: bytes to [Message] and back. The only place where bytes of a caller become JSON.
///
/// What is refused here is refused for everybody: invalid UTF-8 (RFC 8259 §8.1), members that come twice, anything
/// after the message, more nesting or longer names and numbers than [Limits] allows, halves of surrogate pairs. Numbers
/// keep their digits. Safe for use by many threads.
public final class JsonRpc {

    private static final String VERSION = "2.0";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Limits.DEPTH_MAX)
                            .maxTokenCount(Limits.TOKENS_MAX)
                            .maxNameLength(Limits.NAME_CHARS_MAX)
                            .maxNumberLength(Limits.NUMBER_CHARS_MAX)
                            .maxStringLength(Integer.MAX_VALUE)             // the body as a whole is bounded
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.defaults())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonRpc() {}

    /// One message from a whole body.
    ///
    /// @throws Refused [Refusal.NotJson] or [Refusal.NotAMessage]; with the message's id where that could be read
    public static Message parse(byte[] body) {
        var json = json(text(body));
        if (json.isArray()) {
            throw new Refused(new Refusal.NotAMessage("The body is a batch. Send each message in a request of its "
                    + "own: batches exist in revision 2025-03-26 alone."));
        }
        return message(json);
    }

    /// Whether a body can only be a batch, as its first character says.
    public static boolean isBatch(byte[] body) {
        for (var b : body) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '[';
            }
        }
        return false;
    }

    /// The messages of a whole body that [#isBatch].
    ///
    /// @throws Refused [Refusal.NotJson]; [Refusal.NotAMessage] when it is no array, empty or too long
    public static Batch batch(byte[] body) {
        var json = json(text(body));
        if (!json.isArray() || json.isEmpty() || json.size() > Limits.BATCH_MAX) {
            throw new Refused(new Refusal.NotAMessage("A batch is an array of 1 to " + Limits.BATCH_MAX
                    + " messages, and this has " + json.size() + ". See JSON-RPC 2.0, section 6."));
        }
        var parts = new ArrayList<Batch.Part>(json.size());
        for (var element : json) {
            try {
                parts.add(new Batch.Part.Whole(message(element)));
            } catch (Refused why) {
                parts.add(new Batch.Part.Broken(why));
            }
        }
        return new Batch(parts);
    }

    private static Message message(JsonNode json) {
        if (!(json instanceof ObjectNode message)) {
            throw new Refused(new Refusal.NotAMessage("This is JSON, but not an object. Send one JSON-RPC 2.0 "
                    + "message."));
        }
        var hasId = message.has("id");
        var id = hasId ? id(message.get("id")) : null;
        if (!message.path("jsonrpc").isString() || !VERSION.equals(message.path("jsonrpc").asString())) {
            throw malformed("The member jsonrpc is missing or not \"2.0\".", id);
        }
        if (message.has("method")) {
            return call(message, id, hasId);
        }
        return response(message, id, hasId);
    }

    /// One JSON object that is no message, as strictly as a message.
    ///
    /// @throws Refused [Refusal.NotJson] or [Refusal.BadParams]
    public static ObjectNode object(byte[] body) {
        if (json(text(body)) instanceof ObjectNode object) {
            return object;
        }
        throw new Refused(new Refusal.BadParams("The body must be a JSON object."));
    }

    private static Message call(ObjectNode message, Id id, boolean hasId) {
        if (hasId && id == null) {
            throw malformed("The id must be a string of at most " + Limits.ID_CHARS_MAX
                    + " characters or a whole number of at most "
                    + Limits.ID_DIGITS_MAX + " digits, and not null.", null);
        }
        var method = message.get("method");
        if (!method.isString() || method.asString().isEmpty() || method.asString().length() > Limits.METHOD_CHARS_MAX) {
            throw malformed("The member method must be a string of 1 to " + Limits.METHOD_CHARS_MAX + " characters.",
                    id);
        }
        if (message.has("result") || message.has("error")) {
            throw malformed("A message with a method has neither result nor error.", id);
        }
        var params = message.has("params") ? message.get("params") : NODES.objectNode();
        if (!(params instanceof ObjectNode object)) {
            throw malformed("The member params must be an object.", id);
        }
        return hasId ? new Request(id, method.asString(), object) : new Notification(method.asString(), object);
    }

    private static Message response(ObjectNode message, Id id, boolean hasId) {
        var result = message.get("result");
        var error = message.get("error");
        if (result == null && error == null) {
            throw malformed("The message has no method. A request or notification needs one.", id);
        }
        if (!hasId || id == null || result != null && error != null || error != null
                && !(error instanceof ObjectNode)) {
            throw malformed("A response has an id and either a result or an error object.", id);
        }
        return new Response(id, result, (ObjectNode) error);
    }

    private static Refused malformed(String what, Id id) {
        return new Refused(new Refusal.NotAMessage(what + " See JSON-RPC 2.0, sections 4 and 5."), id);
    }

    /// An id that stands somewhere in a message; empty when it is none of MCP.
    public static Optional<Id> idIn(JsonNode node) {
        return Optional.ofNullable(id(node));
    }

    /// Null when the member is no id of MCP.
    private static Id id(JsonNode node) {
        if (node.isString() && node.asString().length() <= Limits.ID_CHARS_MAX) {
            return new Id.Text(node.asString());
        }
        if (node.isIntegralNumber() && node.asString().length() <= Limits.ID_DIGITS_MAX) {
            return new Id.Number(node.asString());
        }
        return null;
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw new Refused(new Refusal.NotJson("The body is not valid UTF-8.", e.toString()));
        }
    }

    private static JsonNode json(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        // the latter escape from BigDecimal
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            var at = e instanceof JacksonException broken && broken.getLocation() != null
                    ? ", near character " + broken.getLocation().getCharOffset() : "";
            throw new Refused(new Refusal.NotJson("The body is not JSON, repeats a member, or goes beyond the bounds "
                    + "of this server "
                    + "(nesting " + Limits.DEPTH_MAX + ", numbers of " + Limits.NUMBER_CHARS_MAX + " characters)" + at
                    + ".",
                    e.getClass().getSimpleName()));
        }
        if (json == null || json.isMissingNode()) {
            throw new Refused(new Refusal.NotJson("The body is empty. Send one JSON-RPC 2.0 message.", "empty body"));
        }
        checkValues(json, text.indexOf("\\u") >= 0);
        return json;
    }

    /// What the parser lets through and what later readers would trip over. `escapes`: only escapes can write half a
    /// pair.
    private static void checkValues(JsonNode node, boolean escapes) {
        if (node.isBigDecimal() && Math.abs((long) node.decimalValue().scale()) > Limits.NUMBER_SCALE_MAX) {
            throw new Refused(new Refusal.NotJson("The body has a number with an exponent beyond "
                    + Limits.NUMBER_SCALE_MAX + ".",
                    "exponent"));
        }
        if (escapes && node.isString()) {
            checkPairs(node.asString());
        }
        if (node instanceof ObjectNode object) {
            for (var member : object.properties()) {
                if (escapes) {
                    checkPairs(member.getKey());
                }
                checkValues(member.getValue(), escapes);
            }
        } else {
            for (var element : node) {
                checkValues(element, escapes);
            }
        }
    }

    private static void checkPairs(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isLowSurrogate(c) || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                throw new Refused(new Refusal.NotJson("The body has a string with half of a surrogate pair, which is "
                        + "no character.",
                        "lone surrogate"));
            }
            i++;
        }
    }

    /// The answer to a call that went well, on one line.
    public static byte[] result(Id id, ObjectNode result) {
        return print(new Response(id, result, null));
    }

    /// The answer to a call that did not go well, on one line.
    ///
    /// @param id   null when the message was too broken to have one: then the answer has no `id` (MCP 2026-07-28, Base
    ///             protocol, Error responses)
    /// @param data null for none
    public static byte[] error(Id id, int code, String message, ObjectNode data) {
        var error = NODES.objectNode().put("code", code).put("message", message);
        if (data != null) {
            error.set("data", data);
        }
        return print(new Response(id, null, error));
    }

    /// A message on one line of UTF-8. What [#parse] read comes out as a message that reads the same.
    public static byte[] print(Message message) {
        var json = NODES.objectNode().put("jsonrpc", VERSION);
        switch (message) {
            case Request call -> {
                json.set("id", node(call.id()));
                json.put("method", call.method()).set("params", call.params());
            }
            case Notification notice -> json.put("method", notice.method()).set("params", notice.params());
            case Response answer -> {
                if (answer.id() != null) {
                    json.set("id", node(answer.id()));
                }
                json.set(answer.error() == null ? "result" : "error", answer.error() == null ? answer.result()
                        : answer.error());
            }
        }
        // By way of a String: a tool's result may hold half a surrogate pair, which becomes a question mark and no
        // exception.
        return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    }

    /// An id as it stands in a message.
    public static JsonNode node(Id id) {
        return switch (id) {
            case Id.Text text -> NODES.stringNode(text.value());
            case Id.Number number -> NODES.numberNode(new BigInteger(number.digits()));
        };
    }
}
