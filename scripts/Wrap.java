import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Breaks lines of Java that are wider than 120 columns: comments between words, code where the fewest brackets are
/// open, strings between words when nothing else is left. Run by `scripts/fmt`. Text blocks stay as they are. A file
/// whose tokens would change is left alone.
class Wrap {
    private static final int COLUMNS_MAX = 120;
    private static final int CONTINUATION = 8;
    private static final char CODE = ' ';
    private static final char COMMENT = '/';
    private static final char STRING = '"';
    private static final char BLOCK = '#';

    private record Line(String text, boolean locked) { }

    public static void main(String[] files) throws IOException {
        for (String file : files) {
            Path path = Path.of(file);
            String before = Files.readString(path);
            if (before.lines().noneMatch(line -> line.length() > COLUMNS_MAX)) {
                continue;
            }
            String after = wrapped(before);
            if (!tokens(before).equals(tokens(after))) {
                System.err.println("left alone, its tokens would change: " + file);
            } else if (!before.equals(after)) {
                Files.writeString(path, after);
                System.out.println("wrapped " + file);
            }
        }
    }

    private static String wrapped(String text) {
        String kinds = kinds(text);
        Deque<Line> rest = new ArrayDeque<>();
        int at = 0;
        for (String line : text.lines().toList()) {
            rest.add(new Line(line, kinds.substring(at, at + line.length()).indexOf(BLOCK) >= 0));
            at += line.length() + 1;
        }
        var out = new ArrayList<String>();
        while (!rest.isEmpty()) {
            Line line = rest.poll();
            if (line.locked || line.text.length() <= COLUMNS_MAX) {
                out.add(line.text);
            } else if (line.text.strip().startsWith("//")) {
                comment(line.text, rest, out);
            } else {
                statement(line.text, rest, out);
            }
        }
        return String.join("\n", out) + "\n";
    }

    /// Cuts at a blank and carries what is left into the next line of the same paragraph.
    private static void comment(String line, Deque<Line> rest, List<String> out) {
        int text = line.indexOf("//");
        while (text < line.length() && line.charAt(text) == '/') {
            text++;
        }
        String prefix = line.substring(0, text) + " ";
        String hanging = line.substring(text).strip().startsWith("- ") ? "  " : "";
        int cut = line.lastIndexOf(' ', COLUMNS_MAX);
        if (cut <= prefix.length()) {
            out.add(line);
            return;
        }
        out.add(line.substring(0, cut).stripTrailing());
        String next = rest.isEmpty() ? "" : rest.peek().text;
        boolean continues = next.startsWith(prefix) && next.substring(prefix.length()).matches("[\\p{L}`(\\[].*");
        String carried = line.substring(cut).strip()
                + (continues ? " " + rest.poll().text.substring(prefix.length()) : "");
        rest.push(new Line(prefix + hanging + carried, false));
    }

    private static void statement(String given, Deque<Line> rest, List<String> out) {
        String line = given;
        String indent = line.substring(0, line.length() - line.stripLeading().length());
        int note = kinds(line).indexOf(COMMENT);
        if (note > 0) {
            String said = line.substring(note).replaceAll(" {2,}", " ");
            line = line.substring(0, note).stripTrailing();
            if (line.length() + 1 + said.length() <= COLUMNS_MAX) {
                out.add(line + " " + said);
                return;
            }
            rest.push(new Line(line, false));
            rest.push(new Line(indent + said, false));
            return;
        }
        String above = out.reversed().stream().filter(text -> !text.isBlank()).findFirst().orElse("").strip();
        boolean continues = !above.matches(".*[;{}]|.*//.*|@\\w+(\\(.*\\))?|");
        String next = continues ? indent : indent + " ".repeat(CONTINUATION);
        while (line.length() > COLUMNS_MAX) {
            int cut = best(line);
            if (cut > 0) {
                out.add(line.substring(0, cut).stripTrailing());
                line = next + line.substring(cut).strip();
                continue;
            }
            cut = insideString(line);
            if (cut < 0) {
                break;
            }
            out.add(line.substring(0, cut) + "\"");
            line = next + "+ \"" + line.substring(cut);
        }
        out.add(line);
    }

