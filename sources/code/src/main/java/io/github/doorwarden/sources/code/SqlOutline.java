package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a SQL script creates: up to the semicolon that ends a line, or the next statement of the kind.
final class SqlOutline {

    private static final Pattern CREATE = Pattern.compile("(?i)^\\s{0,8}(?:create|alter)\\s+(?:or\\s+replace\\s+)?"
            + "(?:unique\\s+|temporary\\s+|temp\\s+|materialized\\s+|external\\s+){0,3}(table|view|function|procedure"
            + "|trigger|index|type|sequence|schema|policy|domain|extension)\\s+(?:if\\s+not\\s+exists\\s+|only\\s+)?"
            + "[\"`\\[]?((?:\\w+[\"`\\]]?\\.[\"`\\[]?)?\\w+)");

    private SqlOutline() {}

    static List<Symbol> of(SourceText text) {
        var lines = text.all();
        var found = new ArrayList<Symbol>();
        for (var line = 1; line <= lines.size() && found.size() < Limits.SYMBOLS; line++) {
            var match = CREATE.matcher(lines.get(line - 1));
            if (match.find()) {
                found.add(new Symbol(match.group(2).replaceAll("[\"`\\[\\]]", ""), match.group(1)
                        .toLowerCase(Locale.ROOT), "", lines.get(line - 1).strip(), line, end(lines, line),
                        Outline.begin(lines, line)));
            }
        }
        return found;
    }

    private static int end(List<String> lines, int line) {
        var body = false;
        for (var next = line; next <= lines.size(); next++) {
            var text = lines.get(next - 1);
            if (next > line && CREATE.matcher(text).find()) {
                return next - 1;
            }
            var quotes = text.split("\\$\\w*\\$", -1).length - 1;
            body ^= quotes % 2 == 1;
            if (!body && text.stripTrailing().endsWith(";")) {
                return next;
            }
        }
        return lines.size();
    }
}
