import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Breaks lines of Java that are wider than 120 columns: comments between words, code where the fewest brackets are
/// open. Run by
/// `scripts/fmt`. It only ever adds line breaks; a file whose code would change otherwise is left alone.
class Wrap {
    private static final int COLUMNS_MAX = 120;
    private static final int CONTINUATION = 8;

    public static void main(String[] files) throws IOException {
        for (String file : files) {
            Path path = Path.of(file);
            String before = Files.readString(path);
            if (before.lines().noneMatch(line -> line.length() > COLUMNS_MAX)) {
                continue;
            }
            String after = wrapped(before.lines().toList());
            if (code(before).equals(code(after)) && !before.equals(after)) {
                Files.writeString(path, after);
                System.out.println("wrapped " + file);
            }
        }
    }

    private static String wrapped(List<String> lines) {
        var out = new ArrayList<String>();
        var rest = new ArrayList<>(lines);
        boolean block = false;
        while (!rest.isEmpty()) {
            String line = rest.removeFirst();
            boolean opens = line.split("\"\"\"", -1).length % 2 == 0;
            if (block || opens || line.length() <= COLUMNS_MAX) {
                out.add(line);
            } else if (line.strip().startsWith("//")) {
                comment(line, rest, out);
            } else {
                statement(line, out);
            }
            block ^= opens;
        }
        return String.join("\n", out) + "\n";
    }

    /// Cuts at a blank and carries what is left into the next line of the same paragraph.
    private static void comment(String line, List<String> rest, List<String> out) {
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
        String carried = line.substring(cut).strip();
        boolean continues = !rest.isEmpty() && rest.getFirst().startsWith(prefix)
                && Character.isLetterOrDigit(rest.getFirst()
                .charAt(Math.min(prefix.length(), rest.getFirst().length() - 1)))
                && !rest.getFirst().substring(prefix.length()).matches("\\d+\\..*");
        rest.addFirst(prefix + hanging + carried
                + (continues ? " " + rest.removeFirst().substring(prefix.length()) : ""));
    }

    private static void statement(String line, List<String> out) {
        String bare = bare(line);
        int note = bare.length() < line.length() ? bare.length() : -1;
        String indent = line.substring(0, line.length() - line.stripLeading().length());
        if (note > 0 && !bare.isBlank()) {
            comment(indent + line.substring(note), new ArrayList<>(), out);
            line = bare.stripTrailing();
            bare = line;
        }
        String above = out.reversed().stream().filter(text -> !text.isBlank()).findFirst().orElse("").strip();
        boolean continues = !above.matches(".*[;{}]|.*->|//.*|@\\w+(\\(.*\\))?|.*\\*/|") || above.endsWith("->");
        String next = continues ? indent : indent + " ".repeat(CONTINUATION);
        while (line.length() > COLUMNS_MAX) {
            int cut = best(line);
            if (cut < 0) {
                break;
            }
            out.add(line.substring(0, cut).stripTrailing());
            line = next + line.substring(cut).strip();
        }
        out.add(line);
    }

    /// The offset to break at: among those that fit, the one with the fewest open brackets, then the rightmost.
    private static int best(String line) {
        String bare = masked(line);
        int indent = line.length() - line.stripLeading().length();
        int found = -1;
        int lowest = Integer.MAX_VALUE;
        int depth = 0;
        for (int at = 0; at < Math.min(bare.length(), COLUMNS_MAX); at++) {
            char c = bare.charAt(at);
            depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            int cut = cutAt(bare, at);
            if (cut > indent + 30 && cut <= COLUMNS_MAX + 1 && cut < bare.stripTrailing().length() && depth <= lowest) {
                lowest = depth;
                found = cut;
            }
        }
        return found;
    }

    private static int cutAt(String bare, int at) {
        for (String after : List.of(", ", "; ", " -> ", " = ", "{ ")) {
            if (bare.startsWith(after, at)) {
                return at + after.length();
            }
        }
        for (String before : List.of(" ? ", " : ", " && ", " || ", " + ", " implements ", " throws ", " permits ",
                " } ")) {
            if (bare.startsWith(before, at)) {
                return at + 1;
            }
        }
        return bare.startsWith(").", at) ? at + 1 : bare.charAt(at) == '(' ? at + 1 : -1;
    }

    /// The line up to its trailing comment, strings kept.
    private static String bare(String line) {
        int end = masked(line).indexOf("//");
        return end < 0 ? line : line.substring(0, end);
    }

    /// The line with the insides of strings and characters made harmless, at the same offsets.
    private static String masked(String line) {
        var out = new StringBuilder(line);
        char open = 0;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (open == 0 && (c == '"' || c == '\'')) {
                open = c;
            } else if (open == 0 && line.startsWith("//", at)) {
                break;
            } else if (open != 0 && c == '\\') {
                out.setCharAt(at++, 'x');
                out.setCharAt(Math.min(at, line.length() - 1), 'x');
            } else if (open != 0 && c == open) {
                open = 0;
            } else if (open != 0) {
                out.setCharAt(at, 'x');
            }
        }
        return out.toString();
    }

    /// What must stay the same: the text without comment lines, trailing comments and white space.
    private static String code(String text) {
        var out = new StringBuilder();
        text.lines().filter(line -> !line.strip().startsWith("//"))
                .forEach(line -> out.append(bare(line).replaceAll("\\s+", "")));
        return out.toString();
    }
}
