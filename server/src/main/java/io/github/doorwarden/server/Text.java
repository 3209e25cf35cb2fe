package io.github.doorwarden.server;

/// Text from outside, made fit to be said back.
final class Text {

    private Text() {}

    /// At most so many characters; what cannot be printed or could be taken for markup of a log becomes `?`.
    static String bounded(String text, int chars) {
        var cut = text.length() <= chars ? text : text.substring(0, chars) + "…";
        var plain = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> plain.appendCodePoint(
                Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.FORMAT || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR ? '?' : c));
        return plain.toString();
    }
}
