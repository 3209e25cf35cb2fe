package io.github.doorwarden.embeddings;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Divides a text into the tokens of an uncased BERT vocabulary (Devlin et al., 2018): words and punctuation apart,
/// lower case, no accents, Chinese characters one by one; then the longest known beginning of each word, again and
/// again. Immutable.
final class WordPiece {

    private static final String CONTINUED = "##";

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final int begin;
    private final int end;

    /// @param vocabulary ids by token; has `[CLS]`, `[SEP]` and `[UNK]`
    WordPiece(Map<String, Integer> vocabulary) {
        this.vocabulary = Map.copyOf(vocabulary);
        this.unknown = vocabulary.get("[UNK]");
        this.begin = vocabulary.get("[CLS]");
        this.end = vocabulary.get("[SEP]");
    }

    /// @param most tokens, begin and end among them; what is beyond is cut
    long[] ids(String text, int most) {
        var ids = new ArrayList<Integer>(List.of(begin));
        for (var word : words(text.substring(0, Math.min(text.length(), Limits.TEXT_CHARS)))) {
            if (ids.size() >= most - 1) {
                break;
            }
            ids.addAll(pieces(word));
        }
        var kept = Math.min(ids.size(), most - 1);
        var all = new long[kept + 1];
        for (var i = 0; i < kept; i++) {
            all[i] = ids.get(i);
        }
        all[kept] = end;
        return all;
    }

    private List<Integer> pieces(String word) {
        if (word.codePointCount(0, word.length()) > Limits.WORD_CHARS) {
            return List.of(unknown);
        }
        var pieces = new ArrayList<Integer>();
        for (var start = 0; start < word.length();) {
            var stop = word.length();
            Integer id = null;
            while (stop > start && id == null) {
                id = vocabulary.get((start == 0 ? "" : CONTINUED) + word.substring(start, stop));
                stop = id == null ? word.offsetByCodePoints(stop, -1) : stop;
            }
            if (id == null) {
                return List.of(unknown);
            }
            pieces.add(id);
            start = stop;
        }
        return pieces;
    }

    private static List<String> words(String text) {
        var plain = Normalizer.normalize(cleaned(text), Normalizer.Form.NFD).replaceAll("\\p{Mn}", "")
                .toLowerCase(Locale.ROOT);
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        plain.codePoints().forEach(c -> {
            if (Character.isWhitespace(c) || isPunctuation(c)) {
                flush(word, words);
                if (isPunctuation(c)) {
                    words.add(Character.toString(c));
                }
            } else {
                word.appendCodePoint(c);
            }
        });
        flush(word, words);
        return words;
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static String cleaned(String text) {
        var clean = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\t' || c == '\n' || c == '\r' || Character.getType(c) == Character.SPACE_SEPARATOR) {
                clean.append(' ');
            } else if (isChinese(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
            } else if (c != 0 && c != 0xFFFD && !isControl(c)) {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString();
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static boolean isChinese(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2CEAF || c >= 0xF900 && c <= 0xFAFF || c >= 0x2F800 && c <= 0x2FA1F;
    }

    private static boolean isPunctuation(int c) {
        return c >= 33 && c <= 47 || c >= 58 && c <= 64 || c >= 91 && c <= 96 || c >= 123 && c <= 126
                || switch (Character.getType(c)) {
                    case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION, Character.OTHER_PUNCTUATION -> true;
                    default -> false;
                };
    }
}