    /// The offset to break at: among those that fit, the one with the fewest open brackets, then the rightmost.
    private static int best(String line) {
        String kinds = kinds(line);
        int indent = line.length() - line.stripLeading().length();
        int found = -1;
        int lowest = Integer.MAX_VALUE;
        int depth = 0;
        for (int at = 0; at < Math.min(line.length(), COLUMNS_MAX); at++) {
            if (kinds.charAt(at) != CODE) {
                continue;
            }
            char c = line.charAt(at);
            depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            int cut = cutAt(line, at);
            if (cut > indent + 30 && cut <= COLUMNS_MAX + 1 && cut < line.stripTrailing().length() && depth <= lowest) {
                lowest = depth;
                found = cut;
            }
        }
        return found;
    }

    private static int cutAt(String line, int at) {
        for (String after : List.of(", ", "; ", " -> ", " = ", "{ ")) {
            if (line.startsWith(after, at)) {
                return at + after.length();
            }
        }
        for (String before : List.of(" ? ", " : ", " && ", " || ", " + ", " implements ", " throws ", " permits ",
                " } ")) {
            if (line.startsWith(before, at)) {
                return at + 1;
            }
        }
        return line.startsWith(").", at) || line.startsWith("(", at) && !line.startsWith("()", at) ? at + 1 : -1;
    }

    /// After the last blank that fits inside the string that crosses the edge; never in one that a method is called on.
    private static int insideString(String line) {
        String kinds = kinds(line);
        int edge = COLUMNS_MAX - 1;
        if (kinds.charAt(edge) != STRING && kinds.charAt(edge - 1) != STRING) {
            return -1;
        }
        int inside = kinds.charAt(edge) == STRING ? edge : edge - 1;
        int start = kinds.lastIndexOf(CODE, inside) + 1;
        int end = kinds.indexOf(CODE, inside);
        if (line.charAt(start) != '"' || end > 0 && line.charAt(end) == '.') {
            return -1;
        }
        int cut = line.lastIndexOf(' ', edge - 1) + 1;
        return cut > start + 10 ? cut : -1;
    }

    /// For each character of the text, what it belongs to.
    private static String kinds(String text) {
        var out = new StringBuilder();
        while (out.length() < text.length()) {
            int at = out.length();
            String opened = text.startsWith("\"\"\"", at) ? "\"\"\"" : text.startsWith("//", at) ? "//"
                    : text.startsWith("/*", at) ? "/*"
                    : "\"'".indexOf(text.charAt(at)) >= 0 ? text.substring(at, at + 1) : "";
            if (opened.isEmpty()) {
                out.append(CODE);
                continue;
            }
            String closed = opened.equals("//") ? "\n" : opened.equals("/*") ? "*/" : opened;
            int end = at + opened.length();
            while (end < text.length() && !text.startsWith(closed, end)) {
                end += text.charAt(end) == '\\' && !opened.startsWith("/") ? 2 : 1;
            }
            end = Math.min(text.length(), opened.equals("//") ? end : end + closed.length());
            char kind = opened.startsWith("/") ? COMMENT : opened.length() == 3 ? BLOCK : STRING;
            out.append(String.valueOf(kind).repeat(end - at));
        }
        return out.toString();
    }

    /// What must stay the same: everything but comments, blanks in code, and the joints of strings.
    private static String tokens(String text) {
        String kinds = kinds(text);
        var out = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char kind = kinds.charAt(at);
            if (kind == STRING || kind == BLOCK || kind == CODE && !Character.isWhitespace(text.charAt(at))) {
                out.append(text.charAt(at));
            }
        }
        return out.toString().replace("\"+\"", "");
    }
}
