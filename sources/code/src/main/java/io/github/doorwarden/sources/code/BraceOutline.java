package io.github.doorwarden.sources.code;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Definitions in languages with braces, line by line: a pattern says where one begins, its brackets where it ends.
final class BraceOutline {

    /// @param pattern group 1 is the name
    private record Form(String kind, Pattern pattern) {

        static Form of(String kind, String pattern) {
            return new Form(kind, Pattern.compile(pattern));
        }
    }

    private static final Set<String> WORDS = Set.of("if", "for", "while", "switch", "catch", "return", "else", "do",
            "new", "throw", "try", "sizeof", "when", "match", "function", "super", "this", "await", "yield", "case",
            "assert", "synchronized", "using", "foreach", "lock");
    private static final String MODIFIERS = "^\\s*(?:(?:public|private|protected|internal|static|final|abstract|sealed"
            + "|non-sealed|open|override|suspend|inline|data|export|default|async|declare|readonly|virtual|partial"
            + "|unsafe|extern|const|pub(?:\\([a-z ]{1,20}\\))?|fileprivate|lazy|case|implicit|mutating|inner|value"
            + "|companion|tailrec|operator|strictfp|synchronized|native)\\s+){0,8}";
    private static final Form TYPE = Form.of("class", MODIFIERS + "(?:class|interface|enum(?:\\s+class)?|struct|trait"
            + "|object|record|union|protocol|extension|namespace|annotation\\s+class|@interface)\\s+([A-Za-z_$][\\w$]*)");
    private static final Form ANY_METHOD = Form.of("function", MODIFIERS + "(?:[\\w$<>\\[\\],.?&*:~]{1,80}\\s+"
            + "[*&]{0,2}){0,4}([A-Za-z_$~][\\w$:]{0,100})\\s{0,3}\\([^;]{0,500}$");
    private static final List<Form> JAVASCRIPT = List.of(TYPE,
            Form.of("function", MODIFIERS + "function\\s*\\*?\\s*([A-Za-z_$][\\w$]*)"),
            Form.of("function", MODIFIERS + "(?:const|let|var)\\s+([A-Za-z_$][\\w$]*)\\s*(?::[^=]{1,200})?=\\s*"
                    + "(?:async\\s*)?(?:function\\b|\\([^)]{0,300}\\)\\s*(?::[^=]{1,100})?=>|[\\w$]+\\s*=>)"),
            Form.of("type", MODIFIERS + "type\\s+([A-Za-z_$][\\w$]*)\\s*(?:<[^=]{0,100})?="),
            Form.of("method", MODIFIERS + "(?:get\\s+|set\\s+|\\*\\s*)?(#?[A-Za-z_$][\\w$]*)\\s*(?:<[^>]{0,100}>)?"
                    + "\\([^;]{0,300}\\{\\s*$"),
            Form.of("constant", "^(?:export\\s+)?const\\s+([A-Za-z_$][\\w$]*)"));
    private static final List<Form> GO = List.of(
            Form.of("method", "^func\\s+\\([^)]{1,100}\\)\\s*([A-Za-z_]\\w*)"),
            Form.of("function", "^func\\s+([A-Za-z_]\\w*)"),
            Form.of("type", "^(?:type\\s+|\\t)([A-Za-z_]\\w*)(?:\\[[^]]{1,60}])?\\s+(?:struct|interface|func|map)\\b"),
            Form.of("type", "^type\\s+([A-Za-z_]\\w*)\\s"),
            Form.of("constant", "^(?:const|var)\\s+([A-Za-z_]\\w*)\\b"));
    private static final List<Form> RUST = List.of(
            Form.of("function", MODIFIERS + "fn\\s+([A-Za-z_]\\w*)"), TYPE,
            Form.of("implementation", "^\\s*(?:unsafe\\s+)?impl(?:<[^{]{0,80}>)?\\s+(?:[\\w:<>,' ]{1,80}\\s+for\\s+)?"
                    + "([A-Za-z_]\\w*)"),
            Form.of("module", MODIFIERS + "mod\\s+([A-Za-z_]\\w*)"),
            Form.of("type", MODIFIERS + "type\\s+([A-Za-z_]\\w*)"),
            Form.of("macro", "^\\s*macro_rules!\\s*([A-Za-z_]\\w*)"),
            Form.of("constant", MODIFIERS + "(?:const|static)\\s+([A-Z_]\\w*)\\s*:"));
    private static final List<Form> KOTLIN = List.of(TYPE,
            Form.of("function", MODIFIERS + "(?:fun|func|def)\\s+(?:<[^>]{1,80}>\\s*)?(?:[\\w<>?]{1,60}\\.)?"
                    + "`?([A-Za-z_]\\w*)"),
            Form.of("property", "^\\s{0,8}(?:(?:public|private|protected|internal|override|lateinit|const|lazy"
                    + "|static)\\s+){0,4}(?:val|var|let)\\s+([A-Za-z_]\\w*)"));
    private static final List<Form> SHELL = List.of(
            Form.of("function", "^\\s*(?:function\\s+)?([A-Za-z_][\\w:-]*)\\s*\\(\\)"),
            Form.of("function", "^\\s*function\\s+([A-Za-z_][\\w:-]*)"));
    private static final List<Form> PHP = List.of(TYPE,
            Form.of("function", MODIFIERS + "function\\s+&?\\s*([A-Za-z_]\\w*)"));
    private static final List<Form> OTHERS = List.of(TYPE,
            Form.of("macro", "^\\s*#\\s*define\\s+([A-Za-z_]\\w*)"), ANY_METHOD);

