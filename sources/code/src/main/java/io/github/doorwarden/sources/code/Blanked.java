package io.github.doorwarden.sources.code;

/// A text whose comments and strings are blanks, so that brackets in them are none. As long as the text itself, with
/// the same lines. A rough reading, for languages with braces: what it gets wrong makes a symbol longer or shorter.
final class Blanked {

    private final String text;
    private final char[] out;
    private int at;

    private Blanked(String text) {
        this.text = text;
        this.out = text.toCharArray();
    }

    /// @param hash      whether `#` begins a comment
    /// @param apostrophe whether `'` quotes more than one character
    static String of(String text, boolean hash, boolean apostrophe) {
        var blanked = new Blanked(text);
        while (blanked.at < text.length()) {
            blanked.step(hash, apostrophe);
        }
        return new String(blanked.out);
    }

    private void step(boolean hash, boolean apostrophe) {
        var c = text.charAt(at);
        if (c == '/' && text.startsWith("//", at) || hash && c == '#' && (at == 0
                || Character.isWhitespace(text.charAt(at - 1)))) {
            blankUntil(text.indexOf('\n', at));
        } else if (c == '/' && text.startsWith("/*", at)) {
            var end = text.indexOf("*/", at + 2);
            blankUntil(end < 0 ? -1 : end + 2);
        } else if (c == '"' && text.startsWith("\"\"\"", at)) {
            var end = text.indexOf("\"\"\"", at + 3);
            blankUntil(end < 0 ? -1 : end + 3);
        } else if (c == '"' || c == '`') {
            quoted(c, c == '`');
        } else if (c == '\'' && (apostrophe || isCharacter())) {
            quoted(c, false);
        } else {
            at++;
        }
    }

    /// In Rust `'a` is no character, `'a'` is one.
    private boolean isCharacter() {
        return at + 2 < text.length() && (text.charAt(at + 2) == '\'' || text.charAt(at + 1) == '\\');
    }

    private void quoted(char quote, boolean lines) {
        var end = at + 1;
        while (end < text.length() && text.charAt(end) != quote && (lines || text.charAt(end) != '\n')) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        blankUntil(Math.min(text.length(), end + 1));
    }

    private void blankUntil(int end) {
        for (var stop = end < 0 ? text.length() : end; at < stop; at++) {
            if (out[at] != '\n') {
                out[at] = ' ';
            }
        }
    }
}
