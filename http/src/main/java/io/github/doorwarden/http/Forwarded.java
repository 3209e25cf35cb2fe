package io.github.doorwarden.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the `for` parameters of the `Forwarded` field (RFC 7239 §4), strictly: a value that is not exactly what the
/// grammar allows says nothing at all, because a quote left open by a client would swallow what a proxy appends.
final class Forwarded {

    private final String text;
    private int at;

    private Forwarded(String text) {
        this.text = text;
    }

    /// The node of each element in order; `""` for an element without one. Empty when the value is malformed.
    static List<String> nodes(String value) {
        return new Forwarded(value).read();
    }

    private List<String> read() {
        var nodes = new ArrayList<String>();
        while (true) {
            var node = element();
            if (node == null) {
                return List.of();
            }
            nodes.add(node);
            if (at == text.length()) {
                return nodes;
            }
            at++;       // the comma
        }
    }

    /// `[ pair ] *( ";" [ pair ] )` up to a comma or the end; null when malformed.
    private String element() {
        var node = "";
        while (true) {
            blanks();
            if (!ends()) {
                var name = token();
                if (name.isEmpty() || !take('=')) {
                    return null;
                }
                var value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                if (value == null || value.isEmpty()) {
                    return null;
                }
                if (name.toLowerCase(Locale.ROOT).equals("for")) {
                    if (!node.isEmpty()) {
                        return null;        // §4: each parameter at most once
                    }
                    node = value;
                }
                blanks();
            }
            if (!take(';')) {
                return at == text.length() || text.charAt(at) == ',' ? node : null;
            }
        }
    }

    private boolean ends() {
        return at == text.length() || text.charAt(at) == ';' || text.charAt(at) == ',';
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void blanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private String token() {
        var begin = at;
        while (at < text.length() && isTokenChar(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    static boolean isTokenChar(int c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /// A quoted string; an address needs no backslash, so one is malformed here.
    private String quoted() {
        var end = text.indexOf('"', at + 1);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            return null;
        }
        var inside = text.substring(at + 1, end);
        at = end + 1;
        return inside;
    }
}
