package io.github.doorwarden.sources.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How a document's text is divided for ranking: at headings and pages first, then between paragraphs, sentences or
/// words, each piece with the end of the one before. The same text is always divided in the same way.
final class Pieces {

    /// @param start   of the piece in the text
    /// @param end     behind it
    /// @param heading that it stands under, those above it in front
    record Piece(int start, int end, String heading) {}

    private static final Pattern BEGIN = Pattern.compile("(?m)^(?:(#{1,6}) ++(.{1,300})|\\[(Page \\d+)])$");
    private static final Pattern FENCE = Pattern.compile("(?m)^ {0,3}(```|~~~)");
    private static final List<String> BORDERS = List.of("\n\n", "\n", ". ", " ");

    private record Section(int start, int end, String heading) {}

    private Pieces() {}

    static List<Piece> of(String text) {
        var pieces = new ArrayList<Piece>();
        Section open = null;
        for (var section : sections(text)) {
            if (open != null && open.end - open.start < Limits.PIECE_LEAST_CHARS
                    && section.end - open.start <= Limits.PIECE_CHARS) {
                open = new Section(open.start, section.end, open.heading.isEmpty() ? section.heading : open.heading);
            } else {
                divide(text, open, pieces);
                open = section;
            }
        }
        divide(text, open, pieces);
        return pieces;
    }

    private static List<Section> sections(String text) {
        var sections = new ArrayList<Section>();
        var headings = new String[7];
        var heading = "";
        var start = 0;
        var begin = BEGIN.matcher(text);
        var fences = new ArrayList<Integer>();
        for (var fence = FENCE.matcher(text); fence.find();) {
            fences.add(fence.start());
        }
        var passed = 0;
        while (begin.find()) {
            while (passed < fences.size() && fences.get(passed) < begin.start()) {
                passed++;
            }
            if (passed % 2 == 1) {
                continue;                                        // a comment in code looks the same
            }
            if (begin.start() > start) {
                sections.add(new Section(start, begin.start(), heading));
            }
            start = begin.start();
            heading = begin.group(3) != null ? begin.group(3) : path(headings, begin.group(1).length(),
                    begin.group(2));
        }
        if (start < text.length()) {
            sections.add(new Section(start, text.length(), heading));
        }
        return sections;
    }

    private static String path(String[] headings, int level, String words) {
        headings[level] = Formats.heading(words);
        for (var below = level + 1; below < headings.length; below++) {
            headings[below] = null;
        }
        var path = new ArrayList<String>();
        for (var each : headings) {
            if (each != null) {
                path.add(each);
            }
        }
        var whole = String.join(" > ", path);
        return whole.substring(0, Formats.whole(whole, Math.min(whole.length(), Limits.TITLE_CHARS)));
    }

    private static void divide(String text, Section section, List<Piece> pieces) {
        if (section == null || text.substring(section.start, section.end).isBlank()) {
            return;
        }
        var start = section.start;
        while (section.end - start > Limits.PIECE_CHARS) {
            var end = border(text, start + Limits.PIECE_CHARS / 2, start + Limits.PIECE_CHARS);
            pieces.add(new Piece(start, end, section.heading));
            start = border(text, end - Limits.OVERLAP_CHARS, end - Limits.OVERLAP_CHARS / 2);
        }
        pieces.add(new Piece(start, section.end, section.heading));
    }

    /// The best place to part between two others.
    private static int border(String text, int from, int to) {
        var between = text.substring(from, to);                  // the rest of the text is long
        for (var border : BORDERS) {
            var at = between.lastIndexOf(border);
            if (at > 0) {
                return from + at + border.length();
            }
        }
        return Formats.whole(text, to);
    }
}
