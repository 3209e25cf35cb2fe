package io.github.doorwarden.sources.code;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file's text, and its lines. Lines are counted from 1, as editors do. Immutable.
final class SourceText {

    private final String text;
    private final int[] starts;

    /// @param text with `\n` between lines alone
    SourceText(String text) {
        this.text = text;
        var found = new ArrayList<Integer>();
        found.add(0);
        for (var at = text.indexOf('\n'); at >= 0 && at + 1 < text.length(); at = text.indexOf('\n', at + 1)) {
            found.add(at + 1);
        }
        this.starts = found.stream().mapToInt(Integer::intValue).toArray();
    }

    /// @return empty for what is no text: a NUL in it, or more than a tenth that is not UTF-8
    static Optional<String> decoded(byte[] bytes) {
        if (bytes.length >= 2 && (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE
                || bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)) {
            return Optional.of(plain(new String(bytes, StandardCharsets.UTF_16)));
        }
        for (var each : bytes) {
            if (each == 0) {
                return Optional.empty();
            }
        }
        var text = new String(bytes, StandardCharsets.UTF_8);
        var strange = text.chars().filter(c -> c == 0xFFFD).count();
        return strange * 10 > text.length() ? Optional.empty() : Optional.of(plain(text));
    }

    private static String plain(String text) {
        var begun = text.startsWith("\uFEFF") ? text.substring(1) : text;
        return begun.indexOf('\r') < 0 ? begun : begun.replace("\r\n", "\n").replace('\r', '\n');
    }

    String text() {
        return text;
    }

    int lines() {
        return starts.length;
    }

    /// Which line a character stands in.
    int lineOf(int offset) {
        var at = java.util.Arrays.binarySearch(starts, Math.clamp(offset, 0, Math.max(0, text.length())));
        return at >= 0 ? at + 1 : -at - 1;
    }

    /// Where a line begins.
    int start(int line) {
        return line > starts.length ? text.length() : starts[Math.max(0, line - 1)];
    }

    /// Without what ends it.
    String line(int line) {
        var begin = start(line);
        var end = line >= starts.length ? text.length() : starts[line] - 1;
        return text.substring(begin, end > begin && text.charAt(end - 1) == '\n' ? end - 1 : end);
    }

    /// @param from first line, counted from 1
    /// @param to   last line
    String between(int from, int to) {
        return text.substring(start(from), Math.max(start(from), to >= starts.length ? text.length() : starts[to]));
    }

    List<String> all() {
        var all = new ArrayList<String>(lines());
        for (var line = 1; line <= lines(); line++) {
            all.add(line(line));
        }
        return all;
    }
}
