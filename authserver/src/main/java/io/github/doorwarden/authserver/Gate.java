package io.github.doorwarden.authserver;

import io.github.doorwarden.http.HttpIn;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// The strict gate in front of every OAuth endpoint: what passes is bounded, UTF-8 and without duplicates
/// (OAuth 2.1 §3.1, §3.2; WHATWG URL §5.1 for the encoding). Pure.
public final class Gate {

    private static final String FORM = "application/x-www-form-urlencoded";
    /// The one parameter that may come several times (RFC 8707 §2).
    private static final String REPEATABLE = "resource";

    private Gate() {}

    /// @throws OAuthRefused with a `Json` refusal `invalid_request`
    public static Params query(HttpIn in) {
        return parse(in.query(), Limits.PARAMETER_VALUE_CHARS);
    }

    /// @throws OAuthRefused with a `Json` refusal `invalid_request`
    public static Params form(HttpIn in) {
        return form(in, Limits.PARAMETER_VALUE_CHARS);
    }

    /// @param valueChars that one value may have
    /// @throws OAuthRefused with a `Json` refusal `invalid_request`
    static Params form(HttpIn in, int valueChars) {
        if (!in.mediaType().equals(FORM) || in.headers().all("Content-Type").size() != 1) {
            throw refused("The body must be a form: send it with Content-Type " + FORM + ".", "content type");
        }
        if (in.body().length > Limits.FORM_BYTES) {
            throw refused("The form is too long; at most " + Limits.FORM_BYTES + " bytes are taken.", "form too long");
        }
        return parse(new String(in.body(), StandardCharsets.ISO_8859_1), valueChars);
    }

    /// What we kept of a form.
    static Params parse(String encoded) {
        return parse(encoded, Limits.PARAMETER_VALUE_CHARS);
    }

    private static Params parse(String encoded, int valueChars) {
        if (encoded.length() > Limits.FORM_BYTES) {
            throw refused("The request has too many parameters; at most " + Limits.FORM_BYTES + " bytes are taken.",
                    "query too long");
        }
        var values = new LinkedHashMap<String, List<String>>();
        var seen = new HashSet<String>();
        var count = 0;
        for (var pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > Limits.FORM_PARAMETERS) {
                throw refused("At most " + Limits.FORM_PARAMETERS + " parameters are taken.", "too many parameters");
            }
            var equals = pair.indexOf('=');
            var name = decode(equals < 0 ? pair : pair.substring(0, equals), Limits.PARAMETER_NAME_CHARS);
            var value = equals < 0 ? "" : decode(pair.substring(equals + 1), valueChars);
            if (name.isEmpty()) {
                throw refused("A parameter has no name.", "empty name");
            }
            if (!seen.add(name) && !name.equals(REPEATABLE)) {
                throw refused("A parameter is given twice. Send each parameter once.", "duplicate parameter");
            }
            if (!value.isEmpty()) {
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
        }
        values.replaceAll((name, all) -> List.copyOf(all));
        return new Params(values);
    }

    /// One name or value out of `application/x-www-form-urlencoded`, for the parts of HTTP Basic too (OAuth 2.1
    /// §2.4.1).
    static String decode(String encoded, int atMostChars) {
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (var i = 0; i < encoded.length(); i++) {
            var c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(hex(encoded, i + 1) << 4 | hex(encoded, i + 2));
                i += 2;
            } else if (c <= ' ' || c > '~') {
                throw refused("A parameter has a character that must be percent-encoded.", "raw character");
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        var text = utf8(bytes.toByteArray());
        if (text.length() > atMostChars) {
            throw refused("A parameter is too long; at most " + atMostChars + " characters are taken.",
                    "parameter too long");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw refused("A parameter has a control character.", "control character");
        }
        return text;
    }

    private static int hex(String text, int at) {
        var digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
        if (digit < 0) {
            throw refused("A parameter is not percent-encoded correctly.", "percent-encoding");
        }
        return digit;
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw refused("A parameter is not UTF-8.", "not UTF-8");
        }
    }

    private static OAuthRefused refused(String description, String detail) {
        return new OAuthRefused(new OAuthRefusal.Json(400, "invalid_request", description, detail));
    }
}
