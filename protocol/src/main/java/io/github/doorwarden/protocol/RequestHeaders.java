package io.github.doorwarden.protocol;

import io.github.doorwarden.protocol.Message.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// The headers of a modern request, held against its body: whoever routes by a header must see what the server carries
/// out (MCP 2026-07-28, Streamable HTTP, Request metadata and Server validation).
///
/// Names are matched without regard to case, values with it. Pure; the fields come as a function from a name to the
/// values under it, one per line. A field that comes twice says two things and is refused.
public final class RequestHeaders {

    public static final String VERSION = "MCP-Protocol-Version";
    public static final String METHOD = "Mcp-Method";
    public static final String NAME = "Mcp-Name";

    private static final String ENCODED_START = "=?base64?";
    private static final String ENCODED_END = "?=";

    private RequestHeaders() {}

    /// Version, method and, where the method has one, the name.
    ///
    /// @throws Refused [Refusal.HeaderMismatch]
    public static void check(Function<String, List<String>> fields, Request call, Meta meta) {
        same(VERSION, required(fields, VERSION), meta.protocolVersion());
        same(METHOD, required(fields, METHOD), call.method());
        var nameParam = Methods.named(call.method()).flatMap(Methods::nameParam);
        if (nameParam.isPresent()) {
            var inBody = call.params().path(nameParam.get());
            if (inBody.isString()) {
                same(NAME, decode(NAME, required(fields, NAME)), inBody.asString());
            } else if (!fields.apply(NAME).isEmpty()) {
                throw mismatch(NAME + " is set, but params." + nameParam.get() + " is not a string in the body.");
            }
        }
    }

    private static String required(Function<String, List<String>> fields, String name) {
        return one(name, fields.apply(name), "Requests of revision " + Revision.V2026_07_28.date() + " carry it"
                + (NAME.equals(name) ? " when their method names something." : "."));
    }

    static String one(String name, List<String> values, String otherwise) {
        if (values.isEmpty()) {
            throw mismatch("The header " + name + " is missing. " + otherwise);
        }
        if (values.size() > 1) {
            throw mismatch("The header " + name + " comes several times. Send it once.");
        }
        return trimmed(name, values.getFirst());
    }

    /// Without optional white space (RFC 9110 §5.6.3); visible ASCII, spaces and tabs alone.
    private static String trimmed(String name, String value) {
        for (var i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c > '~')) {
                throw mismatch("The header " + name + " has characters that a header must not have. Encode it: "
                        + ENCODED_START + "…" + ENCODED_END + ".");
            }
        }
        return value.strip();
    }

    /// The value itself, or what its Base64 form says (Value encoding). A value with only one of the two marks is taken
    /// as it is.
    static String decode(String name, String value) {
        if (value.length() < ENCODED_START.length() + ENCODED_END.length() || !value.startsWith(ENCODED_START)
                || !value.endsWith(ENCODED_END)) {
            return value;
        }
        var encoded = value.substring(ENCODED_START.length(), value.length() - ENCODED_END.length());
        try {
            if (encoded.length() % 4 != 0) {
                throw new IllegalArgumentException("padding");
            }
            var bytes = Base64.getDecoder().decode(encoded);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw mismatch("The header " + name + " is marked as Base64, but is not padded Base64 of UTF-8 text.");
        }
    }

    /// A value as a client sends it: as it is, or in its Base64 form when a header cannot carry it or it would be read
    /// as that form.
    public static String encode(String value) {
        var plain = value.equals(value.strip()) && value.chars().allMatch(c -> c >= ' ' && c <= '~')
                && !(value.startsWith(ENCODED_START) && value.endsWith(ENCODED_END));
        return plain ? value : ENCODED_START
                + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + ENCODED_END;
    }

    private static void same(String name, String inHeader, String inBody) {
        if (!inHeader.equals(inBody)) {
            throw mismatch("Header mismatch: the header " + name + " says " + Quote.word(inHeader) + ", the body "
                    + Quote.word(inBody) + ".");
        }
    }

    static Refused mismatch(String message) {
        return new Refused(new Refusal.HeaderMismatch(message));
    }
}
