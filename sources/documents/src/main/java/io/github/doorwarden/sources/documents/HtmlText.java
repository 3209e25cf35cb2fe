package io.github.doorwarden.sources.documents;

import java.util.Set;
import java.util.TreeSet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/// What a person reads of an HTML page: headings as Markdown lines, paragraphs, lists, cells. Scripts, styles and
/// whatever else is not shown are not text. `<title>`, `<link rel=canonical>`, and the `<meta>` names `labels` (with
/// commas) and `date` are what front matter is elsewhere.
final class HtmlText {

    private static final String UNSHOWN = "script, style, template, noscript, svg, iframe, object, head, [hidden], "
            + "[aria-hidden=true]";
    private static final Set<String> CELLS = Set.of("td", "th");

    private HtmlText() {}

    static Extracted read(String html) throws Unreadable {
        var page = Jsoup.parse(html);
        var labels = new TreeSet<String>();
        for (var meta : page.select("meta[name=labels]")) {
            for (var label : meta.attr("content").split(",")) {
                labels.add(FrontMatter.label(label));
            }
        }
        var title = page.title().isBlank() ? page.select("h1").stream().filter(Element::hasText).findFirst()
                .map(Element::text).orElse("") : page.title();
        var url = page.select("link[rel=canonical]").attr("href");
        var date = page.select("meta[name=date]").attr("content").strip();
        return new Extracted(title.strip(), url.strip(), date, FrontMatter.bounded(labels), text(page));
    }

    private static String text(Document page) {
        page.select(UNSHOWN).remove();
        var out = new Writing();
        page.body().filter(out);
        // Each run of blanks is looked at once, however long it is.
        return out.text.toString().replaceAll("(?<![ \\t])[ \\t]++\\n", "\n").replaceAll("\\n{3,}", "\n\n").strip();
    }

    private static final class Writing implements NodeFilter {

        private final StringBuilder text = new StringBuilder();

        @Override
        public FilterResult head(Node node, int depth) {
            if (node instanceof TextNode words) {
                var pre = words.parent() instanceof Element parent && parent.tag().normalName().equals("pre");
                add(pre ? words.getWholeText() : words.text());
            } else if (node instanceof Element element) {
                var name = element.normalName();
                if (name.matches("h[1-6]")) {
                    paragraph();
                    text.append("#".repeat(name.charAt(1) - '0')).append(' ');
                } else if (name.equals("li")) {
                    line();
                    text.append("- ");
                } else if (name.equals("br") || name.equals("tr")) {
                    line();
                } else if (element.isBlock() && !CELLS.contains(name)) {
                    paragraph();
                }
            }
            return onward();
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element) {
                if (CELLS.contains(element.normalName())) {
                    text.append(" | ");
                } else if (element.isBlock()) {
                    paragraph();
                }
            }
            return onward();
        }

        private FilterResult onward() {
            return text.length() < Limits.TEXT_CHARS ? FilterResult.CONTINUE : FilterResult.STOP;
        }

        /// Blanks at the beginning of a line are the layout of the source.
        private void add(String words) {
            var more = text.isEmpty() || text.charAt(text.length() - 1) == '\n' ? words.stripLeading() : words;
            text.append(more, 0, Formats.whole(more, Math.min(more.length(), Limits.TEXT_CHARS - text.length())));
        }

        private void line() {
            if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
        }

        private void paragraph() {
            // a list's item keeps its mark in front
            if (text.length() >= 2 && text.substring(text.length() - 2).equals("- ")) {
                return;
            }
            line();
            if (text.length() >= 2 && text.charAt(text.length() - 2) != '\n') {
                text.append('\n');
            }
        }
    }
}
