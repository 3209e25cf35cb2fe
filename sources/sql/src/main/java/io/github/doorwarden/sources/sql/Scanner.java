package io.github.doorwarden.sources.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads SQL as far as it must be read to know what is a parameter, a word or the end of a statement, and what only
/// looks like one inside a text, a quoted name or a comment. Throws IllegalArgumentException with a clause that goes on
/// after the name of what is read.
final class Scanner {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /// A piece of a statement.
    sealed interface Part {

        /// As it goes to the driver.
        record Text(String sql) implements Part {}

        /// `:name`.
        record Value(String name) implements Part {}

        /// `{name}`.
        record Fragment(String name) implements Part {}
    }

    /// A word outside texts, quoted names and comments.
    ///
    /// @param upper in capitals
    /// @param after what stands before it: the last character that is no blank, 0 at the beginning, `a` for a word
    /// @param depth parentheses that it stands in
    record Word(String upper, char after, int depth) {}

    private final String sql;
    private final Engine engine;
    private final List<Part> parts = new ArrayList<>();
    private final List<Word> words = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int at;
    private char last;
    private int depth;
    private boolean ended;

    private Scanner(String sql, Engine engine) {
        this.sql = sql;
        this.engine = engine;
    }

    /// @param words of the whole, in order
    record Scanned(List<Part> parts, List<Word> words) {}

    static Scanned scan(String sql, Engine engine) {
        var scanner = new Scanner(sql, engine);
        while (scanner.at < sql.length()) {
            scanner.next();
        }
        scanner.flush();
        return new Scanned(List.copyOf(scanner.parts), List.copyOf(scanner.words));
    }

    private void next() {
        var c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            take(1);
        } else if (sql.startsWith("--", at) || c == '#' && engine.hashComments()) {
            take(end("\n"));
        } else if (sql.startsWith("/*", at)) {
            comment();
        } else if (c == ';') {
            ended = true;                                        // dropped: there is one statement, and this ends it
            at++;
        } else if (ended) {
            throw new IllegalArgumentException("has something after its semicolon. A tool is one statement: remove the "
                    + "rest, or make it a tool of its own.");
        } else {
            significant(c);
        }
    }

    private void significant(char c) {
        if (c == '\'' || c == '"') {
            quoted(c, engine.backslashes() || c == '\'' && escaped());
        } else if (c == '`' && engine.backtickNames() || c == '[' && engine.bracketNames()) {
            quoted(c == '[' ? ']' : '`', false);
        } else if (c == '$' && engine.dollarQuotes()) {
            dollar();
        } else if (c == ':') {
            colon();
        } else if (c == '{') {
            fragment();
        } else if (c == '?') {
            question();
        } else if (Character.isLetter(c) || c == '_') {
            word();
        } else {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            last = c;
            take(1);
        }
    }

    private void take(int characters) {
        text.append(sql, at, at + characters);
        at += characters;
    }

    /// Characters up to and with the next occurrence, or to the end.
    private int end(String of) {
        var found = sql.indexOf(of, at);
        return (found < 0 ? sql.length() : found + of.length()) - at;
    }

    private void comment() {
        if (sql.startsWith("/*!", at) || sql.startsWith("/*M!", at)) {
            throw new IllegalArgumentException("has a comment that MySQL runs (/*!). Write it without.");
        }
        var depth = 0;
        var from = at;
        do {
            if (sql.startsWith("/*", at) && (depth == 0 || engine.nestedComments())) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else if (++at > sql.length()) {
                throw new IllegalArgumentException("has a comment that is not closed. Write */ where it ends.");
            }
        } while (depth > 0);
        var comment = sql.substring(from, at);
        if (comment.contains("/*/") || comment.contains("*/*")) {
            throw new IllegalArgumentException("has /*/ or */* in a comment, which databases and their drivers read "
                    + "differently. Write a blank between.");
        }
        text.append(comment);
    }

    /// Whether the text that begins here is one with backslashes: `E'…'`.
    private boolean escaped() {
        return engine == Engine.POSTGRESQL && text.toString().matches("(?s)(.*[^A-Za-z0-9_$])?[eE]");
    }

    private void quoted(char close, boolean backslashes) {
        var from = at++;
        while (true) {
            if (at >= sql.length()) {
                throw new IllegalArgumentException("has a " + sql.charAt(from) + " without its " + close
                        + " after it. Write it where the text or the name ends.");
            }
            var c = sql.charAt(at++);
            if (c == '\\' && backslashes) {
                at++;
            } else if (c == close) {
                if (at >= sql.length() || sql.charAt(at) != close) {
                    break;
                }
                at++;
            }
        }
        text.append(sql, from, at);
        last = close;
    }

    private void dollar() {
        var tag = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)?\\$").matcher(sql).region(at, sql.length());
        var before = at == 0 ? ' ' : sql.charAt(at - 1);
        if (!tag.lookingAt() || Character.isJavaIdentifierPart(before)) {   // 1$x$: readers of SQL differ
            throw new IllegalArgumentException("has a $ that begins no text. Write parameters as :name.");
        }
        var from = at;
        at = tag.end();
        var end = sql.indexOf(tag.group(), at);
        if (end < 0) {
            throw new IllegalArgumentException("has a " + tag.group() + " without its end. Write " + tag.group()
                    + " where the text ends.");
        }
        at = end + tag.group().length();
        text.append(sql, from, at);
        last = '\'';
    }

    private void colon() {
        var name = NAME.matcher(sql).region(Math.min(at + 1, sql.length()), sql.length());
        if (sql.startsWith("::", at) || sql.startsWith(":=", at)) {
            last = ':';
            take(2);
        } else if (name.lookingAt()) {
            flush();
            parts.add(new Part.Value(name.group()));
            at = name.end();
            last = '?';
        } else {
            last = ':';
            take(1);
        }
    }

    private void fragment() {
        var name = NAME.matcher(sql).region(at + 1, sql.length());
        if (!name.lookingAt() || name.end() >= sql.length() || sql.charAt(name.end()) != '}') {
            throw new IllegalArgumentException("has a { that begins no {name} of a parameter with a when. JDBC's own "
                    + "escapes are not spoken: write the database's SQL.");
        }
        flush();
        parts.add(new Part.Fragment(name.group()));
        at = name.end() + 1;
    }

    private void question() {
        if (engine != Engine.POSTGRESQL) {
            throw new IllegalArgumentException("has a ?. Write parameters as :name, and declare them under "
                    + "parameters.");
        }
        text.append("??");                                       // an operator on JSON; the driver wants it doubled
        at += sql.startsWith("??", at) ? 2 : 1;
        last = '?';
    }

    private void word() {
        var from = at;
        while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_'
                || sql.charAt(at) == '$')) {
            at++;
        }
        text.append(sql, from, at);
        words.add(new Word(sql.substring(from, at).toUpperCase(Locale.ROOT), last, depth));
        last = 'a';
    }

    private void flush() {
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text.toString()));
            text.setLength(0);
        }
    }
}
