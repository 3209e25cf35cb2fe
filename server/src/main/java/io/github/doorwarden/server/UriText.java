package io.github.doorwarden.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Percent-encoding of the parts of a path (RFC 3986 §2.1 and §3.3).
public final class UriText {

    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String HEX = "0123456789ABCDEF";

    private UriText() {}

    /// One part of a path, with everything encoded but what RFC 3986 calls unreserved.
    public static String encoded(String part) {
        var out = new StringBuilder();
        for (var b : part.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && PLAIN.indexOf(b) >= 0) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
        return out.toString();
    }

    /// The opposite, of a part that was encoded so.
    static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);  // a form's plus is a space
    }
}
