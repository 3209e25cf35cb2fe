package io.github.doorwarden.sources.code;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Sections of a Markdown document: from a heading to the next one that is no deeper.
final class HeadingOutline {

    private static final Pattern HEADING = Pattern.compile("(?s)(#{1,6})\\s++(.++)");

    private record Heading(int depth, String title, int line) {}

    private HeadingOutline() {}

    static List<Symbol> of(SourceText text) {
        var headings = new ArrayList<Heading>();
        var lines = text.all();
        var fence = "";
        for (var line = 1; line <= lines.size() && headings.size() < Limits.SYMBOLS; line++) {
            var stripped = lines.get(line - 1).strip();
            if (fence.isEmpty() && (stripped.startsWith("```") || stripped.startsWith("~~~"))) {
                fence = stripped.substring(0, 3);
            } else if (!fence.isEmpty()) {
                fence = stripped.startsWith(fence) ? "" : fence;
            } else {
                var match = HEADING.matcher(lines.get(line - 1));
                var title = match.matches() ? title(match.group(2)) : "";
                if (!title.isEmpty() && title.length() <= Limits.TITLE_CHARS) {
                    headings.add(new Heading(match.group(1).length(), title, line));
                }
            }
        }
        return sections(headings, lines);
    }

    /// Without the marks that may close it; each character is looked at once.
    private static String title(String words) {
        var title = words.strip();
        var end = title.length();
        while (end > 0 && title.charAt(end - 1) == '#') {
            end--;
        }
        return title.substring(0, end).strip();
    }

    private static List<Symbol> sections(List<Heading> headings, List<String> lines) {
        var found = new ArrayList<Symbol>();
        var above = new ArrayDeque<Heading>();
        for (var i = 0; i < headings.size(); i++) {
            var heading = headings.get(i);
            while (!above.isEmpty() && above.peekLast().depth >= heading.depth) {
                above.removeLast();
            }
            var end = lines.size();
            for (var next = i + 1; next < headings.size(); next++) {
                if (headings.get(next).depth <= heading.depth) {
                    end = headings.get(next).line - 1;
                    break;
                }
            }
            found.add(new Symbol(heading.title, "section", String.join(" > ", above.stream().map(Heading::title)
                    .toList()), lines.get(heading.line - 1).strip(), heading.line, Math.max(heading.line, end),
                    heading.line));
            above.addLast(heading);
        }
        return found;
    }
}
