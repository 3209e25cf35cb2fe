package io.github.doorwarden.sources.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/// Makes words of code: each identifier as it is, and where it has parts (`camelCase`, `snake_case`, `HTTPServer2`)
/// each of them too, in lower case and without English endings. Parts lie where the whole lies, so they do not make a
/// text longer. Safe for use by many threads.
final class CodeAnalyzer extends Analyzer {

    /// What questions are full of and code says nothing by.
    private static final Set<String> ASKING = Set.of("a", "an", "the", "is", "are", "was", "be", "do", "does", "how",
            "what", "where", "which", "who", "when", "why", "of", "to", "in", "on", "at", "and", "or", "that", "this",
            "it", "its", "we", "i", "you", "can", "with", "from", "by", "there", "has", "have", "code", "find", "show",
            "me", "for");

    @Override
    protected TokenStreamComponents createComponents(String field) {
        var source = new Words();
        return new TokenStreamComponents(source, new PorterStemFilter(source));
    }

    /// Different ones, in their order; without those that only ask, unless there are no others.
    Set<String> words(String query) {
        var all = new LinkedHashSet<String>();
        var asking = new LinkedHashSet<String>();
        for (var part : query.split("\\s+")) {
            var bare = part.replaceAll("^\\W+|\\W+$", "");
            (ASKING.contains(bare.toLowerCase(Locale.ROOT)) && bare.equals(bare.toLowerCase(Locale.ROOT))
                    || ASKING.contains(bare.toLowerCase(Locale.ROOT)) && all.isEmpty() ? asking : all)
                    .addAll(stems(part));
        }
        return first(all.isEmpty() ? asking : all);
    }

    private static Set<String> first(Set<String> words) {
        var some = new LinkedHashSet<String>();
        words.stream().limit(Limits.QUERY_TERMS).forEach(some::add);
        return some;
    }

    private List<String> stems(String text) {
        var found = new ArrayList<String>();
        try (var tokens = tokenStream("", text)) {
            var term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                found.add(term.toString());
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /// `readHTTPValue2_x` has the parts `read`, `http`, `value`, `2`, `x`.
    static List<String> parts(String identifier) {
        var parts = new ArrayList<String>(4);
        var begin = 0;
        for (var i = 1; i <= identifier.length(); i++) {
            if (i == identifier.length() || isBorder(identifier, i)) {
                var first = begin;
                var last = i;
                while (first < last && isLine(identifier.charAt(first))) {
                    first++;
                }
                while (last > first && isLine(identifier.charAt(last - 1))) {
                    last--;
                }
                if (first < last) {
                    parts.add(identifier.substring(first, last).toLowerCase(Locale.ROOT));
                }
                begin = i;
            }
        }
        return parts;
    }

    private static boolean isLine(char c) {
        return c == '_' || c == '$';
    }

    private static boolean isBorder(String text, int at) {
        var before = text.charAt(at - 1);
        var here = text.charAt(at);
        if (isLine(before) || isLine(here)) {
            return true;
        }
        if (Character.isDigit(before) != Character.isDigit(here)) {
            return true;
        }
        if (Character.isUpperCase(here)) {
            return !Character.isUpperCase(before) || at + 1 < text.length() && Character.isLowerCase(text
                    .charAt(at + 1));
        }
        return false;
    }

    private static final class Words extends Tokenizer {

        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
        private final PositionIncrementAttribute position = addAttribute(PositionIncrementAttribute.class);
        private final List<String> waiting = new ArrayList<>();
        private String text = "";
        private int at;
        private int begin;
        private int end;

        @Override
        public void reset() throws IOException {
            super.reset();
            var all = new StringBuilder();
            var buffer = new char[8_192];
            for (var count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                all.append(buffer, 0, count);
            }
            text = all.toString();
            at = 0;
            waiting.clear();
        }

        @Override
        public boolean incrementToken() {
            clearAttributes();
            if (!waiting.isEmpty()) {
                give(waiting.removeFirst(), 0);
                return true;
            }
            while (next()) {
                if (end - begin <= Limits.WORD_CHARS) {
                    var word = text.substring(begin, end);
                    var parts = parts(word);
                    if (!parts.isEmpty()) {
                        if (parts.size() > 1) {
                            waiting.addAll(parts);
                        }
                        give(word.toLowerCase(Locale.ROOT), 1);
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean next() {
            while (at < text.length() && !isWord(text.charAt(at))) {
                at++;
            }
            begin = at;
            while (at < text.length() && isWord(text.charAt(at))) {
                at++;
            }
            end = at;
            return end > begin;
        }

        private static boolean isWord(char c) {
            return Character.isLetterOrDigit(c) || c == '_' || c == '$';
        }

        private void give(String word, int increment) {
            term.append(word);
            offset.setOffset(correctOffset(begin), correctOffset(end));
            position.setPositionIncrement(increment);
        }

        @Override
        public void end() throws IOException {
            super.end();
            offset.setOffset(correctOffset(text.length()), correctOffset(text.length()));
        }
    }
}
