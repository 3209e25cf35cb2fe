package io.github.doorwarden.sources.code;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Sections of a Markdown document: from a heading to the next one that is no deeper.
final class HeadingOutline {

    private static final Pattern HEADING = Pattern.compile("^(#{1,6})\\s+(.{1,200}?)\\s*#*\\s*$");

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
                if (match.matches()) {
                    headings.add(new Heading(match.group(1).length(), match.group(2), line));
                }
            }
        }
        return sections(headings, lines);
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