    private final List<String> lines;
    private final String bare;
    private final SourceText blanked;
    private final List<Symbol> found = new ArrayList<>();
    private int left = Limits.SCANNED_CHARS;

    private BraceOutline(Language language, SourceText text) {
        this.lines = text.all();
        this.bare = Blanked.of(text.text(), language == Language.SHELL || language == Language.PHP,
                language != Language.RUST && language != Language.C && language != Language.CPP);
        this.blanked = new SourceText(bare);
    }

    static List<Symbol> of(Language language, SourceText text) {
        var outline = new BraceOutline(language, text);
        outline.read(switch (language) {
            case JAVASCRIPT, TYPESCRIPT -> JAVASCRIPT;
            case GO -> GO;
            case RUST -> RUST;
            case KOTLIN, SCALA, SWIFT -> KOTLIN;
            case SHELL -> SHELL;
            case PHP -> PHP;
            default -> OTHERS;
        });
        return outline.found;
    }

    private void read(List<Form> forms) {
        var open = new ArrayList<Symbol>();
        for (var line = 1; line <= blanked.lines() && found.size() < Limits.SYMBOLS; line++) {
            var declaration = blanked.line(line);
            if (declaration.isBlank() || declaration.length() > 500) {
                continue;
            }
            var here = line;
            open.removeIf(symbol -> symbol.to() < here);
            for (var form : forms) {
                var match = form.pattern.matcher(declaration);
                if (match.find() && mayStand(match.group(1), form, open, declaration)) {
                    var symbol = new Symbol(match.group(1), kind(form, declaration), scope(open), lines.get(line - 1)
                            .strip(), line, end(line), Outline.begin(lines, line));
                    found.add(symbol);
                    if (open.size() < Limits.SCOPES) {
                        open.add(symbol);
                    }
                    break;
                }
            }
        }
    }

    /// What looks like a method within a function is a call.
    private static boolean mayStand(String name, Form form, List<Symbol> open, String declaration) {
        if (form != ANY_METHOD && !form.kind.equals("method") && !form.kind.equals("property")) {
            return true;
        }
        return !WORDS.contains(name) && open.stream()
                .noneMatch(symbol -> symbol.kind().equals("function") || symbol.kind().equals("method"))
                && !declaration.contains(" = ") || form.kind.equals("method") && declaration.startsWith("func");
    }

    private static String kind(Form form, String declaration) {
        if (form != TYPE) {
            return form.kind;
        }
        for (var kind : List.of("interface", "enum", "struct", "trait", "object", "record", "union", "protocol",
                "namespace", "extension")) {
            if (declaration.matches("(?:[^({]{0,100}\\s)?" + kind + "\\b.*")) {
                return kind;
            }
        }
        return "class";
    }

    private static String scope(List<Symbol> open) {
        return String.join(".", open.stream().map(Symbol::name).toList());
    }

    /// Where the first bracket that opens from this line on is closed again; the line itself where a statement ends
    /// before.
    private int end(int line) {
        var depth = 0;
        var opened = false;
        for (var at = blanked.start(line); at < bare.length() && left > 0; at++, left--) {
            switch (bare.charAt(at)) {
                case '{' -> {
                    depth++;
                    opened = true;
                }
                case '}' -> depth--;
                case ';' -> {
                    if (!opened) {
                        return Math.max(line, blanked.lineOf(at));
                    }
                }
                case '\n' -> {
                    if (!opened && isWhole(at)) {
                        return Math.max(line, blanked.lineOf(at));
                    }
                }
                default -> { }
            }
            if (opened && depth <= 0) {
                return Math.max(line, blanked.lineOf(at));
            }
        }
        return left > 0 ? Math.max(line, blanked.lines()) : line;
    }

    /// Whether a declaration without braces ends with its line: the next one begins no block and continues nothing.
    private boolean isWhole(int lineEnd) {
        var before = lineEnd == 0 ? ' ' : last(lineEnd);
        var next = lineEnd + 1;
        while (next < bare.length() && (bare.charAt(next) == ' ' || bare.charAt(next) == '\t')) {
            next++;
        }
        var after = next < bare.length() ? bare.charAt(next) : '\n';
        return "(,=:&|+.>".indexOf(before) < 0 && "{:)>,|&?.".indexOf(after) < 0
                && !bare.startsWith("where", next) && !bare.startsWith("throws", next)
                && !bare.startsWith("extends", next) && !bare.startsWith("implements", next);
    }

    private char last(int end) {
        var at = end - 1;
        while (at > 0 && Character.isWhitespace(bare.charAt(at))) {
            at--;
        }
        return bare.charAt(at);
    }
}
