package io.github.doorwarden.protocol;

/// A word of the caller's in a sentence of ours: short, printable, in single quotes.
final class Quote {

    private Quote() {}

    static String word(String word) {
        var end = Math.min(word.length(), Limits.ECHO_CHARS_MAX);
        return "'" + word.substring(0, end).replaceAll("[^\\x20-\\x26\\x28-\\x7E]", "?")
                + (end < word.length() ? "…'" : "'");
    }
}
