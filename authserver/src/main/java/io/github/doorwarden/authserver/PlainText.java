package io.github.doorwarden.authserver;

/// Makes text that somebody else wrote fit to stand on a page: one line, nothing invisible, nothing that turns the reading direction
/// around, bounded. Markup is not its business: pages escape.
final class PlainText {

    private PlainText() {}

    /// Control, format (bidirectional and zero-width), private and unassigned characters are dropped, white space is one space.
    static String of(String text, int codePoints) {
        var line = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED -> { }
                case Character.CONTROL, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> space(line);
                default -> line.appendCodePoint(c);
            }
        });
        var clean = line.toString().strip();
        if (clean.codePointCount(0, clean.length()) <= codePoints) {
            return clean;
        }
        return clean.substring(0, clean.offsetByCodePoints(0, codePoints - 1)).strip() + "…";
    }

    private static void space(StringBuilder line) {
        if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
            line.append(' ');
        }
    }
}
