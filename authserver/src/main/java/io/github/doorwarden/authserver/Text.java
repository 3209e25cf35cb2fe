package io.github.doorwarden.authserver;

import java.util.stream.Collectors;

/// Makes text that somebody else wrote fit to be shown and logged. Pure.
final class Text {

    private Text() {}

    /// One line without control, formatting and bidirectional characters, at most so many characters long; runs of
    /// white space become one blank. Says nothing about markup: pages escape (OAuth 2.1 §7.12, MCP 2026-07-28 consent).
    static String clean(String untrusted, int atMostChars) {
        var visible = untrusted.codePoints().limit(atMostChars * 4L)
                .map(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) ? ' ' : c)
                .filter(Text::shown).mapToObj(Character::toString).collect(Collectors.joining())
                .replaceAll(" {2,}", " ").strip();
        var end = Math.min(visible.length(), atMostChars);
        if (end > 0 && end < visible.length() && Character.isHighSurrogate(visible.charAt(end - 1))) {
            end--;
        }
        return visible.substring(0, end);
    }

    private static boolean shown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
