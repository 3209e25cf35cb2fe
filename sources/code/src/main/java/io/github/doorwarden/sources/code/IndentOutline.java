package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Definitions in languages whose blocks are seen by how far their lines are indented.
final class IndentOutline {

    private static final Pattern PYTHON = Pattern.compile("^([ \\t]*)(?:async\\s+)?(def|class)\\s+([A-Za-z_]\\w*)");
    private static final Pattern PYTHON_CONSTANT = Pattern.compile("^()()([A-Z][A-Z0-9_]{2,60})\\s*(?::[^=]{1,80})?=");
    private static final Pattern RUBY = Pattern.compile("^([ \\t]*)(def|class|module)\\s+(?:self\\.)?"
            + "([A-Za-z_][\\w:]*[?!=]?)");
    private static final Pattern YAML = Pattern.compile("^([ ]*)()([\"']?[A-Za-z0-9_./-]{1,80}[\"']?)\\s*:(?:\\s|$)");

    private IndentOutline() {}

    static List<Symbol> python(SourceText text) {
        var lines = text.all();
        var found = new ArrayList<Symbol>();
        var inString = false;
        for (var line = 1; line <= lines.size(); line++) {
            var code = lines.get(line - 1);
            var quotes = code.split("\"\"\"|'''", -1).length - 1;
            if (!inString) {
                var match = PYTHON.matcher(code);
                if (match.find()) {
                    var kind = match.group(2).equals("class") ? "class" : match.group(1).isEmpty() ? "function"
                            : "method";
                    add(found, lines, line, match.group(3), kind, end(lines, line, false));
                } else {
                    var constant = PYTHON_CONSTANT.matcher(code);
                    if (constant.find()) {
                        add(found, lines, line, constant.group(3), "constant", end(lines, line, false));
                    }
                }
            }
            inString ^= quotes % 2 == 1;
        }
        return found;
    }

    static List<Symbol> ruby(SourceText text) {
        var lines = text.all();
        var found = new ArrayList<Symbol>();
        for (var line = 1; line <= lines.size(); line++) {
            var match = RUBY.matcher(lines.get(line - 1));
            if (match.find()) {
                add(found, lines, line, match.group(3), match.group(2).equals("def") ? "method" : match.group(2),
                        end(lines, line, true));
            }
        }
        return found;
    }

    /// Keys of the first two levels: deeper ones are values.
    static List<Symbol> yaml(SourceText text) {
        var lines = text.all();
        var found = new ArrayList<Symbol>();
        for (var line = 1; line <= lines.size(); line++) {
            var match = YAML.matcher(lines.get(line - 1));
            if (match.find() && (indent(lines.get(line - 1)) == 0 || !found.isEmpty()
                    && indent(lines.get(line - 1)) <= 2)) {
                add(found, lines, line, match.group(3).replaceAll("[\"']", ""), "key", end(lines, line, false));
            }
        }
        return found;
    }

    private static void add(List<Symbol> found, List<String> lines, int line, String name, String kind, int end) {
        if (found.size() >= Limits.SYMBOLS) {
            return;
        }
        var around = new ArrayList<String>();
        for (var each : found) {
            if (each.to() >= line && !each.kind().equals("constant") && around.size() < Limits.SCOPES) {
                around.add(each.name());
            }
        }
        found.add(new Symbol(name, kind, String.join(".", around), lines.get(line - 1).strip(), line, end,
                Outline.begin(lines, line)));
    }

    /// The last line that is indented deeper.
    ///
    /// @param closed whether the block ends with a word at its own depth
    private static int end(List<String> lines, int line, boolean closed) {
        var depth = indent(lines.get(line - 1));
        var last = line;
        for (var next = line + 1; next <= lines.size(); next++) {
            var text = lines.get(next - 1);
            if (text.isBlank()) {
                continue;
            }
            if (indent(text) <= depth) {
                var rest = text.strip();
                if (closed && rest.equals("end")) {
                    return next;
                }
                // What closes the brackets of a declaration over several lines.
                if (!rest.startsWith(")") && !rest.startsWith("]") && !rest.startsWith("}")) {
                    return last;
                }
            }
            last = next;
        }
        return last;
    }

    private static int indent(String line) {
        var width = 0;
        for (var i = 0; i < line.length(); i++) {
            switch (line.charAt(i)) {
                case ' ' -> width++;
                case '\t' -> width += 8;
                default -> {
                    return width;
                }
            }
        }
        return width;
    }
}
