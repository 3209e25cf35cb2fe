package io.github.doorwarden.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The variable end of a path, `{name}` in `/mcp/tool/{name}`: exactly one segment (RFC 3986 §3.3), decoded once and
/// strictly. What another reader might see as another path is no segment: separators and dot segments however they are
/// written, control characters, bytes that are not UTF-8.
final class Segment {

    private Segment() {}

    /// The path up to the variable, with the slash; null for a path without one.
    ///
    /// @throws IllegalArgumentException when the braces are anywhere but around the whole last segment
    static String prefix(String path) {
        var open = path.indexOf('{');
        if (open < 0 && path.indexOf('}') < 0) {
            return null;
        }
        if (open < 1 || path.charAt(open - 1) != '/' || path.indexOf('}') != path.length() - 1
                || open + 2 > path.length() - 1 || path.indexOf('/', open) >= 0 || path.indexOf('{', open + 1) >= 0) {
            throw new IllegalArgumentException("A variable is the whole last segment of a route's path, as in "
                    + "/tools/{name}: " + path);
        }
        return path.substring(0, open);
    }

    /// The text that `raw` stands for; null when it is not one clean segment.
    static String decoded(String raw) {
        var bytes = new ByteArrayOutputStream(raw.length());
        for (var i = 0; i < raw.length(); i++) {
            var c = raw.charAt(i);
            if (c == '%') {
                if (i + 2 >= raw.length() || !HexFormat.isHexDigit(raw.charAt(i + 1))
                        || !HexFormat.isHexDigit(raw.charAt(i + 2))) {
                    return null;
                }
                bytes.write(HexFormat.fromHexDigits(raw, i + 1, i + 3));
                i += 2;
            } else if (c > ' ' && c < 127) {
                bytes.write(c);
            } else {
                return null;
            }
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
            return isClean(text) ? text : null;
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static boolean isClean(String text) {
        return !text.isEmpty() && !text.equals(".") && !text.equals("..")
                && text.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }
}
